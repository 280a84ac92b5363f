using System.ComponentModel.DataAnnotations;
using System.Security.Claims;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using XenoCrm.Api.Access;
using XenoCrm.Api.Campaigns.Drafts;
using XenoCrm.Api.Http;
using XenoCrm.Core.Rules;

namespace XenoCrm.Api.Segments;

internal static class LaunchEndpoint
{
    public static IEndpointRouteBuilder MapLaunch(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/segments", LaunchAsync).RequirePermission(Permission.Send).WithTags("Segments").WithName("CreateSegment")
            .ProducesProblem(StatusCodes.Status409Conflict).ProducesProblem(StatusCodes.Status422UnprocessableEntity)
            .WithSummary(
                "Stores a segment and starts its campaign; with send false it only stores the segment. With the header Idempotency-Key the "
                    + "same request again gives the same answer.");
        return routes;
    }

    private static async Task<Results<Created<LaunchResponse>, ValidationProblem, ProblemHttpResult>> LaunchAsync(
        LaunchRequest request,
        [FromHeader(Name = IdempotencyKey.Header)] string? idempotencyKey,
        ClaimsPrincipal person,
        SegmentService segments,
        CancellationToken cancellationToken)
    {
        var launched = await segments.LaunchAsync(request, idempotencyKey, person, cancellationToken);
        return TypedResults.Created(
            launched.CampaignId is { } campaign ? $"/campaigns/{campaign}" : $"/segments/{launched.SegmentId}", launched);
    }
}

/// <param name="Name">What the segment is called.</param>
/// <param name="Rule">Who is in it; see docs/rules.md.</param>
/// <param name="Message">The text with placeholders; without it, the built-in engine's for the campaign's name.</param>
/// <param name="CampaignName">By default the segment's name.</param>
/// <param name="Prompt">The sentence that the rule was made from, kept for the record.</param>
/// <param name="Send">False for a segment to which nothing is sent yet; by default it is sent to.</param>
public sealed record LaunchRequest(
    [property: Required(ErrorMessage = LaunchRequest.NameMessage)]
    [property: StringLength(LaunchRequest.MaxNameLength, MinimumLength = 1, ErrorMessage = LaunchRequest.NameMessage)]
    string Name,
    [property: Required(ErrorMessage = LaunchRequest.RuleMessage)] Rule? Rule,
    string? Message,
    [property: StringLength(LaunchRequest.MaxNameLength, ErrorMessage = CampaignRequest.LengthMessage)] string? CampaignName,
    [property: StringLength(LaunchRequest.MaxPromptLength, ErrorMessage = CampaignRequest.LengthMessage)] string? Prompt,
    bool? Send = null)
{
    public const int MaxNameLength = CampaignRequest.MaxNameLength;
    public const int MaxPromptLength = CampaignRequest.MaxPromptLength;

    internal const string NameMessage = CampaignRequest.NameMessage;
    internal const string RuleMessage = "Expected a rule: a JSON object as docs/rules.md describes it.";
}

/// <param name="CampaignId">Null where nothing is sent yet.</param>
/// <param name="Audience">How many recipients the campaign has; without one, how many could be reached now.</param>
/// <param name="Warnings">Where the message has nothing to say to many of them; a sentence each.</param>
public sealed record LaunchResponse(string SegmentId, string? CampaignId, long Audience, IReadOnlyList<string> Warnings);
