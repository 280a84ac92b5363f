using System.Text.Json.Nodes;
using Microsoft.OpenApi;
using XenoCrm.Core.Rules;

namespace XenoCrm.Api.Http.Description;

/// <summary>
/// The rule language as JSON Schema, made from the language's own tables: <see cref="FieldCatalog"/> and
/// <see cref="RuleSyntax"/>. docs/rules.md says what it means.
/// </summary>
internal static class RuleSchema
{
    public const string Name = "Rule";

    private const string Date = "RuleDate";
    private const string Ranked = "RuleTestOfRanked";

    /// <summary>Once the document is complete: the framework follows the references of schemas that it makes, and these go round.</summary>
    public static void Describe(OpenApiSchema schema, OpenApiDocument document)
    {
        document.AddComponent<IOpenApiSchema>(Date, DateValue());
        foreach (var type in Enum.GetValues<FieldType>())
        {
            document.AddComponent<IOpenApiSchema>(TestName(type), Test(type, document));
        }

        document.AddComponent<IOpenApiSchema>(Ranked, Test(FieldType.Number, document, ofRanked: true));
        schema.Type = JsonSchemaType.Object;
        schema.Description = "Who is meant. Several members together are an AND; docs/rules.md says more.";
        schema.MinProperties = 1;
        schema.Properties = new Dictionary<string, IOpenApiSchema>
        {
            [RuleSyntax.And] = Several(document, "All of these hold."),
            [RuleSyntax.Or] = Several(document, "One of these holds, or more."),
            [RuleSyntax.Not] = Reference(Name, document),
            [RuleSyntax.Everyone] = new OpenApiSchema { Enum = [JsonValue.Create(true)], Description = "Everybody. It stands alone." },
        };
        foreach (var field in FieldCatalog.All)
        {
            schema.Properties[field.Name] = Reference(RuleSyntax.IsRanked(field) ? Ranked : TestName(field.Type), document);
        }

        schema.Properties[RuleSyntax.Orders] = new OpenApiSchema
        {
            Type = JsonSchemaType.Object,
            Description = "The orders that pass all tests on one are chosen. Of them together all limits that begin with $ hold, "
                + "or, without any, that there is one. With $last the tests hold of the customer's last order, and there are no limits.",
            Properties = OrderFields.All.ToDictionary(
                field => field.Name, IOpenApiSchema (field) => Reference(TestName(field.Type), document)),
            MinProperties = 1,
            AdditionalPropertiesAllowed = false,
        };
        schema.Properties[RuleSyntax.Orders].Properties![RuleSyntax.Last] = new OpenApiSchema
        {
            Enum = [JsonValue.Create(true)],
            Description = "Of the last order alone; of several at the last moment, of one of them. It stands beside a test.",
        };
        foreach (var alias in (string[])["visits", "lastPurchase"])
        {
            schema.Properties[alias] = schema.Properties[FieldCatalog.Find(alias)!.Name];
        }

        schema.Properties[RuleSyntax.LastPurchaseBefore] = Reference(Date, document);
        schema.PatternProperties = new Dictionary<string, IOpenApiSchema>
        {
            ["^attributes\\..+"] = Reference(TestName(FieldType.Any), document),
        };
        schema.AdditionalPropertiesAllowed = false;
        schema.Examples = [JsonNode.Parse("""{"totalSpend":{"$gt":10000},"orderCount":{"$lt":3}}""")!];
    }

    /// <summary><c>RuleTestOfNumber</c></summary>
    private static string TestName(FieldType type) => "RuleTestOf" + type;

