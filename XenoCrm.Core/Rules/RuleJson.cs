using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace XenoCrm.Core.Rules;

/// <summary>
/// Reads and prints rules. What is printed is canonical: aliases and shorthands are resolved, an <c>$and</c> or
/// <c>$or</c> inside another of its kind is one with it, an AND is one object where its tests allow it, and equality is
/// the bare value but for <c>totalSpend</c>, whose bare value means "at least". Reading what was printed gives an equal rule.
/// </summary>
public static class RuleJson
{
    private static readonly JsonDocumentOptions Reading = new() { MaxDepth = 64 };

    private static readonly JsonWriterOptions Writing = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <exception cref="RuleException">It is not a rule; says where and what was expected.</exception>
    public static Rule Parse(JsonElement json) => RuleParser.Parse(json, isStored: false);

    /// <inheritdoc cref="Parse(JsonElement)"/>
    public static Rule Parse(string json) => Parse(json, isStored: false);

    /// <summary>The rule of a stored segment, which an earlier version may have let pass.</summary>
    /// <exception cref="RuleException">It is not a rule.</exception>
    public static Rule ParseStored(string json) => Parse(json, isStored: true);

    private static Rule Parse(string json, bool isStored)
    {
        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(json, Reading);
        }
        catch (Exception e) when (e is JsonException or ArgumentException)
        {
            // The reader refuses what is no JSON, the conversion to UTF-8 half a surrogate pair.
            throw new RuleException(RulePath.Root, "A rule is a JSON object; this text is not valid JSON, or nested without end.");
        }

        using (document)
        {
            return RuleParser.Parse(document.RootElement, isStored);
        }
    }

    /// <summary>The rule's canonical JSON.</summary>
    public static string Print(Rule rule)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, Writing))
        {
            Write(writer, rule);
        }

        return Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }

    /// <inheritdoc cref="Print"/>
    public static void Write(Utf8JsonWriter writer, Rule rule) => RulePrinter.Write(writer, rule);

    /// <summary>
    /// Makes a <see cref="Rule"/> a part of any request or response. Throws <see cref="RuleException"/> as it is, past the serializer.
    /// </summary>
    internal sealed class Converter : JsonConverter<Rule>
    {
        public override Rule Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            using var document = JsonDocument.ParseValue(ref reader);
            return Parse(document.RootElement);
        }

        public override void Write(Utf8JsonWriter writer, Rule value, JsonSerializerOptions options) => RuleJson.Write(writer, value);
    }
}
