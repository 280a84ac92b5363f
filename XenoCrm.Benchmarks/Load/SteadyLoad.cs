using System.Globalization;
using XenoCrm.Benchmarks.Measuring;
using XenoCrm.Benchmarks.Running;

namespace XenoCrm.Benchmarks.Load;

/// <summary>
/// So many receipts in each second, whatever the answers take, while somebody watches what is kept and how much memory it is.
/// </summary>
internal sealed class SteadyLoad(RunningApplication application, Insight insight, int perSecond, int batch, Progress progress)
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(500);
    private static readonly string[] Watched = ["api", "worker"];

    private readonly List<(double Backlog, Dictionary<string, double> MiB)> looks = [];

    /// <summary>Receipts a second until the last was answered.</summary>
    public double RateHeld { get; private set; }

    /// <summary>A handful of entries is none: what waits is given out every few milliseconds.</summary>
    public double BacklogGrowth => Grown(look => look.Backlog + (perSecond / (double)batch));

    public double GrowthOf(string process) => Grown(look => look.MiB[process]);

    /// <summary>Runs <paramref name="beside"/> at the same time.</summary>
    public async Task<T> RunAsync<T>(IReadOnlyCollection<string> ids, Func<Task<T>> beside)
    {
        var receipts = new SignedReceipts(application.Client.BaseAddress!, application.Secret);
        var seconds = (double)ids.Count / perSecond;
        progress.Say(string.Create(CultureInfo.InvariantCulture, $"  {perSecond:N0} receipts a second for {seconds:0} s …"));
        using var done = new CancellationTokenSource();
        var watching = WatchAsync(done.Token);
        var other = beside();
        var (pace, running) = (new Pace(perSecond), new List<Task>());
        using var free = new SemaphoreSlim(64);
        foreach (var (i, some) in ids.Chunk(batch).Index())
        {
            await pace.UntilDueAsync((long)i * batch);
            await free.WaitAsync();
            var request = receipts.Request(string.Create(CultureInfo.InvariantCulture, $"steady-{i}"), SignedReceipts.Body(some));
            running.Add(SendAsync(request, free));
            progress.Count("receipts", (long)i * batch, ids.Count);
        }

        await Task.WhenAll(running);
        RateHeld = ids.Count / Math.Max(pace.Elapsed.TotalSeconds, seconds);
        var result = await other;
        await done.CancelAsync();
        await watching;
        return result;
    }

    private async Task SendAsync(byte[] request, SemaphoreSlim free)
    {
        await CallbackSender.SendAllAsync(application.Client.BaseAddress!, [request], connections: 1);
        free.Release();
    }

    private async Task WatchAsync(CancellationToken done)
    {
        while (!done.IsCancellationRequested)
        {
            looks.Add((await insight.BacklogAsync(), Watched.ToDictionary(name => name, name => application[name].Used().MiB)));
            await Task.Delay(Look, done).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private double Grown(Func<(double Backlog, Dictionary<string, double> MiB), double> value)
    {
        var third = Math.Max(1, looks.Count / 3);
        return looks.TakeLast(third).Average(value) / looks.Take(third).Average(value);
    }
}
