using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using XenoCrm.Api.Campaigns;
using XenoCrm.Api.Customers;
using XenoCrm.Core.Customers;
using XenoCrm.Core.Rules;
using XenoCrm.Core.Segments;

namespace XenoCrm.Api.Segments;

/// <param name="Rule">Whom to select. What is no rule is a 400 that names the place inside it.</param>
/// <param name="Message">What they would be sent: then it is told where it has nothing to say.</param>
public sealed record PreviewRequest(
    [property: Required(ErrorMessage = LaunchRequest.RuleMessage)] Rule? Rule,
    string? Message);

/// <param name="Count">All who match.</param>
/// <param name="Reachable">Those of them whom a message can reach.</param>
/// <param name="Unreachable">Why the others cannot be reached; each is counted once.</param>
/// <param name="Sample">The first five by id.</param>
/// <param name="Warnings">With a message: where it has nothing to say to many who can be reached, a sentence each. Without one it is left
/// out.</param>
public sealed record PreviewResponse(
    long Count,
    long Reachable,
    UnreachableResponse Unreachable,
    IReadOnlyList<CustomerResponse> Sample,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<string>? Warnings)
{
    internal static PreviewResponse Of(AudienceCount count, IReadOnlyList<Customer> sample, IReadOnlyList<string>? warnings) => new(
        count.Matching,
        count.Reachable,
        UnreachableResponse.Of(count),
        [.. sample.Select(CustomerResponse.Of)],
        warnings);
}

/// <param name="Rule">In its canonical form, with aliases and shorthands resolved.</param>
/// <param name="Prompt">The sentence that the rule was made from, if it was.</param>
/// <param name="Audience">How many could be reached when the segment was stored.</param>
/// <param name="Archived">Whether it is put away.</param>
public sealed record SegmentResponse(
    string Id, string Name, Rule Rule, string? Prompt, string CreatedBy, DateTimeOffset CreatedAt, long Audience, bool Archived)
{
    internal static SegmentResponse Of(Segment segment) => new(
        segment.Id,
        segment.Name,
        segment.Rule,
        segment.Prompt,
        segment.CreatedBy,
        segment.CreatedAt,
        segment.Audience,
        segment.IsArchived);
}

/// <summary>A change of a segment. Its rule stays as it is: campaigns were sent by it.</summary>
/// <param name="Name">Another name; without it, it keeps its own.</param>
/// <param name="Archived">True puts it away: lists do not have it, and no new campaign is sent to it. False takes it out again.</param>
public sealed record SegmentChange(
    [property: StringLength(LaunchRequest.MaxNameLength, ErrorMessage = LaunchRequest.NameMessage)] string? Name, bool? Archived);
