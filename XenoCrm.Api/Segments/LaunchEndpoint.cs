using System.ComponentModel.DataAnnotations;
using System.Security.Claims;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using XenoCrm.Api.Access;
using XenoCrm.Api.Audit;
using XenoCrm.Api.Campaigns;
using XenoCrm.Api.Http;
using XenoCrm.Core.Campaigns;
using XenoCrm.Core.Rules;

namespace XenoCrm.Api.Segments;

internal static class LaunchEndpoint
{
    private const int MaxKeyLength = 200;

    public static IEndpointRouteBuilder MapLaunch(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/segments", LaunchAsync).RequirePermission(Permission.Send).WithTags("Segments").WithName("CreateSegment")
            .ProducesProblem(StatusCodes.Status409Conflict).ProducesProblem(StatusCodes.Status422UnprocessableEntity)
            .WithSummary(
                "Stores a segment and starts its campaign. With the header Idempotency-Key the same request again gives the same answer.");
        return routes;
    }

    private static async Task<Results<Created<LaunchResponse>, ValidationProblem, ProblemHttpResult>> LaunchAsync(
        LaunchRequest request,
        [FromHeader(Name = "Idempotency-Key")] string? idempotencyKey,
        ClaimsPrincipal person,
        CampaignLauncher launcher,
        AuditLog audit,
        CancellationToken cancellationToken)
    {
        if (idempotencyKey is { Length: 0 or > MaxKeyLength })
        {
            return Problems.Invalid("Idempotency-Key", $"The key has 1 to {MaxKeyLength} characters.");
        }

        var by = person.Identity?.Name ?? "";
        var order = Order(request, by, idempotencyKey is null ? null : $"{by} {idempotencyKey}");
        var outcome = await launcher.LaunchAsync(order, cancellationToken);
        if (outcome.Status == BeginStatus.Begun)
        {
            await audit.WriteAsync(person, AuditAction.SegmentCreated, outcome.SegmentId);
            await audit.WriteAsync(person, AuditAction.CampaignCreated, outcome.CampaignId, $"recipients: {outcome.Audience}");
        }

        return outcome.Status switch
        {
            BeginStatus.InProgress =>
                Problems.Conflict("The first request with this Idempotency-Key is still being worked on. Ask again in a moment."),
            BeginStatus.KeyReused => TypedResults.Problem(
                "This Idempotency-Key came with another request before. Use a new key for a new segment.",
                statusCode: StatusCodes.Status422UnprocessableEntity),
            _ => TypedResults.Created($"/campaigns/{outcome.CampaignId}", new LaunchResponse(
                outcome.SegmentId, outcome.CampaignId, outcome.Audience, outcome.Warnings)),
        };
    }

    private static LaunchOrder Order(LaunchRequest request, string by, string? key)
    {
        var name = request.Name.Trim();
        var campaignName = string.IsNullOrWhiteSpace(request.CampaignName) ? name : request.CampaignName.Trim();
        var message = request.Message is null ? null : MessageTemplate.Parse(request.Message);
        var hash = SHA256.HashData(
            JsonSerializer.SerializeToUtf8Bytes<string?[]>(
                [name, RuleJson.Print(request.Rule!), request.Message, campaignName, request.Prompt]));
        return new LaunchOrder(name, request.Rule!, message, campaignName, request.Prompt, by, key, Convert.ToHexStringLower(hash));
    }
}

/// <param name="Name">What the segment is called.</param>
/// <param name="Rule">Who is in it; see docs/rules.md.</param>
/// <param name="Message">The text with placeholders; without it, the built-in engine's for the campaign's name.</param>
/// <param name="CampaignName">By default the segment's name.</param>
/// <param name="Prompt">The sentence that the rule was made from, kept for the record.</param>
public sealed record LaunchRequest(
    [property: Required, StringLength(200, MinimumLength = 1)] string Name,
    [property: Required] Rule? Rule,
    string? Message,
    [property: StringLength(200)] string? CampaignName,
    [property: StringLength(1_000)] string? Prompt);

/// <param name="Audience">How many recipients the campaign has.</param>
/// <param name="Warnings">Where the message has nothing to say to many of them; a sentence each.</param>
public sealed record LaunchResponse(string SegmentId, string CampaignId, long Audience, IReadOnlyList<string> Warnings);
