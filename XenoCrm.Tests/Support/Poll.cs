using System.Diagnostics;
using XenoCrm.Core;

namespace XenoCrm.Tests.Support;

/// <summary>Waits for a condition, not for time. The limit is only there so that a broken build ends.</summary>
public static class Poll
{
    public static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);

    public static async Task UntilAsync(Func<Task<bool>> condition, string what, TimeSpan? limit = null)
    {
        var started = Stopwatch.GetTimestamp();
        while (!await condition())
        {
            Assert.True(Stopwatch.GetElapsedTime(started) < (limit ?? Limit), $"Waited {limit ?? Limit} in vain for: {what}");
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }

    /// <param name="condition">What is waited for.</param>
    /// <param name="what">The same in words, as they are when it was waited for in vain.</param>
    public static async Task UntilAsync(Func<bool> condition, Func<string> what)
    {
        var started = Stopwatch.GetTimestamp();
        while (!condition())
        {
            if (Stopwatch.GetElapsedTime(started) > Limit)
            {
                Assert.Fail($"Waited {Limit} in vain for: {what()}");
            }

            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }

    public static Task UntilAsync(Func<bool> condition, string what, TimeSpan? limit = null) =>
        UntilAsync(() => Task.FromResult(condition()), what, limit);

    /// <summary>Calls until the store, or the stream, can be reached.</summary>
    public static Task UntilItWorksAsync(Func<Task> call, string what) => UntilAsync(
        async () =>
        {
            try
            {
                await call();
                return true;
            }
            catch (StoreUnavailableException)
            {
                return false;
            }
        },
        what);
}
