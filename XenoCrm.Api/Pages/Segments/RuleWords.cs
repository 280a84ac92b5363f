using XenoCrm.Core.Rules;

namespace XenoCrm.Api.Pages.Segments;

/// <summary>A rule as a person reads it, made from the rule alone.</summary>
internal static class RuleWords
{
    private const int ShortLength = 160;

    private const string Opening = "Customers ";

    /// <summary>The whole sentence, cut where a line of a list ends.</summary>
    public static string Short(Rule rule) => RuleExplainer.Explain(rule) is { Length: > ShortLength } text ? text[..ShortLength] + "…"
        : RuleExplainer.Explain(rule);

    /// <summary>One condition: <c>whose city is “Pune”</c>.</summary>
    public static string Condition(FieldTest test) => RuleExplainer.Explain(test)[Opening.Length..^1];
}
