using System.Globalization;
using System.Text.Json;

namespace XenoCrm.Core.Rules;

/// <summary>Reads the values of a test, each as the type that its field and operator want.</summary>
internal static class RuleValueParser
{
    private static readonly AgoUnit[] Units = Enum.GetValues<AgoUnit>();

    /// <summary>The list of <c>$in</c> and <c>$nin</c>.</summary>
    public static EquatableList<RuleValue> ParseList(JsonElement json, FieldType type, RulePath path)
    {
        if (json.ValueKind != JsonValueKind.Array)
        {
            throw path.Expected("a list of values", json);
        }

        var count = json.GetArrayLength();
        if (count is 0 or > RuleLimits.MaxListLength)
        {
            throw path.Error($"Expected a list of 1 to {RuleLimits.MaxListLength} values, found {count}.");
        }

        return new EquatableList<RuleValue>([.. json.EnumerateArray().Select((item, index) => Parse(item, type, path.Item(index)))]);
    }

    public static RuleValue Parse(JsonElement json, FieldType type, RulePath path) => (type, json.ValueKind) switch
    {
        (FieldType.Date, _) => ParseDate(json, path),
        (FieldType.Text or FieldType.Any, JsonValueKind.String) => ParseText(json, path),
        (FieldType.Number or FieldType.Any, JsonValueKind.Number) => ParseNumber(json, path),
        (FieldType.Flag or FieldType.Any, JsonValueKind.True or JsonValueKind.False) => new FlagValue(json.GetBoolean()),
        (FieldType.Text, _) => throw path.Expected("text", json),
        (FieldType.Number, _) => throw path.Expected("a number", json),
        (FieldType.Flag, _) => throw path.Expected("true or false", json),
        _ => throw path.Expected("text, a number, true or false", json),
    };

    /// <summary>Whether it is <c>{"$ago": …}</c>: an object that is a value, not one of operators.</summary>
    public static bool IsAgo(JsonElement json, RulePath path, out JsonElement time)
    {
        time = default;
        if (json.ValueKind != JsonValueKind.Object || RuleMembers.Read(json, path, "a value") is not [(RuleSyntax.Ago, var value)])
        {
            return false;
        }

        time = value;
        return true;
    }

    /// <summary>What an attribute may be more or less than.</summary>
    public static RuleValue ParseNumberOrDate(JsonElement json, RulePath path) =>
        json.ValueKind == JsonValueKind.Number ? ParseNumber(json, path)
        : IsAgo(json, path, out _)
            || (json.ValueKind == JsonValueKind.String && RuleDate.Parse(RuleMembers.ReadText(json, path)) is not null)
            ? ParseDate(json, path)
            : throw path.Expected("""a number, or a date such as "2026-11-22" or {"$ago": "90d"}""", json);

    /// <summary>The value of <c>$anniversary</c>.</summary>
    public static WithinValue ParseWithin(JsonElement json, RulePath path)
    {
        const string expected = """within how many days, such as {"within": "7d"}""";
        if (RuleMembers.Read(json, path, expected) is not [(RuleSyntax.Within, var days)])
        {
            throw path.Error($"Expected {expected}, and nothing else.");
        }

        return ParseAgo(days, path.Member(RuleSyntax.Within)) is { Unit: AgoUnit.Days, Count: <= RuleLimits.MaxWithinDays } span
            ? new WithinValue(span.Count)
            : throw path.Member(RuleSyntax.Within).Error($"Expected at most {RuleLimits.MaxWithinDays} days, such as \"7d\".");
    }

    /// <summary>The value of <c>$top</c>.</summary>
    public static RankValue ParseRank(JsonElement json, RulePath path)
    {
        const string expected = """how many customers, from 1 to 1,000,000,000, or a part of them such as "10%" """;
        var rank = json.ValueKind switch
        {
            JsonValueKind.Number when ExactNumber.Read(json.GetRawText()).ToDecimal() is { } count =>
                new RankValue(count, IsPercent: false),
            JsonValueKind.Number => null,
            JsonValueKind.String => ReadPercent(RuleMembers.ReadText(json, path)),
            _ => throw path.Expected(expected.TrimEnd(), json),
        };
        return rank is { IsPercent: true, Number: > 0 and <= 100 } && decimal.Round(rank.Number, 4) == rank.Number
            || rank is { IsPercent: false, Number: >= 1 and <= 1_000_000_000 } && decimal.IsInteger(rank.Number)
            ? rank
            : throw path.Error($"Expected {expected.TrimEnd()}, which has at most four decimals.");

        static RankValue? ReadPercent(string text) =>
            text.EndsWith('%')
                && decimal.TryParse(text[..^1], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var percent)
                ? new RankValue(ExactNumber.Of(percent).ToDecimal() ?? 0, IsPercent: true)
                : null;
    }

    private static NumberValue ParseNumber(JsonElement json, RulePath path)
    {
        if (!json.TryGetDouble(out var number) || !double.IsFinite(number))
        {
            throw path.Error("Expected a number of at most 1.7e308.");
        }

        var nearest = new NumberValue(number == 0 ? 0 : number); // no negative zero: it is the same number
        var written = ExactNumber.Read(json.GetRawText());
        return written == nearest.Written ? nearest
            : written.ToDecimal() is { } exact ? nearest with { Exact = exact }
            : throw path.Error("Expected a number of at most 28 digits, so that it is compared as it was written.");
    }

    private static TextValue ParseText(JsonElement json, RulePath path)
    {
        var text = RuleMembers.ReadText(json, path);
        if (text.Length > RuleLimits.MaxTextLength)
        {
            throw path.Error($"Expected text of at most {RuleLimits.MaxTextLength} characters, found {text.Length}.");
        }

        // Tabs and line breaks are white space, which a customer's values may have too: it counts as one blank.
        if (text.Any(letter => char.IsControl(letter) && !char.IsWhiteSpace(letter)))
        {
            throw path.Error("Expected text without control characters.");
        }

        return new TextValue(text);
    }

    private static RuleValue ParseDate(JsonElement json, RulePath path)
    {
        const string expected = """a date such as "2026-11-22" or "2026-11-22T08:00:00Z", or {"$ago": "90d"}""";
        if (IsAgo(json, path, out var time))
        {
            return ParseAgo(time, path.Member(RuleSyntax.Ago));
        }

        if (json.ValueKind != JsonValueKind.String)
        {
            throw path.Expected(expected, json);
        }

        return RuleDate.Parse(RuleMembers.ReadText(json,
            path)) ?? throw path.Error($"Expected {expected}; this text is no such date, or one that the calendar does not have.");
    }

    private static AgoValue ParseAgo(JsonElement json, RulePath path)
    {
        const string expected = """a whole number and d (days), w (weeks), mo (calendar months) or y (years), such as "90d" """;
        if (json.ValueKind != JsonValueKind.String)
        {
            throw path.Expected(expected.TrimEnd(), json);
        }

        var text = RuleMembers.ReadText(json, path);
        var digits = text.AsSpan().IndexOfAnyExceptInRange('0', '9') is var end and > 0 ? text[..end] : "";
        var unit = Array.FindIndex(Units, unit => RuleSyntax.Suffix(unit) == text[digits.Length..]);
        if (digits.Length == 0 || unit < 0)
        {
            throw path.Error($"Expected {expected.TrimEnd()}.");
        }

        return int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count <= RuleLimits.MaxAgoCount
            ? new AgoValue(count, Units[unit])
            : throw path.Error(
                $"Expected at most {RuleLimits.MaxAgoCount.ToString("N0", CultureInfo.InvariantCulture)} days, weeks, months or years.");
    }
}
