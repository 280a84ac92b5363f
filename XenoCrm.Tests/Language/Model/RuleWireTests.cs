using System.Text.Json;
using System.Text.Json.Nodes;
using XenoCrm.Api.Segments.Sentences;
using XenoCrm.Core.Rules;
using XenoCrm.Tests.Rules;
using XenoCrm.Tests.Support;

namespace XenoCrm.Tests.Language.Model;

public sealed class RuleWireTests
{
    [Fact]
    public void The_schema_is_one_that_strict_mode_takes() =>
        StrictSchema.AssertIsTaken(JsonSerializer.SerializeToElement(SentenceQuestion.Schema(["plan", "pet name"])));

    [Fact]
    public void Whatever_rule_can_be_said_of_one_value_or_a_list_the_schema_lets_through_and_the_parser_reads_back()
    {
        var schema = JsonSerializer.SerializeToElement(SentenceQuestion.Schema(Keys));
        Property.Check(cases: 400, random =>
        {
            var rule = new RuleSamples(random).Rule();
            if (Wire(rule) is not { } node)
            {
                return;
            }

            var answer = JsonSerializer.SerializeToElement(new JsonObject { ["refused"] = null, ["rule"] = node });
            Assert.True(StrictSchema.Allows(schema, answer), $"The schema does not let through {answer} for {RuleJson.Print(rule)}");
            Assert.Equal(RuleJson.Parse(RuleJson.Print(rule)), RuleWire.Parse(answer.GetProperty("rule")));
        });
    }

    [Theory]
    [InlineData("""{"text":"city","op":"$regex","value":".*"}""")]
    [InlineData("""{"text":"shoeSize","op":"$eq","value":"42"}""")]
    [InlineData("""{"text":"totalSpend","op":"$eq","value":"much"}""")]
    [InlineData("""{"number":"totalSpend","op":"$gt","value":"1000"}""")]
    [InlineData("""{"number":"totalSpend","op":"$contains","value":1}""")]
    [InlineData("""{"text":"attributes.unheard","op":"$eq","value":"x"}""")]
    [InlineData("""{"all":[{"$where":"1"}]}""")]
    [InlineData("""{"text":"city","op":"$eq","value":"Pune","extra":1}""")]
    public void What_the_catalogue_lacks_the_schema_does_not_let_through(string node)
    {
        var schema = JsonSerializer.SerializeToElement(SentenceQuestion.Schema(["plan"]));
        Assert.False(StrictSchema.Allows(schema, JsonDocument.Parse($$"""{"refused":null,"rule":{{node}}}""").RootElement));
    }

    [Theory]
    [InlineData("""{"text":"city","op":"$regex","value":".*"}""", "$.city.$regex")]
    [InlineData("""{"all":[]}""", "$.$and")]
    [InlineData("""{"any":[{"everyone":true},{"text":"city","op":"$eq","value":"Pune"}]}""", "$.$or[0].$everyone")]
    [InlineData("""{"everyone":false}""", "$.$everyone")]
    [InlineData("""{"$where":"1"}""", "$.$where")]
    [InlineData("""{"text":"city","op":"$eq"}""", "$.text")]
    [InlineData("""{"ago":"lastOrderAt","op":"$lt","value":90}""", "$.lastOrderAt.$lt.$ago")]
    [InlineData("\"everyone\"", "$")]
    [InlineData("{}", "$")]
    public void From_a_server_that_does_not_keep_to_the_schema_the_parser_refuses_it(string node, string path) =>
        Assert.Equal(path, Assert.Throws<RuleException>(() => RuleWire.Parse(JsonDocument.Parse(node).RootElement)).Path);

    [Fact]
    public void A_model_that_writes_a_rule_as_the_API_takes_it_is_read_too() =>
        Assert.Equal(
            """{"orderCount":{"$gte":3}}""", RuleJson.Print(RuleWire.Parse(JsonDocument.Parse("""{"visits":{"$gte":3}}""").RootElement)));

    // Those of the random rules.
    private static readonly string[] Keys = ["plan", "Plan", "loyalty tier", "größe", "n-1"];

    // Lists of dates and of flags are nothing that a sentence says, so the wire has none.
    private static JsonNode? Wire(Rule rule)
    {
        switch (rule)
        {
            case Everyone:
                return new JsonObject { ["everyone"] = true };
            case Not not:
                return Wire(not.Rule) is { } inner ? new JsonObject { ["not"] = inner } : null;
            case AllOf or AnyOf:
                var (name, parts) = rule is AllOf all ? ("all", all.Rules) : ("any", ((AnyOf)rule).Rules);
                var nodes = parts.Select(Wire).ToArray();
                return nodes.Contains(null) ? null : new JsonObject { [name] = new JsonArray(nodes) };
            case OrdersTest orders:
                var tests = orders.Where.Concat(orders.Having).Select(JsonNode? (test) => Wire(test)).ToArray();
                return tests.Contains(null) ? null : new JsonObject { [orders.IsLast ? "lastOrder" : "orders"] = new JsonArray(tests) };
            default:
                return Wire((FieldTest)rule);
        }
    }

    private static JsonObject? Wire(FieldTest test)
    {
        var isList = test.Operator is RuleOperator.In or RuleOperator.Nin;
        if (test.Operator == RuleOperator.Exists)
        {
            return new JsonObject { ["exists"] = test.Field.Name, ["value"] = ((FlagValue)test.Value).Flag };
        }

        if (test.Values.Select(value => value.GetType()).Distinct().Count() > 1)
        {
            return null;
        }

        JsonNode Value(RuleValue value) => value switch
        {
            TextValue text => text.Text,
            NumberValue number => JsonNode.Parse(number.Written.ToString())!,
            FlagValue flag => flag.Flag,
            DateValue date => RuleDate.Format(date.At),
            DayValue day => RuleDate.Format(day.Day),
            var ago =>
                JsonNode.Parse(RuleJson.Print(new FieldTest(FieldCatalog.CreatedAt, RuleOperator.Gt, ago)))!["createdAt"]!["$gt"]![
                    "$ago"]!.GetValue<string>(),
        };
        var kind = (test.Value, isList) switch
        {
            (TextValue, false) => "text",
            (TextValue, true) => "texts",
            (NumberValue, false) => "number",
            (NumberValue, true) => "numbers",
            (FlagValue, false) => "flag",
            (DateValue or DayValue, false) => "date",
            (AgoValue, false) => "ago",
            _ => null,
        };
        return kind is null ? null : new JsonObject
        {
            [kind] = test.Field.Name,
            ["op"] = RuleSyntax.Name(test.Operator),
            ["value"] = isList ? new JsonArray([.. test.Values.Select(Value)]) : Value(test.Value),
        };
    }
}
