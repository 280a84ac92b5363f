using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace XenoCrm.Core.Customers;

/// <summary>A customer's attribute: text, a number or true/false. In JSON it is the bare value.</summary>
[JsonConverter(typeof(Converter))]
public readonly record struct AttributeValue
{
    /// <summary>What a number may be, for people.</summary>
    public const string NumberRule =
        "A number here is from -9,223,372,036,854,775,808 to 9,223,372,036,854,775,807 and has at most four decimals; "
        + "what has more is sent as text, in quotes.";

    private AttributeValue(string? text, decimal? number, bool? flag) => (Text, Number, Flag) = (text, number, flag);

    public string? Text { get; }

    /// <summary>See <see cref="TryReadNumber"/>; what was stored before that was so may have more decimals.</summary>
    public decimal? Number { get; }

    public bool? Flag { get; }

    public static AttributeValue Of(string text) => new(text, null, null);

    public static AttributeValue Of(decimal number) => new(null, number, null);

    public static AttributeValue Of(bool flag) => new(null, null, flag);

    /// <summary>
    /// A number exactly as it was written: whole ones of 64 bits, and in their range any with four decimals. False for others, which
    /// would come back as something else.
    /// </summary>
    /// <param name="json">As JSON writes it.</param>
    public static bool TryReadNumber(string json, out decimal number)
    {
        var exact = ExactNumber.Read(json);
        number = exact.ToDecimal() ?? 0;
        return exact.ToDecimal() is >= long.MinValue and <= long.MaxValue && exact.Exponent >= -4;
    }

    /// <summary>As it stands in a message: <c>gold</c>, <c>12.5</c>, <c>yes</c>.</summary>
    public override string ToString() => Text ?? Number?.ToString(CultureInfo.InvariantCulture) ?? (Flag == true ? "yes" : "no");

    private sealed class Converter : JsonConverter<AttributeValue>
    {
        public override AttributeValue Read(
            ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.TokenType switch
            {
                JsonTokenType.String => Of(reader.GetString()!),
                JsonTokenType.Number => Number(
                    Encoding.UTF8.GetString(reader.HasValueSequence ? reader.ValueSequence.ToArray() : reader.ValueSpan)),
                JsonTokenType.True => Of(true),
                JsonTokenType.False => Of(false),
                _ => throw new JsonException("An attribute is text, a number or true/false."),
            };

        public override void Write(Utf8JsonWriter writer, AttributeValue value, JsonSerializerOptions options)
        {
            if (value.Number is { } number)
            {
                writer.WriteNumberValue(number);
            }
            else if (value.Flag is { } flag)
            {
                writer.WriteBooleanValue(flag);
            }
            else
            {
                writer.WriteStringValue(value.Text);
            }
        }

        // One of a store's earlier days, when 1e300 could be one, stays to be seen as text.
        private static AttributeValue Number(string json) => ExactNumber.Read(json).ToDecimal() is { } number ? Of(number) : Of(json);
    }
}
