using System.Text.Json;

namespace XenoCrm.Core.Rules;

/// <summary>
/// Reads objects and texts of a rule's JSON. An escape such as <c>"\ud800"</c> is valid JSON but no text, which the JSON reader notices
/// only now.
/// </summary>
internal static class RuleMembers
{
    /// <summary>The members of an object, each name once.</summary>
    public static List<(string Name, JsonElement Value)> Read(JsonElement json, RulePath path, string expected)
    {
        if (json.ValueKind != JsonValueKind.Object)
        {
            throw path.Expected(expected, json);
        }

        var names = new HashSet<string>();
        var members = new List<(string, JsonElement)>();
        foreach (var member in json.EnumerateObject())
        {
            var name = Whole(() => member.Name, path);

            // JSON readers differ in which of two they take, so neither is.
            members.Add(names.Add(name) ? (name, member.Value) : throw path.Member(name).Error("This member stands twice in its object."));
        }

        return members;
    }

    public static string ReadText(JsonElement json, RulePath path) => Whole(() => json.GetString()!, path);

    private static string Whole(Func<string> read, RulePath path)
    {
        try
        {
            return read();
        }
        catch (InvalidOperationException)
        {
            throw path.Error("Expected text of whole characters, found half a surrogate pair.");
        }
    }
}
