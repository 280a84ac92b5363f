using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace XenoCrm.Api.Http;

/// <summary>
/// Compares a body with the type that it is to become, before it does: members that nobody knows, that stand twice or have
/// a value of another kind, each by its path. What a type reads by itself, as a rule does, is left to it.
/// </summary>
internal sealed class JsonShape(JsonSerializerOptions options)
{
    private const int MaxTold = 50;

    private readonly Dictionary<string, string[]> errors = [];

    public static IDictionary<string, string[]> Check(JsonElement body, Type type, JsonSerializerOptions options)
    {
        var shape = new JsonShape(options);
        if (body.ValueKind == JsonValueKind.Object)
        {
            shape.Look("", body, type);
        }
        else
        {
            shape.Refuse(JsonFaultException.WholeBody, $"The body must be a JSON object; this is {Kind(body)}.");
        }

        return shape.errors;
    }

    private void Look(string path, JsonElement value, Type type)
    {
        if (errors.Count >= MaxTold
            || (value.ValueKind == JsonValueKind.Null && (!type.IsValueType || Nullable.GetUnderlyingType(type) is not null)))
        {
            return;
        }

        var info = options.GetTypeInfo(Nullable.GetUnderlyingType(type) ?? type);
        switch (info.Kind)
        {
            case JsonTypeInfoKind.Object when value.ValueKind == JsonValueKind.Object:
                LookInside(path, value, info);
                break;
            case JsonTypeInfoKind.Object:
                Refuse(path, "This must be an object.");
                break;
            case JsonTypeInfoKind.Enumerable when value.ValueKind == JsonValueKind.Array:
                foreach (var (index, element) in value.EnumerateArray().Index())
                {
                    Look(string.Create(CultureInfo.InvariantCulture, $"{path}[{index}]"), element, info.ElementType!);
                }

                break;
            case JsonTypeInfoKind.Enumerable:
                Refuse(path, info.ElementType == typeof(string) ? "This must be an array of text." : "This must be an array.");
                break;
            default:
                LookAtValue(path, value, info.Type);
                break;
        }
    }

    private void LookInside(string path, JsonElement value, JsonTypeInfo info)
    {
        var seen = new HashSet<string>();
        foreach (var member in value.EnumerateObject())
        {
            string name;
            try
            {
                name = member.Name;
            }
            catch (InvalidOperationException)
            {
                Refuse(path.Length == 0 ? JsonFaultException.WholeBody : path, "A member's name in here is not valid Unicode text.");
                continue;
            }

            var place = path.Length == 0 ? name : $"{path}.{name}";
            if (info.Properties.FirstOrDefault(property => property.Name == name) is not { } property)
            {
                Refuse(place, KnownNames.Refusal(name, [.. info.Properties.Select(property => property.Name)]));
            }
            else if (!seen.Add(name))
            {
                Refuse(place, "This member stands twice in its object.");
            }
            else
            {
                Look(place, member.Value, property.PropertyType);
            }
        }
    }

    private void LookAtValue(string path, JsonElement value, Type type)
    {
        var expected = Type.GetTypeCode(type) switch
        {
            TypeCode.String when !IsText(value) =>
                value.ValueKind == JsonValueKind.String ? "This is not valid Unicode text." : "This must be text, in quotes.",
            TypeCode.Boolean when value.ValueKind is not (JsonValueKind.True or JsonValueKind.False) =>
                "This must be true or false, without quotes.",
            TypeCode.Int32 when !(value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out _)) => WholeNumber,
            TypeCode.Int64 when !(value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out _)) => WholeNumber,
            TypeCode.Decimal when !(value.ValueKind == JsonValueKind.Number && value.TryGetDecimal(out _)) =>
                "This must be a number, such as 12.50, without quotes.",
            TypeCode.Double when !(value.ValueKind == JsonValueKind.Number && double.IsFinite(value.GetDouble())) =>
                "This must be a number, such as 12.50, without quotes.",
            TypeCode.Object when type == typeof(DateTimeOffset) && !(IsText(value) && UtcConverter.TryParse(value.GetString(), out _)) =>
                UtcConverter.Expected,
            _ => null,
        };
        if (expected is not null)
        {
            Refuse(path, expected);
        }
    }

    private const string WholeNumber = "This must be a whole number, such as 100, without quotes.";

    private static bool IsText(JsonElement value)
    {
        try
        {
            return value.ValueKind == JsonValueKind.String && value.GetString() is not null;
        }
        catch (InvalidOperationException)
        {
            // Half a surrogate pair, which JSON can write and no text can have.
            return false;
        }
    }

    private static string Kind(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Array => "an array",
        JsonValueKind.String => "a text",
        JsonValueKind.Number => "a number",
        JsonValueKind.Null => "null",
        _ => "true or false",
    };

    private void Refuse(string path, string message) => errors.TryAdd(path, [message]);
}
