using XenoCrm.Core.Rules;

namespace XenoCrm.Core.Segments;

/// <summary>A named rule. <paramref name="Audience"/>: how many could be reached when it was stored.</summary>
/// <param name="Prompt">The sentence that the rule was made from, if it was.</param>
public sealed record Segment(string Id, string Name, Rule Rule, string? Prompt, string CreatedBy, DateTimeOffset CreatedAt, long Audience)
{
    /// <summary>Put away: no list has it but that of such segments, and no new campaign is sent to it.</summary>
    public bool IsArchived { get; init; }
}
