using System.Text.Json;
using XenoCrm.Data.Customers;

namespace XenoCrm.Api.Imports.Rows;

/// <summary>A row that is a JSON object. Members that nobody asks for are ignored.</summary>
internal sealed class JsonRowSource : RowSource
{
    /// <summary>The row as a whole, as an error's field.</summary>
    public const string WholeRow = "$";

    private const string NotUnicode = "This is not valid Unicode text.";

    private readonly Dictionary<string, JsonElement> members;

    public JsonRowSource(JsonElement row)
    {
        if (row.ValueKind != JsonValueKind.Object)
        {
            Refuse(WholeRow, "A row is a JSON object.");
        }

        members = row.ValueKind == JsonValueKind.Object ? Members(WholeRow, row) : [];
    }

    public override decimal? Number(string field)
    {
        if (!Has(field, out var value))
        {
            return null;
        }

        if (value.ValueKind == JsonValueKind.Number && value.TryGetDecimal(out var number))
        {
            return number;
        }

        Refuse(field, value.ValueKind == JsonValueKind.Number ? "This number is too large." : "This must be a number, such as 12.50, without quotes.");
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

        Refuse(field, "This must be true or false, without quotes.");
        return null;
    }

    public override IReadOnlyDictionary<string, AttributeValue>? Attributes(string field)
    {
        if (!members.TryGetValue(field, out var value))
        {
            return null;
        }

        var attributes = new RowAttributes(this, field);
        if (value.ValueKind == JsonValueKind.Object)
        {
            foreach (var (key, element) in Members(field, value))
            {
                if (ToAttribute(attributes.FieldOf(key), element) is { } attribute)
                {
                    attributes.Add(key, attribute);
                }
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

    private AttributeValue? ToAttribute(string field, JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.String:
                return Text(field, element) is { } text ? AttributeValue.Of(text) : null;
            case JsonValueKind.Number when element.TryGetDouble(out var number) && double.IsFinite(number):
                return AttributeValue.Of(number);
            case JsonValueKind.True or JsonValueKind.False:
                return AttributeValue.Of(element.GetBoolean());
            case JsonValueKind.Null:
                return null;
            default:
                Refuse(field, "An attribute is text, a number that is not too large, or true/false.");
                return null;
        }
    }

    private string? Text(string field, JsonElement element)
    {
        if (element.ValueKind != JsonValueKind.String)
        {
            Refuse(field, "This must be text, in quotes.");
            return null;
        }

        try
        {
            return element.GetString();
        }
        catch (InvalidOperationException)
        {
            Refuse(field, NotUnicode);
            return null;
        }
    }

    // Of a name that comes twice the last one counts.
    private Dictionary<string, JsonElement> Members(string field, JsonElement element)
    {
        var members = new Dictionary<string, JsonElement>();
        foreach (var member in element.EnumerateObject())
        {
            try
            {
                members[member.Name] = member.Value;
            }
            catch (InvalidOperationException)
            {
                Refuse(field, "A member's name in here is not valid Unicode text.");
            }
        }

        return members;
    }
}
