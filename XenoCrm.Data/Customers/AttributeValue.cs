using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace XenoCrm.Data.Customers;

/// <summary>A customer's attribute: text, a finite number or true/false. In JSON it is the bare value.</summary>
[JsonConverter(typeof(Converter))]
public readonly record struct AttributeValue
{
    public const int MaxKeyLength = 64;

    private AttributeValue(string? text, double? number, bool? flag) => (Text, Number, Flag) = (text, number, flag);

    public string? Text { get; }

    public double? Number { get; }

    public bool? Flag { get; }

    public static AttributeValue Of(string text) => new(text, null, null);

    public static AttributeValue Of(double number) => new(null, number, null);

    public static AttributeValue Of(bool flag) => new(null, null, flag);

    /// <summary>Letters, digits, <c>_</c>, <c>-</c> and blanks inside, up to 64: nothing that a store could take for a path or an operator.</summary>
    public static bool IsKey(string key) =>
        key.Length is > 0 and <= MaxKeyLength
        && key.All(c => char.IsLetterOrDigit(c) || c is '_' or '-' or ' ')
        && key[0] != ' ' && key[^1] != ' ';

    /// <summary>As it stands in a message: <c>gold</c>, <c>12.5</c>, <c>yes</c>.</summary>
    public override string ToString() => Text ?? Number?.ToString(CultureInfo.InvariantCulture) ?? (Flag == true ? "yes" : "no");

    private sealed class Converter : JsonConverter<AttributeValue>
    {
        public override AttributeValue Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.TokenType switch
        {
            JsonTokenType.String => Of(reader.GetString()!),
            JsonTokenType.Number when reader.TryGetDouble(out var number) && double.IsFinite(number) => Of(number),
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
    }
}