    private static OpenApiSchema Test(FieldType type, OpenApiDocument document, bool ofRanked = false)
    {
        var operators = new Dictionary<string, IOpenApiSchema>();
        foreach (var @operator in Enum.GetValues<RuleOperator>().Where(@operator => RuleSyntax.Takes(type, @operator)))
        {
            var value = Value(RuleSyntax.ValueType(type, @operator), document);
            value = type == FieldType.Any && RuleSyntax.IsOrder(@operator)
                ? new OpenApiSchema { AnyOf = [value, Reference(Date, document)] }
                : value;
            operators[RuleSyntax.Name(@operator)] = @operator is RuleOperator.In or RuleOperator.Nin
                ? new OpenApiSchema { Type = JsonSchemaType.Array, Items = value, MinItems = 1, MaxItems = RuleLimits.MaxListLength }
                : value;
        }

        if (type == FieldType.Any)
        {
            operators[RuleSyntax.Name(RuleOperator.Anniversary)] = new OpenApiSchema
            {
                Type = JsonSchemaType.Object,
                Description = "Of text that is a day: its next anniversary is today, or on one of so many days.",
                Properties = new Dictionary<string, IOpenApiSchema>
                {
                    [RuleSyntax.Within] = new OpenApiSchema { Type = JsonSchemaType.String, Pattern = "^[0-9]+d$", Description = "7d" },
                },
                Required = new HashSet<string> { RuleSyntax.Within },
                AdditionalPropertiesAllowed = false,
            };
        }

        if (ofRanked)
        {
            operators[RuleSyntax.Name(RuleOperator.Top)] = new OpenApiSchema
            {
                Description = "Among so many of all customers, or such a part of them, by this field; ties included.",
                AnyOf =
                [
                    new OpenApiSchema { Type = JsonSchemaType.Integer, Minimum = "1", Maximum = "1000000000" },
                    new OpenApiSchema { Type = JsonSchemaType.String, Pattern = "^[0-9]+(\\.[0-9]+)?%$" },
                ],
            };
        }

        var tests = new OpenApiSchema
        {
            Type = JsonSchemaType.Object,
            Properties = operators,
            MinProperties = 1,
            AdditionalPropertiesAllowed = false,
        };
        return new OpenApiSchema
        {
            Description = "A value, which is equality (for totalSpend: at least), or operators that all hold.",
            AnyOf = [Value(RuleSyntax.ValueType(type, RuleOperator.Eq), document), tests],
        };
    }

    private static IOpenApiSchema Value(FieldType type, OpenApiDocument document) => type switch
    {
        FieldType.Number => new OpenApiSchema { Type = JsonSchemaType.Number },
        FieldType.Date => Reference(Date, document),
        FieldType.Flag => new OpenApiSchema { Type = JsonSchemaType.Boolean },
        FieldType.Any => new OpenApiSchema { Type = JsonSchemaType.String | JsonSchemaType.Number | JsonSchemaType.Boolean },
        _ => new OpenApiSchema { Type = JsonSchemaType.String, MaxLength = RuleLimits.MaxTextLength },
    };

    private static OpenApiSchema DateValue() => new()
    {
        Description = "A day, a moment, or so long before the evaluation.",
        AnyOf =
        [
            new OpenApiSchema { Type = JsonSchemaType.String, Description = "2026-11-22, or 2026-11-22T08:00:00Z." },
            new OpenApiSchema
            {
                Type = JsonSchemaType.Object,
                Properties = new Dictionary<string, IOpenApiSchema>
                {
                    [RuleSyntax.Ago] = new OpenApiSchema
                    {
                        Type = JsonSchemaType.String,
                        Pattern = "^[0-9]+(d|w|mo|y)$",
                        Description = "90d, 12w, 6mo, 2y.",
                    },
                },
                Required = new HashSet<string> { RuleSyntax.Ago },
                AdditionalPropertiesAllowed = false,
            },
        ],
    };

    private static OpenApiSchema Several(OpenApiDocument document, string description) =>
        new() { Type = JsonSchemaType.Array, Items = Reference(Name, document), MinItems = 1, Description = description };

    private static OpenApiSchemaReference Reference(string name, OpenApiDocument document) => new(name, document);
}
