using XenoCrm.Core.Rules;
using XenoCrm.Language.Words;

namespace XenoCrm.Language.Grammar;

/// <summary>What earlier clauses of the sentence leave to later ones: "spent over 1000 but less than 5000" says its field once.</summary>
internal sealed class ClauseContext
{
    /// <summary>The field that a number was last compared with.</summary>
    public Field? Number { get; set; }

    /// <summary>How it was compared, if with one limit.</summary>
    public RuleOperator? Limit { get; set; }

    /// <summary>The text field that was last said to be there, and its word: "has an e-mail, but not one containing …".</summary>
    public (Field Field, Term Head)? Text { get; set; }

    /// <summary>What was last said of when somebody ordered: "bought in 2021 and not since" says it again.</summary>
    public Rule? Ordered { get; set; }

    /// <summary>The date that was last tested.</summary>
    public Field? Date { get; set; }

    /// <summary>The last clause was about customers with one order, whose time may follow: "ordered only once, and that was a year
    /// ago".</summary>
    public bool IsSingleOrder { get; set; }

    /// <summary>What was last said to have been bought.</summary>
    public string? Item { get; set; }

    /// <summary>The last order was that: "bought a mug but nothing since" says it. Null where it cannot be said.</summary>
    public Rule? NothingSince { get; set; }

    /// <summary>The time in front of what happened then: "in the last 3 months spent over 5000".</summary>
    public FrontedPeriod? Fronted { get; set; }

    /// <summary>Inside "except …": a list that is joined by "and" leaves out each of its members.</summary>
    public bool IsExclusion { get; set; }

    /// <summary>The words that compare customers with each other; they stand alone.</summary>
    public string? Ranking { get; set; }

    /// <summary>Words such as "loyal" and what they are about, to be borne out by a condition somewhere in the sentence.</summary>
    public List<(string Word, string About)> Vague { get; } = [];
}

/// <summary>A time that stands in front of what happened then.</summary>
/// <param name="Placed">What it says of an order.</param>
/// <param name="Text">Its words.</param>
/// <param name="IsUsed">A condition has it; whether another has it too is not said.</param>
internal sealed record FrontedPeriod(Rule Placed, string Text, bool IsUsed = false);
