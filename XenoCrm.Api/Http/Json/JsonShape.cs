using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using XenoCrm.Core.Rules;
using XenoCrm.Core.Text;

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
                    var place = string.Create(CultureInfo.InvariantCulture, $"{path}[{index}]");
                    if (element.ValueKind == JsonValueKind.Null)
                    {
                        Refuse(place, JsonValues.NullInArray);
                    }
                    else
                    {
                        Look(place, element, info.ElementType!);
                    }
                }

                break;
            case JsonTypeInfoKind.Enumerable:
                Refuse(path, info.ElementType == typeof(string) ? "This must be an array of text." : "This must be an array.");
                break;
            default:
                if (info.Type == typeof(Rule) && path.Contains('.', StringComparison.Ordinal))
                {
                    LookAtRule(path, value);
                }
                else
                {
                    LookAtValue(path, value, info.Type);
                }

                break;
        }
    }

    private void LookInside(string path, JsonElement value, JsonTypeInfo info)
    {
        var seen = new HashSet<string>();
        foreach (var member in value.EnumerateObject())
        {
            if (!JsonValues.TryName(member, out var name))
            {
                Refuse(path.Length == 0 ? JsonFaultException.WholeBody : path, JsonValues.NameNotUnicode);
                continue;
            }

            var place = path.Length == 0 ? name : $"{path}.{name}";
            if (info.Properties.FirstOrDefault(property => property.Name == name) is not { } property)
            {
                Refuse(place, KnownNames.Refusal(name, [.. info.Properties.Select(property => property.Name)]));
            }
            else if (!seen.Add(name))
            {
                Refuse(place, JsonValues.Twice);
            }
            else
            {
                Look(place, member.Value, property.PropertyType);
            }
        }
    }

    private void LookAtValue(string path, JsonElement value, Type type)
    {
        var isNumber = value.ValueKind == JsonValueKind.Number;
        var expected = Type.GetTypeCode(type) switch
        {
            TypeCode.String when !JsonValues.TryText(value, out _) =>
                value.ValueKind == JsonValueKind.String ? JsonValues.NotUnicode : JsonValues.NotText,
            TypeCode.Boolean when value.ValueKind is not (JsonValueKind.True or JsonValueKind.False) => JsonValues.NotFlag,
            TypeCode.Int32 when !(isNumber && value.TryGetInt32(out _)) => JsonValues.NotWholeNumber,
            TypeCode.Int64 when !(isNumber && value.TryGetInt64(out _)) => JsonValues.NotWholeNumber,
            TypeCode.Decimal when !(isNumber && value.TryGetDecimal(out _)) => JsonValues.NotNumber,
            TypeCode.Double when !(isNumber && double.IsFinite(value.GetDouble())) => JsonValues.NotNumber,
            TypeCode.Object when type == typeof(DateTimeOffset)
                && !(JsonValues.TryText(value, out var at) && UtcConverter.TryParse(at, out _)) => UtcConverter.Expected,
            _ => null,
        };
        if (expected is not null)
        {
            Refuse(path, expected);
        }
    }

    // A rule of several, or inside of something: its own faults have places that begin at the rule.
    private void LookAtRule(string path, JsonElement value)
    {
        try
        {
            RuleJson.Parse(value);
        }
        catch (RuleException e)
        {
            Refuse(path + e.Path.TrimStart('$'), e.Message);
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
