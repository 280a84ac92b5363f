using System.Globalization;
using System.Text.Json;
using CsvHelper;
using XenoCrm.Api.Imports.Csv;
using XenoCrm.Data.Customers;

namespace XenoCrm.Api.Imports.Rows;

/// <summary>The row on which a reader stands. A column that the file has not is not named; an empty cell says that the field is empty.</summary>
internal sealed class CsvRowSource : RowSource
{
    /// <summary>The row as a whole, as an error's field.</summary>
    public const string WholeRow = "row";

    private const int MaxDigits = 15;

    private readonly CsvReader reader;
    private readonly CsvColumns columns;

    public CsvRowSource(CsvReader reader, CsvColumns columns)
    {
        this.reader = reader;
        this.columns = columns;
        if (reader.FieldCount != columns.Count)
        {
            Refuse(WholeRow, string.Create(CultureInfo.InvariantCulture, $"The row has {reader.FieldCount} fields, the header {columns.Count}."));
        }
    }

    public override decimal? Number(string field)
    {
        if (RawText(field)?.Trim() is not { Length: > 0 } text)
        {
            return null;
        }

        if (decimal.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number))
        {
            return number;
        }

        Refuse(field, "This must be a number, such as 1234.50: a point for the decimals, nothing between thousands.");
        return null;
    }

    public override bool? Flag(string field)
    {
        if (RawText(field)?.Trim() is not { Length: > 0 } text)
        {
            return null;
        }

        if (bool.TryParse(text, out var flag))
        {
            return flag;
        }

        Refuse(field, "This must be true or false.");
        return null;
    }

    public override IReadOnlyDictionary<string, AttributeValue>? Attributes(string field)
    {
        if (columns.Attributes.Count == 0)
        {
            return null;
        }

        var attributes = new RowAttributes(this, field);
        foreach (var (key, index) in columns.Attributes)
        {
            var text = CellGuard.Take(reader.GetString(index), out var isText);
            attributes.Add(key, isText ? AttributeValue.Of(text) : ToAttribute(text));
        }

        return attributes.Values;
    }

    public override string? JsonArray(string field)
    {
        if (RawText(field)?.Trim() is not { Length: > 0 } text)
        {
            return null;
        }

        try
        {
            using var json = JsonDocument.Parse(text, RowJson.Options);
            if (json.RootElement.ValueKind == JsonValueKind.Array)
            {
                return text;
            }
        }
        catch (JsonException)
        {
            // The error below says what it should be.
        }

        Refuse(field, "This must be a JSON array.");
        return null;
    }

    protected override string? RawText(string field) => columns.Fields.TryGetValue(field, out var index) ? CellGuard.Take(reader.GetString(index), out _) : null;

    protected override IEnumerable<string>? RawTexts(string field) => RawText(field)?.Split('|');

    // A cell has no type. What reads like true, false or a number is one; a long run of digits (a card, a barcode) or one that begins with 0 is text.
    private static AttributeValue ToAttribute(string cell)
    {
        var text = cell.Trim();
        if (bool.TryParse(text, out var flag))
        {
            return AttributeValue.Of(flag);
        }

        return IsNumber(text) && double.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
            ? AttributeValue.Of(number)
            : AttributeValue.Of(cell);
    }

    private static bool IsNumber(string text)
    {
        var digits = text.AsSpan(text.StartsWith('-') ? 1 : 0);
        return digits.Length is > 0 and <= MaxDigits
            && char.IsAsciiDigit(digits[0]) && char.IsAsciiDigit(digits[^1])
            && (digits[0] != '0' || digits.Length == 1 || digits[1] == '.');
    }
}
