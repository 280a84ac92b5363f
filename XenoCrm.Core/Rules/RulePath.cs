using System.Globalization;
using System.Text.Json;

namespace XenoCrm.Core.Rules;

/// <summary>A place inside a rule's JSON, as in <c>$.$and[1].totalSpend.$gt</c>, and the complaints about what was found there.</summary>
internal readonly record struct RulePath(string Text)
{
    public const string Root = "$";

    // Names are the client's: one of a megabyte need not come back in the answer.
    private const int MaxNameLength = 80;

    public RulePath Member(string name) => new($"{Text}.{(name.Length <= MaxNameLength ? name : Shortened(name))}");

    public RulePath Item(int index) => new(string.Create(CultureInfo.InvariantCulture, $"{Text}[{index}]"));

    public RuleException Error(string message) => new(Text, message);

    public RuleException Expected(string what, JsonElement found) => Error($"Expected {what}, found {Kind(found)}.");

    private static string Shortened(string name) =>
        name[..(char.IsHighSurrogate(name[MaxNameLength - 1]) ? MaxNameLength - 1 : MaxNameLength)] + "…";

    private static string Kind(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "a list",
        JsonValueKind.String => "text",
        JsonValueKind.Number => "a number",
        JsonValueKind.True or JsonValueKind.False => "true or false",
        JsonValueKind.Null => "null",
        _ => "nothing",
    };
}
