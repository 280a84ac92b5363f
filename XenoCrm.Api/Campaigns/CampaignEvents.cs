using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using XenoCrm.Api.Access;
using XenoCrm.Api.Http;

namespace XenoCrm.Api.Campaigns;

/// <summary>A campaign's progress as server-sent events. An event's id is made of what it tells, so that any replica knows whether a
/// client that comes back has been told.</summary>
internal static class CampaignEvents
{
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
        CampaignWatch watch,
        ICallerStanding standing,
        TimeProvider time,
        CancellationToken cancellationToken)
    {
        var seat = watch.Follow(id);
        http.Response.RegisterForDispose(seat);
        return await seat.NextAsync(cancellationToken) is { } first
            ? EventStream.Of(http, FollowAsync(seat, first, lastEventId, MayStillReadAsync, cancellationToken), time, cancellationToken)
            : Problems.NotFound("campaign");

        Task<bool> MayStillReadAsync() => standing.MayStillAsync(http, Permission.Read, cancellationToken);
    }

    private static async IAsyncEnumerable<IReadOnlyList<StreamEvent>> FollowAsync(
        CampaignWatch.Seat seat,
        CampaignLook first,
        string? told,
        Func<Task<bool>> mayStillRead,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (var look = first; look is not null && await mayStillRead(); look = await seat.NextAsync(cancellationToken))
        {
            StreamEvent[] news = look.Id == told ? [] : [new StreamEvent("stats", look.Data, look.Id)];
            told = look.Id;
            if (look.IsOver)
            {
                // Said again to whoever comes back for it: without it a client would come back for ever.
                yield return [.. news, new StreamEvent("completed", look.Data, look.Id)];
                yield break;
            }

            yield return news;
        }
    }
}
