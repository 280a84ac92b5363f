using System.Globalization;
using System.Text.Json;
using CsvHelper;
using XenoCrm.Api.Http;
using XenoCrm.Api.Rows.Csv;
using XenoCrm.Core;
using XenoCrm.Core.Customers;

namespace XenoCrm.Api.Rows;

/// <summary>
/// The row on which a reader stands. A column that the file has not is not named; an empty cell says that the field is empty.
/// </summary>
internal sealed class CsvRowSource : RowSource
{
    /// <summary>The row as a whole, as an error's field.</summary>
    public const string WholeRow = "row";

    private readonly CsvReader reader;
    private readonly CsvColumns columns;

    public CsvRowSource(CsvReader reader, CsvColumns columns)
    {
        this.reader = reader;
        this.columns = columns;

        // A row that ends early, as spreadsheets write them, has empty cells there; empty cells beyond the header are nothing.
        var beyond = Enumerable.Range(columns.Count, Math.Max(0, reader.FieldCount - columns.Count));
        if (beyond.Any(index => !string.IsNullOrWhiteSpace(reader.GetString(index))))
        {
            Refuse(
                WholeRow,
                string.Create(CultureInfo.InvariantCulture, $"The row has {reader.FieldCount} fields, the header {columns.Count}."));
        }
    }

    public override decimal? Number(string field)
    {
        if (RawText(field)?.Trim() is not { Length: > 0 } text)
        {
            return null;
        }

        if (decimal.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out _)
            && ExactNumber.Read(text.TrimStart('+')).ToDecimal() is { } number)
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

        switch (text.ToUpperInvariant())
        {
            case "TRUE" or "YES" or "1":
                return true;
            case "FALSE" or "NO" or "0":
                return false;
            default:
                Refuse(field, "This must be true or false, yes or no, 1 or 0.");
                return null;
        }
    }

    public override IReadOnlyDictionary<string, AttributeValue?>? Attributes(string field, out bool clears)
    {
        clears = false;
        if (columns.Attributes.Count == 0)
        {
            return null;
        }

        var attributes = new RowAttributes(this, field);
        foreach (var (key, index) in columns.Attributes)
        {
            var text = CellGuard.Take(reader.GetString(index), out var isText);
            attributes.Add(key, isText ? AttributeValue.Of(text) : ToAttribute(attributes, key, text));
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

    protected override string? RawText(string field) => Cell(field) ?? (field == "name" ? NameOfParts() : null);

    protected override IEnumerable<string>? RawTexts(string field) => RawText(field)?.Split('|');

    protected override bool TryReadTime(string text, out DateTimeOffset at) =>
        base.TryReadTime(text, out at) || CsvDates.TryParse(text, columns.Dates, out at);

    protected override string TimeRule => columns.Dates is null
        ? base.TimeRule + " For dates such as 22/11/2026 say with the upload which comes first: ?dates=dmy or ?dates=mdy."
        : $"{base.TimeRule} Or, as ?dates={columns.Dates} says, {(columns.Dates == CsvDates.DayFirst ? "22/11/2026" : "11/22/2026")}.";

    private string? NameOfParts() => (Cell(CsvLayout.FirstName), Cell(CsvLayout.LastName)) switch
    {
        (null, null) => null,
        var (first, last) => $"{first?.Trim()} {last?.Trim()}".Trim(),
    };

    private string? Cell(string field) =>
        columns.Fields.TryGetValue(field, out var index) ? CellGuard.Take(reader.GetString(index), out _) : null;

    // A cell has no type. What reads like true, false or a number is one; digits that begin with 0, or do not fit 64 bits, are text.
    private AttributeValue ToAttribute(RowAttributes attributes, string name, string cell)
    {
        var text = cell.Trim();
        if (bool.TryParse(text, out var flag))
        {
            return AttributeValue.Of(flag);
        }

        if (!IsNumber(text))
        {
            return AttributeValue.Of(cell);
        }

        if (AttributeValue.TryReadNumber(text, out var number))
        {
            return AttributeValue.Of(number);
        }

        if (text.Contains('.', StringComparison.Ordinal))
        {
            Refuse(attributes.FieldOf(name), AttributeValue.NumberRule);
        }

        return AttributeValue.Of(cell);
    }

    private static bool IsNumber(string text)
    {
        var digits = text.AsSpan(text.StartsWith('-') ? 1 : 0);
        return digits.Length > 0
            && char.IsAsciiDigit(digits[0]) && char.IsAsciiDigit(digits[^1])
            && digits.Count('.') <= 1 && text.Count(char.IsAsciiDigit) == digits.Length - digits.Count('.')
            && (digits[0] != '0' || digits.Length == 1 || digits[1] == '.');
    }
}
