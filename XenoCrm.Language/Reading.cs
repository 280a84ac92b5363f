using XenoCrm.Core.Rules;

namespace XenoCrm.Language;

/// <summary>What became of a sentence: a rule, or a refusal.</summary>
public abstract record Reading;

/// <summary>The sentence says this rule.</summary>
/// <param name="Rule">The rule; never an empty one, and everybody only where the sentence says so.</param>
/// <param name="Warnings">What was assumed on the way, a sentence each, for the person to check.</param>
public sealed record Understood(Rule Rule, IReadOnlyList<string> Warnings) : Reading;

/// <summary>The sentence says no rule that could be trusted.</summary>
/// <param name="Reason">The kind of obstacle.</param>
/// <param name="Message">For the person: which words, why, and what to say instead.</param>
public sealed record Refusal(RefusalReason Reason, string Message) : Reading;

public enum RefusalReason
{
    /// <summary>Nothing was said.</summary>
    Empty,

    TooLong,

    /// <summary>Words or signs that the engine does not know, or cannot fit together.</summary>
    NotUnderstood,

    /// <summary>It can be read in two ways.</summary>
    Ambiguous,

    /// <summary>Something that is not stored of a customer: age, opens, products …</summary>
    NoSuchField,

    /// <summary>Spend or orders within a period.</summary>
    TotalsWithinPeriod,

    /// <summary>Words such as "good" or "recently" without a condition that says what they mean.</summary>
    Vague,

    /// <summary>"Top 10", "the highest 5 %": customers compared with each other.</summary>
    Ranking,

    /// <summary>Nobody can match.</summary>
    Contradictory,

    /// <summary>The conditions hold for everybody, which nobody asked for.</summary>
    Everybody,

    /// <summary>Instructions to the converter, operators, code.</summary>
    Steering,
}
