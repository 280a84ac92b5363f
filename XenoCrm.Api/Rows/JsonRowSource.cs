using System.Text.Json;
using XenoCrm.Api.Http;
using XenoCrm.Core;
using XenoCrm.Core.Customers;
using XenoCrm.Core.Text;

namespace XenoCrm.Api.Rows;

/// <summary>
/// A row that is a JSON object. A member that nobody knows, in these very letters, is refused: it may be a known one, misspelt.
/// </summary>
internal sealed class JsonRowSource : RowSource
{
    /// <summary>The row as a whole, as an error's field.</summary>
    public const string WholeRow = "$";

    private readonly Dictionary<string, JsonElement> members;

    /// <param name="row">As it came.</param>
    /// <param name="known">The members that a row may have.</param>
    public JsonRowSource(JsonElement row, IReadOnlyCollection<string> known)
    {
        if (row.ValueKind != JsonValueKind.Object)
        {
            Refuse(WholeRow, "A row is a JSON object.");
        }

        members = row.ValueKind == JsonValueKind.Object ? Members(null, row) : [];
        foreach (var name in members.Keys.Where(name => !known.Contains(name)))
        {
            Refuse(name, KnownNames.Refusal(name, known));
        }
    }

    public override decimal? Number(string field)
    {
        if (!Has(field, out var value))
        {
            return null;
        }

        if (value.ValueKind == JsonValueKind.Number && ExactNumber.Read(value.GetRawText()).ToDecimal() is { } number)
        {
            return number;
        }

        Refuse(field, value.ValueKind == JsonValueKind.Number
            ? "This number is too large, or has more digits than are kept."
            : JsonValues.NotNumber);
        return null;
    }

    public override bool? Flag(string field)
    {
        if (!Has(field, out var value))
        {
            return null;
        }

        if (value.ValueKind is JsonValueKind.True or JsonValueKind.False)
        {
            return value.GetBoolean();
        }

        Refuse(field, JsonValues.NotFlag);
        return null;
    }

    public override IReadOnlyDictionary<string, AttributeValue?>? Attributes(string field, out bool clears)
    {
        clears = false;
        if (!members.TryGetValue(field, out var value))
        {
            return null;
        }

        clears = value.ValueKind == JsonValueKind.Null;

        var attributes = new RowAttributes(this, field);
        if (value.ValueKind == JsonValueKind.Object)
        {
            foreach (var (key, element) in Members(field, value))
            {
                attributes.Add(key, ToAttribute(attributes, key, element));
            }
        }
        else if (value.ValueKind != JsonValueKind.Null)
        {
            Refuse(field, "This must be an object of text, numbers and true/false.");
        }

        return attributes.Values;
    }

    public override string? JsonArray(string field)
    {
        if (!Has(field, out var value))
        {
            return null;
        }

        if (value.ValueKind == JsonValueKind.Array)
        {
            return value.GetRawText();
        }

        Refuse(field, "This must be an array.");
        return null;
    }

    protected override string? RawText(string field)
    {
        if (!members.TryGetValue(field, out var value))
        {
            return null;
        }

        return value.ValueKind == JsonValueKind.Null ? "" : Text(field, value);
    }

    protected override IEnumerable<string>? RawTexts(string field)
    {
        if (!members.TryGetValue(field, out var value))
        {
            return null;
        }

        switch (value.ValueKind)
        {
            case JsonValueKind.Null:
                return [];
            case JsonValueKind.Array:
                // What is no text is noted as an error, so the row is refused whatever this gives.
                return [.. value.EnumerateArray().Select(element => Text(field, element)).OfType<string>()];
            default:
                Refuse(field, "This must be an array of text.");
                return null;
        }
    }

    // For the fields that null cannot clear: it is the same as leaving them out.
    private bool Has(string field, out JsonElement value) => members.TryGetValue(field, out value) && value.ValueKind != JsonValueKind.Null;

    private AttributeValue? ToAttribute(RowAttributes attributes, string name, JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.String when JsonValues.TryText(element, out var text):
                return AttributeValue.Of(text);
            case JsonValueKind.String:
                Refuse(attributes.FieldOf(name), JsonValues.NotUnicode);
                return null;
            case JsonValueKind.Number when AttributeValue.TryReadNumber(element.GetRawText(), out var number):
                return AttributeValue.Of(number);
            case JsonValueKind.Number:
                Refuse(attributes.FieldOf(name), AttributeValue.NumberRule);
                return null;
            case JsonValueKind.True or JsonValueKind.False:
                return AttributeValue.Of(element.GetBoolean());
            case JsonValueKind.Null:
                return null;
            default:
                Refuse(attributes.FieldOf(name), "An attribute is text, a number or true/false; null removes it.");
                return null;
        }
    }

    private string? Text(string field, JsonElement element)
    {
        if (JsonValues.TryText(element, out var text))
        {
            return text;
        }

        Refuse(field, element.ValueKind == JsonValueKind.String ? JsonValues.NotUnicode : JsonValues.NotText);
        return null;
    }

    private Dictionary<string, JsonElement> Members(string? field, JsonElement element)
    {
        var members = new Dictionary<string, JsonElement>();
        foreach (var member in element.EnumerateObject())
        {
            if (!JsonValues.TryName(member, out var name))
            {
                Refuse(field ?? WholeRow, JsonValues.NameNotUnicode);
            }
            else if (!members.TryAdd(name, member.Value))
            {
                // JSON readers differ in which of two they take, so neither is.
                Refuse(field is null ? name : $"{field}.{name}", JsonValues.Twice);
            }
        }

        return members;
    }
}
