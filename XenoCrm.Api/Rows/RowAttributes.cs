using XenoCrm.Core.Customers;
using XenoCrm.Core.Text;

namespace XenoCrm.Api.Rows;

/// <summary>Collects a row's attributes within their limits. One that is null or an empty text is to be removed.</summary>
internal sealed class RowAttributes(RowSource row, string field)
{
    public const int MaxCount = 100;
    public const int MaxTextLength = 1000;

    /// <summary>What an attribute's name may be, for people.</summary>
    public const string KeyRule = "An attribute's name has letters, digits, '_', '-' and blanks inside, 64 at most.";

    private readonly Dictionary<string, AttributeValue?> values = [];

    public IReadOnlyDictionary<string, AttributeValue?> Values => values;

    /// <summary>The field that a refusal of it names.</summary>
    public string FieldOf(string name) => AttributeKey.Find(name) is { } key ? $"{field}.{key}" : field;

    public void Add(string name, AttributeValue? value)
    {
        if (AttributeKey.Find(name) is not { } key)
        {
            row.Refuse(field, KeyRule);
            return;
        }

        if (value?.Text is { } raw)
        {
            var text = RowText.ToLine(raw);
            if (RowText.FaultOf(text, MaxTextLength) is { } fault)
            {
                row.Refuse(FieldOf(key), fault);
                return;
            }

            value = text.Length == 0 ? null : AttributeValue.Of(text);
        }

        values[key] = value;
        if (values.Count == MaxCount + 1)
        {
            row.Refuse(field, $"There are more than {MaxCount} attributes.");
        }
    }
}
