using XenoCrm.Api.Http;
using XenoCrm.Core.Account;
using XenoCrm.Core.Customers;
using XenoCrm.Core.Rows;

namespace XenoCrm.Api.Rows;

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

    /// <summary>Those to set and, as null, those to remove.</summary>
    /// <param name="field">Where they stand.</param>
    /// <param name="clears">Whether the row says that there are no others.</param>
    public abstract IReadOnlyDictionary<string, AttributeValue?>? Attributes(string field, out bool clears);

    /// <summary>A JSON array as text.</summary>
    public abstract string? JsonArray(string field);

    /// <summary>A line of text: trimmed, with a blank for white space of any kind and length. Control characters are refused.</summary>
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
    public string? Id(string field, int maxLength) =>
        RawText(field) is { } raw && Passes(
            field, RowText.HiddenIn(raw, orSpace: false) is { } hidden ? $"{hidden}, which cannot be seen; an id has none." : null)
        && Text(field, maxLength) is { Length: > 0 } id ? id : null;

    /// <summary>A customer's id, which must fit into a path: <c>/customers/{id}</c>.</summary>
    public string? CustomerId(string field)
    {
        var id = Id(field, Customer.MaxIdLength);
        return id is null
            || Passes(field, id is "." or ".." || id.Contains('/') ? "An id has no '/' in it, and is not '.' or '..'." : null) ? id : null;
    }

    public string? Email(string field)
    {
        if (RawText(field) is not { } raw)
        {
            return null;
        }

        var hidden = RowText.HiddenIn(raw.Trim(), orSpace: true);
        if (!Passes(field, hidden is null ? null
            : $"{hidden}; an e-mail address has no white space, and nothing that cannot be seen. Type it anew."))
        {
            return null;
        }

        var email = Text(field, MaxEmailLength);
        return email is null or ""
            || Passes(field, RowText.IsEmail(email) ? null : "This is not an e-mail address; it should read like mara@example.com.")
            ? email
            : null;
    }

    /// <summary>A telephone number as it is typed.</summary>
    /// <param name="field">Where it stands.</param>
    /// <param name="maxLength">In characters.</param>
    /// <param name="country">Whose numbers are written without a country code.</param>
    /// <param name="e164">The number in E.164; null where it says no country.</param>
    public string? Phone(string field, int maxLength, string? country, out string? e164)
    {
        e164 = null;
        var phone = Text(field, maxLength);
        return phone is null or "" || Passes(field, PhoneNumber.FaultOf(phone, country, out e164)) ? phone : null;
    }

    /// <summary>The IANA id of a time zone, in its own spelling.</summary>
    public string? TimeZone(string field)
    {
        var given = Text(field, ZoneId.MaxLength);
        var zone = given is null or "" ? given : ZoneId.Spelling(given);
        return given is null || Passes(field, zone is null ? ZoneId.Unknown(given) : null) ? zone : null;
    }

    public DateTimeOffset? Time(string field)
    {
        if (RawText(field) is not { } raw || raw.Trim() is not { Length: > 0 } text)
        {
            return null;
        }

        if (TryReadTime(text, out var at))
        {
            return at;
        }

        Refuse(field, TimeRule);
        return null;
    }

    /// <summary>A set of texts, without the empty ones and without those that are an earlier one when compared.</summary>
    public IReadOnlyList<string>? TextSet(string field, int maxCount, int maxLength)
    {
        if (RawTexts(field) is not { } raw)
        {
            return null;
        }

        string[] texts = [.. raw.Select(RowText.ToLine).Where(text => text.Length > 0).DistinctBy(Core.Text.TextKey.Of)];
        return Passes(
            field,
            texts.Length > maxCount
                ? $"There are {texts.Length}; {maxCount} are the most."
                : texts.Select(text => RowText.FaultOf(text, maxLength)).FirstOrDefault(fault => fault is not null))
            ? texts
            : null;
    }

    protected virtual string TimeRule => "This is not a time; it should be ISO 8601, such as 2026-11-22T08:00:00Z or 2026-11-22.";

    protected virtual bool TryReadTime(string text, out DateTimeOffset at) => UtcConverter.TryParse(text, out at);

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
