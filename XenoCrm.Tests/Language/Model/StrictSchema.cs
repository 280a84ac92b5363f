using System.Text.Json;

namespace XenoCrm.Tests.Language.Model;

/// <summary>Strict mode's rules for a schema, and what a server that keeps to a schema lets through.</summary>
internal static class StrictSchema
{
    private static readonly string[] Known =
        ["type", "properties", "required", "additionalProperties", "items", "enum", "anyOf", "$ref", "$defs"];

    /// <summary>Fails where OpenAI's server would refuse the schema.</summary>
    public static void AssertIsTaken(JsonElement schema)
    {
        Assert.Equal("object", schema.GetProperty("type").GetString());
        Walk(schema);
    }

    public static bool Allows(JsonElement schema, JsonElement value) => Allows(schema, value, schema);

    private static void Walk(JsonElement schema)
    {
        Assert.All(schema.EnumerateObject(), member => Assert.Contains(member.Name, Known));
        if (schema.TryGetProperty("properties", out var properties))
        {
            Assert.False(schema.GetProperty("additionalProperties").GetBoolean());
            Assert.Equal(properties.EnumerateObject()
                .Select(member => member.Name), schema.GetProperty("required")
                .EnumerateArray()
                .Select(name => name.GetString()));
            Assert.All(properties.EnumerateObject(), member => Walk(member.Value));
        }

        if (schema.TryGetProperty("anyOf", out var branches))
        {
            var firstKeys = branches.EnumerateArray()
                .Where(branch => branch.TryGetProperty("properties", out _))
                .Select(branch => branch.GetProperty("properties").EnumerateObject().First().Name)
                .ToArray();
            Assert.Equal(firstKeys.Distinct(), firstKeys);
            Assert.All(branches.EnumerateArray(), Walk);
        }

        if (schema.TryGetProperty("items", out var items))
        {
            Walk(items);
        }

        if (schema.TryGetProperty("$defs", out var definitions))
        {
            Assert.All(definitions.EnumerateObject(), member => Walk(member.Value));
        }
    }

    private static bool Allows(JsonElement schema, JsonElement value, JsonElement root)
    {
        if (schema.TryGetProperty("$ref", out var reference))
        {
            return Allows(root.GetProperty("$defs").GetProperty(reference.GetString()!["#/$defs/".Length..]), value, root);
        }

        if (schema.TryGetProperty("anyOf", out var branches))
        {
            return branches.EnumerateArray().Any(branch => Allows(branch, value, root));
        }

        if (schema.TryGetProperty("enum", out var values) && !values.EnumerateArray().Any(one => JsonElement.DeepEquals(one, value)))
        {
            return false;
        }

        return schema.GetProperty("type").GetString() switch
        {
            "object" => value.ValueKind == JsonValueKind.Object
                && value.EnumerateObject()
                    .Select(member => member.Name)
                    .ToHashSet()
                    .SetEquals(schema.GetProperty("required").EnumerateArray().Select(name => name.GetString()!))
                && value.EnumerateObject()
                    .All(member => Allows(schema.GetProperty("properties").GetProperty(member.Name), member.Value, root)),
            "array" => value.ValueKind == JsonValueKind.Array
                && value.EnumerateArray().All(item => Allows(schema.GetProperty("items"), item, root)),
            "string" => value.ValueKind == JsonValueKind.String,
            "number" => value.ValueKind == JsonValueKind.Number,
            "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
            _ => value.ValueKind == JsonValueKind.Null,
        };
    }
}
