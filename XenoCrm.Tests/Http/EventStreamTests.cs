using System.Text;
using Microsoft.Extensions.Time.Testing;
using XenoCrm.Api.Http;

namespace XenoCrm.Tests.Http;

public sealed class EventStreamTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_silence_of_fifteen_seconds_is_broken_by_a_comment()
    {
        var clock = new FakeTimeProvider();
        using var body = new MemoryStream();
        await EventStream.WriteAsync(body, LooksAsync(), clock, Cancellation);
        Assert.Equal("event: stats\ndata: {}\nid: a\n\n: still here\n\n: still here\n\nevent: stats\ndata: {}\nid: b\n\n",
            Encoding.UTF8.GetString(body.ToArray()));

        async IAsyncEnumerable<IReadOnlyList<StreamEvent>> LooksAsync()
        {
            yield return [new StreamEvent("stats", "{}", "a")];
            foreach (var seconds in new[] { 14, 1, 14, 1, 14 })
            {
                clock.Advance(TimeSpan.FromSeconds(seconds));
                yield return [];
            }

            yield return [new StreamEvent("stats", "{}", "b")];
            await Task.CompletedTask;
        }
    }
}
