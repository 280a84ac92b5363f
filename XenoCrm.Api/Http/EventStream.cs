using System.Text;
using Microsoft.AspNetCore.Http.HttpResults;

namespace XenoCrm.Api.Http;

/// <param name="Type">The event's name.</param>
/// <param name="Data">One line.</param>
/// <param name="Id">What a client gives back as <c>Last-Event-ID</c>.</param>
internal sealed record StreamEvent(string Type, string Data, string Id);

/// <summary>
/// Server-sent events, and a comment where there are none for a while, so that whatever stands in between does not take the
/// stream for dead. The framework's own result knows no comments:
/// <code>
/// event: stats
/// data: {"status":"sending"}
/// id: 1f00c3aa
///
/// : still here
/// </code>
/// </summary>
internal static class EventStream
{
    public const string ContentType = "text/event-stream";

    public static readonly TimeSpan LongestSilence = TimeSpan.FromSeconds(15);

    /// <param name="http">Whose answer it is.</param>
    /// <param name="next">Waits until the next look and tells what is new; nothing where nothing is.</param>
    /// <param name="time">For the silence.</param>
    /// <param name="cancellationToken">Ends it when nobody reads any more.</param>
    public static PushStreamHttpResult Of(
        HttpContext http, IAsyncEnumerable<IReadOnlyList<StreamEvent>> next, TimeProvider time, CancellationToken cancellationToken)
    {
        http.Response.Headers.CacheControl = "no-cache,no-store";
        return TypedResults.Stream(body => WriteAsync(body, next, time, cancellationToken), ContentType);
    }

    internal static async Task WriteAsync(
        Stream body, IAsyncEnumerable<IReadOnlyList<StreamEvent>> next, TimeProvider time, CancellationToken cancellationToken)
    {
        // A client that has nothing to be told still sees at once that it is connected.
        await body.FlushAsync(cancellationToken);
        var spoken = time.GetTimestamp();
        await foreach (var news in next.WithCancellation(cancellationToken))
        {
            var text = string.Concat(news.Select(one => $"event: {one.Type}\ndata: {one.Data}\nid: {one.Id}\n\n"));
            if (text.Length == 0)
            {
                if (time.GetElapsedTime(spoken) < LongestSilence)
                {
                    continue;
                }

                text = ": still here\n\n";
            }

            await body.WriteAsync(Encoding.UTF8.GetBytes(text), cancellationToken);
            await body.FlushAsync(cancellationToken);
            spoken = time.GetTimestamp();
        }
    }
}
