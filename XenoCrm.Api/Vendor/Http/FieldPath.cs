using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace XenoCrm.Api.Vendor.Http;

/// <summary>A place in a vendor's JSON: <c>messages[0].sid</c>. Names are exact.</summary>
internal sealed partial class FieldPath
{
    private readonly object[] steps;

    private FieldPath(object[] steps) => this.steps = steps;

    /// <summary>Null if that is no place, or none is given.</summary>
    public static FieldPath? Parse(string? text) => text is not null && Form().Match(text) is { Success: true } match
        ? new FieldPath([.. match.Groups["step"].Captures.Select(step => step.Value is ['[', .. var number, ']']
            ? (object)int.Parse(number, NumberStyles.None, CultureInfo.InvariantCulture)
            : step.Value)])
        : null;

    /// <summary>Null if there is nothing.</summary>
    public JsonElement? Find(JsonElement root)
    {
        var at = root;
        foreach (var step in steps)
        {
            switch (step)
            {
                case string name when at.ValueKind == JsonValueKind.Object && at.TryGetProperty(name, out var member):
                    at = member;
                    break;
                case int index when at.ValueKind == JsonValueKind.Array && index < at.GetArrayLength():
                    at = at[index];
                    break;
                default:
                    return null;
            }
        }

        return at;
    }

    /// <summary>A text, a number or a truth value as text; null for anything else.</summary>
    public string? FindText(JsonElement root) => Find(root) switch
    {
        { ValueKind: JsonValueKind.String } text => text.GetString(),
        { ValueKind: JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False } value => value.GetRawText(),
        _ => null,
    };

    [GeneratedRegex(@"^(?<step>[^.\[\]\s]+|\[[0-9]{1,4}\])((\.(?<step>[^.\[\]\s]+))|(?<step>\[[0-9]{1,4}\]))*$")]
    private static partial Regex Form();
}
