using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Authorization;
using XenoCrm.Core.Rules;
using XenoCrm.Tests.Rules;
using XenoCrm.Tests.Security;
using XenoCrm.Tests.Support;

namespace XenoCrm.Tests.Http;

/// <summary>What the description says of errors, of coming in and of rules, for every route that there is.</summary>
public sealed class DescribedTests(SignedInServer server) : IClassFixture<SignedInServer>
{
    [Fact]
    public async Task Whoever_must_sign_in_is_told_how()
    {
        var operations = await OperationsAsync();
        foreach (var route in server.Api.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>())
        {
            if (route.Metadata.GetMetadata<IEndpointNameMetadata>()?.EndpointName is { } name)
            {
                Assert.Equal(route.Metadata.GetMetadata<IAllowAnonymous>() is null, Ways(operations[name]).Contains("cookie"));
            }
        }

        var schemes = (await DocumentAsync()).GetProperty("components").GetProperty("securitySchemes");
        var (cookie, key) = (schemes.GetProperty("cookie"), schemes.GetProperty("key"));
        Assert.Equal(("apiKey", "cookie", "xenocrm"), (cookie.Text("type"), cookie.Text("in"), cookie.Text("name")));
        Assert.Equal(("http", "bearer"), (key.Text("type"), key.Text("scheme")));
        Assert.Equal(["cookie"], Ways(operations["CreateKey"]));
        Assert.Equal(["cookie", "key"], Ways(operations["ListCustomers"]));
    }

    [Fact]
    public async Task Every_status_of_the_access_table_is_in_the_description()
    {
        var document = await DocumentAsync();
        var missing = new List<string>();
        foreach (var cells in AccessTable.Lines(new AccessMode("Development", Google: false)))
        {
            var line = cells.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (document.GetProperty("paths").TryGetProperty(line[1], out var path))
            {
                var answers = path.GetProperty(line[0].ToLowerInvariant()).GetProperty("responses");
                var unknown = line[2..].Distinct().Where(status => !answers.TryGetProperty(status, out _));
                missing.AddRange(unknown.Select(status => $"{line[0]} {line[1]} {status}"));
            }
        }

        Assert.Empty(missing);
    }

    [Fact]
    public async Task Every_error_is_described_as_ProblemDetails_in_words()
    {
        foreach (var (name, operation) in await OperationsAsync())
        {
            var answers = operation.GetProperty("responses").EnumerateObject().ToList();
            foreach (var answer in answers.Where(answer => answer.Name[0] is '4' or '5'))
            {
                var isProblem = answer.Value.TryGetProperty("content", out var content)
                    && content.TryGetProperty("application/problem+json", out _);
                Assert.True(isProblem, $"{name} {answer.Name}");
                var words = answer.Value.Text("description")!;
                Assert.True(words.Split(' ').Length > 3, $"{name} {answer.Name}: {words}");
            }

            var statuses = answers.Select(answer => answer.Name).ToHashSet();
            Assert.Contains(statuses, status => status[0] is '2' or '3');
            Assert.Superset(new HashSet<string> { "429", "503" }, statuses);
            if (operation.TryGetProperty("requestBody", out _))
            {
                Assert.Superset(new HashSet<string> { "400", "413" }, statuses);
            }
        }
    }

