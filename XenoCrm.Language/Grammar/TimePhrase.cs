using XenoCrm.Core.Rules;
using XenoCrm.Language.Words;

namespace XenoCrm.Language.Grammar;

/// <summary>A stretch of time that a sentence names, without what happened in it.</summary>
internal abstract record TimePhrase;

/// <summary>"in the last 30 days".</summary>
internal sealed record InLast(AgoValue Span) : TimePhrase;

/// <summary>"30 days", "for 30 days", "within 30 days": what it means depends on what happened or did not.</summary>
internal sealed record Lasting(AgoValue Span, LastingKind Kind) : TimePhrase;

/// <summary>"more than 30 days (ago)", "for at least a year": the time that has passed, compared.</summary>
internal sealed record Elapsed(RuleOperator Comparison, AgoValue Span) : TimePhrase;

/// <summary>"30 to 60 days"; <paramref name="IsAgo"/>: "ago", when something happened, not for how long it has not.</summary>
internal sealed record ElapsedBetween(AgoValue Near, AgoValue Far, bool IsAgo) : TimePhrase;

/// <summary>"more than 30 but less than 60 days ago".</summary>
internal sealed record ElapsedBounds(Elapsed First, Elapsed Second, bool IsAgo) : TimePhrase;

/// <summary>"since March", "after 2021", "before 1 May".</summary>
internal sealed record Compared(DateRelation Relation, Period Period) : TimePhrase;

/// <summary>"in April 2022", "between January and March"; <paramref name="IsOpen"/>: "this year", which is not over.</summary>
internal sealed record Within(Period From, Period To, bool IsOpen = false) : TimePhrase;

internal enum LastingKind
{
    Bare,
    For,
    Within,
}

internal enum DateRelation
{
    Since,
    After,
    Before,
    Until,
}
