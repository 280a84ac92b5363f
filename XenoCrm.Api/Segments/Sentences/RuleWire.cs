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
/// {"orders":[{"ago":"placedAt","op":"$gte","value":"90d"},{"number":"$sum","op":"$gt","value":5000}]}
/// {"lastOrder":[{"text":"item","op":"$contains","value":"mug"}]}
/// </code>
/// Fields, and the operators and values that each takes, come from the catalogue: whatever it lacks, a server that keeps to the
/// schema cannot even write. What is written is turned into a rule's JSON and read by the parser that reads every rule.
/// </summary>
internal static class RuleWire
{
    /// <summary>The name of <see cref="Schema"/> under <c>$defs</c>.</summary>
    public const string Name = "rule";

    private const string LastOrder = "lastOrder";

    private static readonly Field[] OfOneOrder = [.. OrderFields.All.Where(field => !OrderFields.IsOfAll(field))];

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
            ModelSchema.Object((RuleSyntax.Orders, ModelSchema.ListOf(ModelSchema.AnyOf(Tests([.. OrderFields.All]))))),
            ModelSchema.Object((LastOrder, ModelSchema.ListOf(ModelSchema.AnyOf(Tests(OfOneOrder))))),
            Test("flag", FieldType.Flag, Single, fields, ModelSchema.Flag()),
            .. Tests(fields),
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

    private static JsonNode[] Tests(Field[] fields) =>
    [
        Test("number", FieldType.Number, Single, fields, ModelSchema.Number()),
        Test("numbers", FieldType.Number, Lists, fields, ModelSchema.ListOf(ModelSchema.Number())),
        Test("text", FieldType.Text, Single, fields, ModelSchema.Text()),
        Test("texts", FieldType.Text, Lists, fields, ModelSchema.ListOf(ModelSchema.Text())),
        Test("date", FieldType.Date, Single, fields, ModelSchema.Text()),
        Test("ago", FieldType.Date, Single, fields, ModelSchema.Text()),
        ModelSchema.Object(("exists", ModelSchema.OneOf(fields.Select(field => field.Name))), ("value", ModelSchema.Flag())),
    ];

    private static JsonObject Test(string kind, FieldType type, RuleOperator[] operators, Field[] fields, JsonNode value)
    {
        bool Takes(Field field, RuleOperator @operator) =>
            RuleSyntax.Takes(field.Type, @operator)
                && (RuleSyntax.ValueType(field.Type, @operator) is var wanted)
                && (wanted == type || (wanted == FieldType.Any && type != FieldType.Date)
                    || (field.Type == FieldType.Any && RuleSyntax.IsOrder(@operator) && type == FieldType.Date));

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
            case [RuleSyntax.Orders or LastOrder] when members[0].Value.ValueKind == JsonValueKind.Array
                && members[0].Value.EnumerateArray().Select(Read).ToArray() is var tests && !tests.Contains(null):
                var isLast = members[0].Name == LastOrder;
                WriteMember(writer, RuleSyntax.Orders, orders => WriteTests(orders, tests!, isLast));
                break;
            default:
                if (Read(node) is { } test)
                {
                    WriteTests(writer, [test]);
                }
                else
                {
                    node.WriteTo(writer);
                }

                break;
        }
    }

    /// <summary>A node that is a test of a field; null for any other.</summary>
    private static WireTest? Read(JsonElement node)
    {
        if (node.ValueKind != JsonValueKind.Object)
        {
            return null;
        }

        var members = node.EnumerateObject().ToArray();
        return members.Select(member => member.Name).ToArray() switch
        {
            ["exists", "value"] when IsText(members[0]) =>
                new WireTest(members[0].Value.GetString()!, RuleSyntax.Name(RuleOperator.Exists), members[1].Value.WriteTo),
            ["ago", "op", "value"] when IsText(members[0]) && IsText(members[1]) => new WireTest(
                members[0].Value.GetString()!, members[1].Value.GetString()!,
                value => WriteMember(value, RuleSyntax.Ago, members[2].Value.WriteTo)),
            ["number" or "numbers" or "text" or "texts" or "date" or "flag", "op", "value"] when IsText(members[0])
                && IsText(members[1]) =>
                new WireTest(members[0].Value.GetString()!, members[1].Value.GetString()!, members[2].Value.WriteTo),
            _ => null,
        };
    }

    private static bool IsText(JsonProperty member) => member.Value.ValueKind == JsonValueKind.String;

    private static void WriteTests(Utf8JsonWriter writer, IEnumerable<WireTest> tests, bool isLast = false)
    {
        writer.WriteStartObject();
        foreach (var ofField in tests.GroupBy(test => test.Field))
        {
            writer.WriteStartObject(ofField.Key);
            foreach (var test in ofField)
            {
                writer.WritePropertyName(test.Operator);
                test.WriteValue(writer);
            }

            writer.WriteEndObject();
        }

        if (isLast)
        {
            writer.WriteBoolean(RuleSyntax.Last, true);
        }

        writer.WriteEndObject();
    }

    private static void WriteMember(Utf8JsonWriter writer, string name, Action<Utf8JsonWriter> value)
    {
        writer.WriteStartObject();
        writer.WritePropertyName(name);
        value(writer);
        writer.WriteEndObject();
    }

    private sealed record WireTest(string Field, string Operator, Action<Utf8JsonWriter> WriteValue);
}
