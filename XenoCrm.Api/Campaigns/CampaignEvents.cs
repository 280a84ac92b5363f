using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;
using XenoCrm.Api.Access;
using XenoCrm.Api.Http;
using XenoCrm.Api.Vendor;
using XenoCrm.Core.Campaigns;
using JsonOptions = Microsoft.AspNetCore.Http.Json.JsonOptions;

namespace XenoCrm.Api.Campaigns;

/// <summary>A campaign's progress as server-sent events. An event's id is made of what it tells, so that any replica knows whether a
/// client that comes back has been told.</summary>
internal static class CampaignEvents
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    public static void MapCampaignEvents(this IEndpointRouteBuilder campaigns) =>
        campaigns.MapGet("/{id}/events", EventsAsync).RequirePermission(Permission.Read)
            .Produces<ProgressResponse>(StatusCodes.Status200OK, EventStream.ContentType)
            .WithName("FollowCampaign")
            .WithSummary(
                "Server-sent events: progress as it changes, ending with completed; with Last-Event-ID only what has changed since.");

    private static async Task<Results<PushStreamHttpResult, ProblemHttpResult>> EventsAsync(
        string id,
        [FromHeader(Name = "Last-Event-ID")] string? lastEventId,
        HttpContext http,
        ICampaignStore campaigns,
        VendorGate gate,
        IOptions<JsonOptions> json,
        TimeProvider time,
        IHostApplicationLifetime lifetime,
        CancellationToken cancellationToken) =>
        await campaigns.FindAsync(id, cancellationToken) is { } campaign
            ? EventStream.Of(http, FollowAsync(campaign, lastEventId, campaigns, gate, json.Value.SerializerOptions, time,
                lifetime.ApplicationStopping, cancellationToken), time, cancellationToken)
            : Problems.NotFound("campaign");

    private static async IAsyncEnumerable<IReadOnlyList<StreamEvent>> FollowAsync(
        Campaign campaign,
        string? told,
        ICampaignStore campaigns,
        VendorGate gate,
        JsonSerializerOptions json,
        TimeProvider time,
        CancellationToken stopping,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (!stopping.IsCancellationRequested)
        {
            var data = JsonSerializer.Serialize(ProgressResponse.Of(campaign, gate.Outage), json);
            var id = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(data)).AsSpan(0, 8));
            StreamEvent[] news = id == told ? [] : [new StreamEvent("stats", data, id)];
            told = id;
            if (campaign.CompletedAt is not null)
            {
                // Said again to whoever comes back for it: without it a client would come back for ever.
                yield return [.. news, new StreamEvent("completed", data, id)];
                yield break;
            }

            yield return news;
            await Task.Delay(Interval, time, cancellationToken);
            campaign = await campaigns.FindAsync(campaign.Id, cancellationToken) ?? campaign;
        }
    }
}
