using System.Diagnostics;

namespace XenoCrm.Benchmarks.Running;

/// <summary>Waits until a process answers.</summary>
internal static class Health
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    public static async Task UntilHealthyAsync(MeasuredProcess process, Uri address)
    {
        using var client = new HttpClient { BaseAddress = address };
        await UntilAsync(
            process, async () => (await client.GetAsync(new Uri("/health", UriKind.Relative))).IsSuccessStatusCode);
    }

    /// <exception cref="InvalidOperationException">It ended, or does not answer in time.</exception>
    public static async Task UntilAsync(MeasuredProcess process, Func<Task<bool>> answers)
    {
        for (var started = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(started) < Patience; await Task.Delay(50))
        {
            if (process.HasExited)
            {
                break;
            }

            try
            {
                if (await answers())
                {
                    return;
                }
            }
            catch (Exception e) when (e is HttpRequestException or StackExchange.Redis.RedisException)
            {
                // Not yet.
            }
        }

        throw new InvalidOperationException($"The {process.Name} did not start.");
    }
}
