using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace XenoCrm.Api.Http;

/// <summary>
/// Times are ISO 8601 in UTC, to the millisecond: <c>2026-11-22T08:00:00Z</c>, <c>2026-11-22T08:00:00.125Z</c>. A time without an offset is
/// read as UTC.
/// </summary>
internal sealed class UtcConverter : JsonConverter<DateTimeOffset>
{
    public const string Expected = "A time in ISO 8601 was expected, such as 2026-11-22T08:00:00Z.";

    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String && TryRead(ref reader, out var at)
            ? at
            : throw new JsonException(Expected);

    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) =>
        writer.WriteStringValue(Format(value));

    public static string Format(DateTimeOffset at) =>
        at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFF'Z'", CultureInfo.InvariantCulture);

    /// <summary>As <see cref="TryParse"/>, and many times as fast for the usual form, which ends in <c>Z</c>.</summary>
    public static bool TryRead(ref Utf8JsonReader reader, out DateTimeOffset at)
    {
        if (reader.HasValueSequence || !reader.ValueSpan.EndsWith("Z"u8) || !reader.TryGetDateTimeOffset(out at))
        {
            return TryParse(reader.GetString(), out at);
        }

        at = ToMilliseconds(at);
        return true;
    }

    public static bool TryParse(string? text, out DateTimeOffset at)
    {
        if (DateTimeOffset.TryParseExact(text, Formats, CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out at))
        {
            at = ToMilliseconds(at);
            return true;
        }

        return false;
    }

    private static DateTimeOffset ToMilliseconds(DateTimeOffset at) => DateTimeOffset.FromUnixTimeMilliseconds(at.ToUnixTimeMilliseconds());

    private static readonly string[] Formats =
    [
        "yyyy-MM-dd", "yyyy-MM-dd'T'HH:mm", "yyyy-MM-dd'T'HH:mm:ss", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF",
        "yyyy-MM-dd'T'HH:mmK", "yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK",
        "yyyy-MM-dd HH:mm", "yyyy-MM-dd HH:mm:ss",
    ];
}