    [Fact]
    public async Task The_schema_of_rules_takes_what_the_language_takes()
    {
        var schemas = (await DocumentAsync()).GetProperty("components").GetProperty("schemas");
        Property.Check(500, random =>
        {
            var rule = RuleJson.Print(new RuleSamples(random).Rule());
            Assert.True(Fits(JsonDocument.Parse(rule).RootElement, schemas.GetProperty("Rule"), schemas), rule);
        });
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("7")]
    [InlineData("""{"shoeSize":42}""")]
    [InlineData("""{"$where":"true"}""")]
    [InlineData("""{"$and":[]}""")]
    [InlineData("""{"$not":[{"city":"Pune"}]}""")]
    [InlineData("""{"$everyone":false}""")]
    [InlineData("""{"totalSpend":"much"}""")]
    [InlineData("""{"city":{"$gt":"Pune"}}""")]
    [InlineData("""{"city":{}}""")]
    [InlineData("""{"city":{"$in":[]}}""")]
    [InlineData("""{"unsubscribed":"yes"}""")]
    [InlineData("""{"lastOrderAt":{"$lt":{"$ago":"soon"}}}""")]
    [InlineData("""{"attributes.plan":{"$regex":"x"}}""")]
    public async Task The_schema_of_rules_refuses_what_the_language_refuses(string rule)
    {
        var schemas = (await DocumentAsync()).GetProperty("components").GetProperty("schemas");
        Assert.ThrowsAny<RuleException>(() => RuleJson.Parse(rule));
        Assert.False(Fits(JsonDocument.Parse(rule).RootElement, schemas.GetProperty("Rule"), schemas));
    }

    /// <summary>As much of JSON Schema as the rules' schemas are written in.</summary>
    private static bool Fits(JsonElement value, JsonElement schema, JsonElement schemas)
    {
        if (schema.TryGetProperty("$ref", out var reference))
        {
            return Fits(value, schemas.GetProperty(reference.GetString()!["#/components/schemas/".Length..]), schemas);
        }

        if (schema.TryGetProperty("anyOf", out var any))
        {
            return any.EnumerateArray().Any(one => Fits(value, one, schemas));
        }

        if (schema.TryGetProperty("enum", out var allowed))
        {
            return allowed.EnumerateArray().Any(one => JsonElement.DeepEquals(one, value));
        }

        var type = schema.GetProperty("type");
        var types = type.ValueKind == JsonValueKind.Array ? type.EnumerateArray().Select(one => one.GetString()) : [type.GetString()];
        return types.Contains(TypeOf(value)) && value.ValueKind switch
        {
            JsonValueKind.Object => FitsObject(value, schema, schemas),
            JsonValueKind.Array => value.GetArrayLength() >= schema.GetProperty("minItems").GetInt32()
                && value.EnumerateArray().All(item => Fits(item, schema.GetProperty("items"), schemas)),
            JsonValueKind.String =>
                !schema.TryGetProperty("pattern", out var pattern) || Regex.IsMatch(value.GetString()!, pattern.GetString()!),
            _ => true,
        };
    }

    private static bool FitsObject(JsonElement value, JsonElement schema, JsonElement schemas) =>
        value.EnumerateObject().Count() >= (schema.TryGetProperty("minProperties", out var least) ? least.GetInt32() : 0)
        && value.EnumerateObject().All(member =>
            schema.GetProperty("properties").TryGetProperty(member.Name, out var known) ? Fits(member.Value, known, schemas)
            : schema.TryGetProperty("patternProperties", out var patterns) && patterns.EnumerateObject().Single() is var named
                && Regex.IsMatch(member.Name, named.Name) && Fits(member.Value, named.Value, schemas));

    private static string TypeOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.True or JsonValueKind.False => "boolean",
        var kind => kind.ToString().ToLowerInvariant(),
    };

    private static IEnumerable<string> Ways(JsonElement operation) => operation.TryGetProperty("security", out var security)
        ? security.EnumerateArray().Select(way => way.EnumerateObject().Single().Name)
        : [];

    private async Task<Dictionary<string, JsonElement>> OperationsAsync() => (await DocumentAsync()).GetProperty("paths").EnumerateObject()
        .SelectMany(path => path.Value.EnumerateObject())
        .ToDictionary(verb => verb.Value.Text("operationId")!, verb => verb.Value);

    private async Task<JsonElement> DocumentAsync()
    {
        using var client = server.Api.Anonymous();
        return await (await client.GetAsync("/openapi/v1.json", TestContext.Current.CancellationToken)).JsonAsync();
    }
}
