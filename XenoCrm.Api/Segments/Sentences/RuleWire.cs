using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using XenoCrm.Api.Ai;
using XenoCrm.Core.Rules;

namespace XenoCrm.Api.Segments.Sentences;

/// <summary>
/// A rule as the model writes it. Strict mode knows no object whose keys are free, as a rule's are, so a rule is a tree of nodes
/// whose first key says what they are:
/// <code>
/// {"all":[node, …]} {"any":[node, …]} {"not":node} {"everyone":true} {"exists":"phone","value":true}
/// {"number":"totalSpend","op":"$gt","value":10000} {"texts":"city","op":"$in","value":["Pune","Delhi"]}
/// {"ago":"lastOrderAt","op":"$lt","value":"90d"}
/// </code>
/// Fields, and the operators and values that each takes, come from the catalogue: whatever it lacks, a server that keeps to the
/// schema cannot even write. What is written is turned into a rule's JSON and read by the parser that reads every rule.
/// </summary>
internal static class RuleWire
{
    /// <summary>The name of <see cref="Schema"/> under <c>$defs</c>.</summary>
    public const string Name = "rule";

    private static readonly RuleOperator[] Single =
    [
        .. Enum.GetValues<RuleOperator>().Where(@operator => @operator is not (RuleOperator.In or RuleOperator.Nin or RuleOperator.Exists)),
    ];

    private static readonly RuleOperator[] Lists = [RuleOperator.In, RuleOperator.Nin];

    /// <summary>The schema of a node.</summary>
    /// <param name="attributeKeys">The account's own attributes, which are fields too.</param>
    public static JsonObject Schema(IReadOnlyList<string> attributeKeys)
    {
        Field[] fields = [.. FieldCatalog.All, .. attributeKeys.Select(FieldCatalog.Attribute)];
        return ModelSchema.AnyOf(
        [
            ModelSchema.Object(("all", ModelSchema.ListOf(ModelSchema.Reference(Name)))),
            ModelSchema.Object(("any", ModelSchema.ListOf(ModelSchema.Reference(Name)))),
            ModelSchema.Object(("not", ModelSchema.Reference(Name))),
            ModelSchema.Object(("everyone", ModelSchema.Flag())),
            Test("number", FieldType.Number, Single, fields, ModelSchema.Number()),
            Test("numbers", FieldType.Number, Lists, fields, ModelSchema.ListOf(ModelSchema.Number())),
            Test("text", FieldType.Text, Single, fields, ModelSchema.Text()),
            Test("texts", FieldType.Text, Lists, fields, ModelSchema.ListOf(ModelSchema.Text())),
            Test("date", FieldType.Date, Single, fields, ModelSchema.Text()),
            Test("ago", FieldType.Date, Single, fields, ModelSchema.Text()),
            Test("flag", FieldType.Flag, Single, fields, ModelSchema.Flag()),
            ModelSchema.Object(("exists", ModelSchema.OneOf(fields.Select(field => field.Name))), ("value", ModelSchema.Flag())),
        ]);
    }

    /// <summary>The rule that a node says.</summary>
    /// <exception cref="RuleException">It says none.</exception>
    public static Rule Parse(JsonElement node)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            Write(writer, node);
        }

        return RuleJson.Parse(Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length));
    }

    private static JsonObject Test(string kind, FieldType type, RuleOperator[] operators, Field[] fields, JsonNode value)
    {
        bool Takes(Field field, RuleOperator @operator) =>
            RuleSyntax.Takes(field.Type, @operator)
                && (RuleSyntax.ValueType(field.Type, @operator) is var wanted)
                && (wanted == type || (wanted == FieldType.Any && type != FieldType.Date));

        return ModelSchema.Object(
            (kind, ModelSchema.OneOf(fields.Where(field => operators.Any(@operator => Takes(field, @operator)))
                .Select(field => field.Name))),
            ("op", ModelSchema.OneOf(operators.Where(@operator => fields.Any(field => Takes(field, @operator))).Select(RuleSyntax.Name))),
            ("value", value));
    }

    // What is no node of ours goes to the parser as it is, which takes a rule and refuses all else.
    private static void Write(Utf8JsonWriter writer, JsonElement node)
    {
        if (node.ValueKind != JsonValueKind.Object)
        {
            node.WriteTo(writer);
            return;
        }

        var members = node.EnumerateObject().ToArray();
        switch (members.Select(member => member.Name).ToArray())
        {
            case ["all" or "any"] when members[0].Value.ValueKind == JsonValueKind.Array:
                writer.WriteStartObject();
                writer.WriteStartArray(members[0].Name == "all" ? RuleSyntax.And : RuleSyntax.Or);
                foreach (var item in members[0].Value.EnumerateArray())
                {
                    Write(writer, item);
                }

                writer.WriteEndArray();
                writer.WriteEndObject();
                break;
            case ["not"]:
                writer.WriteStartObject();
                writer.WritePropertyName(RuleSyntax.Not);
                Write(writer, members[0].Value);
                writer.WriteEndObject();
                break;
            case ["everyone"]:
                WriteMember(writer, RuleSyntax.Everyone, members[0].Value.WriteTo);
                break;
            case ["exists", "value"] when IsField(members[0]):
                WriteMember(writer, members[0].Value.GetString()!, test =>
                    WriteMember(test, RuleSyntax.Name(RuleOperator.Exists), members[1].Value.WriteTo));
                break;
            case ["ago", "op", "value"] when IsField(members[0]) && IsField(members[1]):
                WriteTest(writer, members, value => WriteMember(value, RuleSyntax.Ago, members[2].Value.WriteTo));
                break;
            case ["number" or "numbers" or "text" or "texts" or "date" or "flag", "op", "value"] when IsField(members[0])
                && IsField(members[1]):
                WriteTest(writer, members, members[2].Value.WriteTo);
                break;
            default:
                node.WriteTo(writer);
                break;
        }
    }

    private static bool IsField(JsonProperty member) => member.Value.ValueKind == JsonValueKind.String;

    private static void WriteTest(Utf8JsonWriter writer, JsonProperty[] members, Action<Utf8JsonWriter> value) =>
        WriteMember(writer, members[0].Value.GetString()!, test => WriteMember(test, members[1].Value.GetString()!, value));

    private static void WriteMember(Utf8JsonWriter writer, string name, Action<Utf8JsonWriter> value)
    {
        writer.WriteStartObject();
        writer.WritePropertyName(name);
        value(writer);
        writer.WriteEndObject();
    }
}
