using System.Security.Claims;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.Extensions.Options;
using XenoCrm.Api.Audit;
using XenoCrm.Api.Campaigns;
using XenoCrm.Api.Campaigns.Messages;
using XenoCrm.Api.Http;
using XenoCrm.Core;
using XenoCrm.Core.Account;
using XenoCrm.Core.Campaigns;
using XenoCrm.Core.Customers;
using XenoCrm.Core.Rules;
using XenoCrm.Core.Segments;

namespace XenoCrm.Api.Segments;

/// <summary>What can be done with segments, for the API's routes and the pages.</summary>
internal sealed class SegmentService(
    ISegmentStore segments,
    CampaignLauncher launcher,
    CampaignService campaigns,
    IOptions<AccountOptions> account,
    UnsubscribeLinks links,
    AuditLog audit,
    TimeProvider time)
{
    // Of campaigns, in looking for those of a segment: enough for years.
    private const int MostCampaigns = 10_000;

    private const int SampleSize = 5;

    private const int MaxKeyLength = 200;

    /// <summary>Newest first.</summary>
    public async Task<Page<SegmentResponse>> ListAsync(PageRequest page, CancellationToken cancellationToken) =>
        (await segments.ListAsync(page, cancellationToken)).Select(SegmentResponse.Of);

    /// <summary>Null if there is no such segment.</summary>
    public async Task<SegmentResponse?> FindAsync(string id, CancellationToken cancellationToken) =>
        await segments.FindAsync(id, cancellationToken) is { } segment ? SegmentResponse.Of(segment) : null;

    /// <summary>The campaigns of some segments, newest first.</summary>
    public async Task<IReadOnlyList<CampaignResponse>> ListCampaignsAsync(
        IReadOnlyCollection<string> segmentIds, CancellationToken cancellationToken)
    {
        // Each was made with its segment, so that one stops at the last.
        var all = Paging.AllAsync((page, token) => campaigns.ListAsync(CampaignFilter.All, page, token), cancellationToken);
        return await all.Take(MostCampaigns)
            .Where(campaign => segmentIds.Contains(campaign.SegmentId))
            .Take(segmentIds.Count)
            .ToListAsync(cancellationToken);
    }

    /// <summary>Whom a rule selects: how many, how many a message can reach, and the first five.</summary>
    /// <param name="rule">Whom to select.</param>
    /// <param name="message">What they would be sent, if it is to be told where that has nothing to say.</param>
    /// <param name="cancellationToken">The caller's.</param>
    /// <exception cref="MessageTemplateException">The message cannot be sent.</exception>
    public async Task<PreviewResponse> PreviewAsync(Rule rule, string? message, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var gaps = message is null ? null : new MessageGaps(links.Parse(message), account.Value, links);
        var count = await segments.CountAudienceAsync(rule, now, cancellationToken);
        var sample = await segments.SampleAudienceAsync(rule, now, SampleSize, cancellationToken);
        var warnings = gaps is null ? null : await WarningsAsync(gaps, segments.StreamAudienceAsync(rule, now, cancellationToken));
        return PreviewResponse.Of(count, sample, warnings);
    }

    /// <summary>Stores a segment and starts its campaign.</summary>
    /// <param name="request">The segment and its campaign.</param>
    /// <param name="idempotencyKey">With it the same request again gives the same answer; null for none.</param>
    /// <param name="person">Who starts it.</param>
    /// <param name="cancellationToken">The caller's.</param>
    /// <exception cref="MessageTemplateException">The message cannot be sent.</exception>
    /// <exception cref="RefusedRequestException">400: the key has a wrong length. 409: the first request with it is still being worked on.
    /// 422: it came with another request before.</exception>
    public async Task<LaunchResponse> LaunchAsync(
        LaunchRequest request, string? idempotencyKey, ClaimsPrincipal person, CancellationToken cancellationToken)
    {
        if (idempotencyKey is { Length: 0 or > MaxKeyLength })
        {
            throw RefusedRequestException.Invalid("Idempotency-Key", $"The key has 1 to {MaxKeyLength} characters.");
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
            BeginStatus.InProgress => throw RefusedRequestException.Conflict(
                "The first request with this Idempotency-Key is still being worked on. Ask again in a moment."),
            BeginStatus.KeyReused => throw new RefusedRequestException(
                "This Idempotency-Key came with another request before. Use a new key for a new segment.",
                StatusCodes.Status422UnprocessableEntity),
            _ => new LaunchResponse(outcome.SegmentId, outcome.CampaignId, outcome.Audience, outcome.Warnings),
        };
    }

    private static async Task<IReadOnlyList<string>> WarningsAsync(MessageGaps gaps, IAsyncEnumerable<Customer> audience)
    {
        if (gaps.IsNeeded)
        {
            await foreach (var _ in gaps.RenderAsync(audience))
            {
            }
        }

        return gaps.Warnings();
    }

    private LaunchOrder Order(LaunchRequest request, string by, string? key)
    {
        var name = request.Name.Trim();
        var campaignName = string.IsNullOrWhiteSpace(request.CampaignName) ? name : request.CampaignName.Trim();
        var message = request.Message is null ? null : links.Parse(request.Message);
        var hash = SHA256.HashData(
            JsonSerializer.SerializeToUtf8Bytes<string?[]>(
                [name, RuleJson.Print(request.Rule!), request.Message, campaignName, request.Prompt]));
        return new LaunchOrder(name, request.Rule!, message, campaignName, request.Prompt, by, key, Convert.ToHexStringLower(hash));
    }
}
