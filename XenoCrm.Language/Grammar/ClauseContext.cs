using XenoCrm.Core.Rules;

namespace XenoCrm.Language.Grammar;

/// <summary>What earlier clauses of the sentence leave to later ones: "spent over 1000 but less than 5000" says its field once.</summary>
internal sealed class ClauseContext
{
    /// <summary>The field that a number was last compared with.</summary>
    public Field? Number { get; set; }

    /// <summary>The date that was last tested.</summary>
    public Field? Date { get; set; }

    /// <summary>The last clause was about customers with one order, whose time may follow: "ordered only once, and that was a year ago".</summary>
    public bool IsSingleOrder { get; set; }

    /// <summary>Inside "except …": a list that is joined by "and" leaves out each of its members.</summary>
    public bool IsExclusion { get; set; }

    /// <summary>Words such as "loyal" and what they are about, to be borne out by a condition somewhere in the sentence.</summary>
    public List<(string Word, string About)> Vague { get; } = [];
}
