using System.Text.Json.Nodes;

namespace XenoCrm.Api.Ai;

/// <summary>JSON schemas in the subset that strict mode takes: every member is required and no other is allowed.</summary>
internal static class ModelSchema
{
    public static JsonObject Object(params (string Name, JsonNode Schema)[] members) => new()
    {
        ["type"] = "object",
        ["properties"] = new JsonObject(members.Select(member => KeyValuePair.Create(member.Name, (JsonNode?)member.Schema))),
        ["required"] = new JsonArray([.. members.Select(member => (JsonNode)member.Name)]),
        ["additionalProperties"] = false,
    };

    public static JsonObject Text() => new() { ["type"] = "string" };

    public static JsonObject Number() => new() { ["type"] = "number" };

    public static JsonObject Flag() => new() { ["type"] = "boolean" };

    public static JsonObject OneOf(IEnumerable<string> values) =>
        new() { ["type"] = "string", ["enum"] = new JsonArray([.. values.Select(value => (JsonNode)value)]) };

    public static JsonObject ListOf(JsonNode item) => new() { ["type"] = "array", ["items"] = item };

    public static JsonObject AnyOf(params JsonNode[] schemas) => new() { ["anyOf"] = new JsonArray(schemas) };

    /// <summary>A member cannot be left out, but it can be null.</summary>
    public static JsonObject OrNull(JsonNode schema) => AnyOf(new JsonObject { ["type"] = "null" }, schema);

    public static JsonObject Reference(string definition) => new() { ["$ref"] = $"#/$defs/{definition}" };
}
