using XenoCrm.Api.Http;
using XenoCrm.Data.Customers;
using XenoCrm.Data.Imports;

namespace XenoCrm.Api.Imports.Rows;

/// <summary>
/// A row as a client sent it, a JSON object or a line of CSV, and what is wrong with it. Of each field: null where the row
/// does not name it, or where it cannot be read (that is noted as an error then); empty where the row says that it is empty.
/// </summary>
internal abstract class RowSource
{
    public const int MaxEmailLength = 254;

    private readonly List<FieldError> errors = [];

    public IReadOnlyList<FieldError> Errors => errors;

    public void Refuse(string field, string message) => errors.Add(new FieldError(field, message));

    /// <summary>Notes that a field is missing, unless something else is wrong with it, or with one that could stand for it.</summary>
    public void Miss(string field, string message, string? alternative = null)
    {
        if (!errors.Exists(error => error.Field == field || error.Field == alternative))
        {
            Refuse(field, message);
        }
    }

    public abstract decimal? Number(string field);

    public abstract bool? Flag(string field);

    public abstract IReadOnlyDictionary<string, AttributeValue>? Attributes(string field);

    /// <summary>A JSON array as text.</summary>
    public abstract string? JsonArray(string field);

    /// <summary>A line of text: trimmed, with a blank for each line break and tab. Other control characters are refused.</summary>
    public string? Text(string field, int maxLength)
    {
        if (RawText(field) is not { } raw)
        {
            return null;
        }

        var text = RowText.ToLine(raw);
        return Passes(field, RowText.FaultOf(text, maxLength)) ? text : null;
    }

    /// <summary>An id: as <see cref="Text"/>, but an empty one is none.</summary>
    public string? Id(string field, int maxLength) => Text(field, maxLength) is { Length: > 0 } id ? id : null;

    /// <summary>A customer's id, which must fit into a path: <c>/customers/{id}</c>.</summary>
    public string? CustomerId(string field)
    {
        var id = Id(field, Customer.MaxIdLength);
        return id is null || Passes(field, id is "." or ".." || id.Contains('/') ? "An id has no '/' in it, and is not '.' or '..'." : null) ? id : null;
    }

    public string? Email(string field)
    {
        var email = Text(field, MaxEmailLength);
        return email is null or "" || Passes(field, RowText.IsEmail(email) ? null : "This is not an e-mail address; it should read like mara@example.com.") ? email : null;
    }

    public DateTimeOffset? Time(string field)
    {
        if (RawText(field) is not { } raw || raw.Trim() is not { Length: > 0 } text)
        {
            return null;
        }

        if (UtcConverter.TryParse(text, out var at))
        {
            return at;
        }

        Refuse(field, "This is not a time; it should be ISO 8601, such as 2026-11-22T08:00:00Z or 2026-11-22.");
        return null;
    }

    /// <summary>A set of texts, without the empty ones and without those that differ from an earlier one in case alone.</summary>
    public IReadOnlyList<string>? TextSet(string field, int maxCount, int maxLength)
    {
        if (RawTexts(field) is not { } raw)
        {
            return null;
        }

        string[] texts = [.. raw.Select(RowText.ToLine).Where(text => text.Length > 0).DistinctBy(Data.TextKey.Of)];
        return Passes(field, texts.Length > maxCount ? $"There are {texts.Length}; {maxCount} are the most." : texts.Select(text => RowText.FaultOf(text, maxLength)).FirstOrDefault(fault => fault is not null))
            ? texts
            : null;
    }

    protected abstract string? RawText(string field);

    protected abstract IEnumerable<string>? RawTexts(string field);

    protected bool Passes(string field, string? fault)
    {
        if (fault is not null)
        {
            Refuse(field, fault);
        }

        return fault is null;
    }
}
