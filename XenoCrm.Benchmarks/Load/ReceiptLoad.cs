using System.Globalization;
using XenoCrm.Benchmarks.Measuring;
using XenoCrm.Benchmarks.Running;

namespace XenoCrm.Benchmarks.Load;

/// <summary>What a run of receipts is asked to be.</summary>
/// <param name="Redis">Or the embedded stream.</param>
/// <param name="Receipts">Of a round.</param>
/// <param name="Batches">Receipts in a request; a line each.</param>
internal sealed record ReceiptLoadOptions(bool Redis, int Receipts, IReadOnlyList<int> Batches)
{
    /// <summary>Requests under way at once.</summary>
    public int Connections { get; init; } = 64;

    public int Rounds { get; init; } = 3;

    /// <summary>The API has the first core to itself, the load and the others have the rest.</summary>
    public bool OneCore { get; init; }

    /// <summary>Further environment of the services.</summary>
    public IReadOnlyList<(string Name, string Value)> Settings { get; init; } = [];
}

/// <summary>
/// Receipts by their number in a request. Each figure is the median of its rounds; a first round does not count: until some ten
/// thousand requests have gone through, the services run code that is not optimised yet.
/// </summary>
internal static class ReceiptLoad
{
    public static async Task<int> RunAsync(ReceiptLoadOptions options, Progress progress)
    {
        await using var application = await RunningApplication.StartAsync(new ApplicationOptions
        {
            Redis = options.Redis,
            Vendor = false,
            ApiOnOneCore = options.OneCore,
            Settings = options.Settings,
        });
        await using var insight = new Insight(application);
        var receipts = new ReceiptRun(application, insight, progress);
        Print(
            $"{options.Receipts:N0} receipts a round, median of {options.Rounds}, embedded store and "
                + $"{(options.Redis ? "Redis" : "embedded stream")}, {options.Connections} connections, {Environment.ProcessorCount} "
                + $"cores{(options.OneCore ? ", the API on one of them" : "")}, .NET {Environment.Version}");
        Print($"  a request    acknowledged       p50       p95       p99       max         applied   processor time a receipt");
        await Audience.IngestAsync(application.Client, options.Receipts, progress);
        await receipts.RunAsync(new(options.Receipts, options.Batches[0], options.Connections));
        foreach (var batch in options.Batches)
        {
            var rounds = new List<ReceiptRun.Result>();
            for (var i = 0; i < options.Rounds; i++)
            {
                rounds.Add(await receipts.RunAsync(new(options.Receipts, batch, options.Connections)));
            }

            Print(
                $"  {batch,9}   {Of(round => round.AcknowledgedRate),9:N0} / s {Latency(0.5),6:0.0} ms {Latency(0.95),6:0.0} ms "
                    + $"{Latency(0.99),6:0.0} ms {Latency(1),6:0.0} ms   {Of(round => round.AppliedRate),9:N0} / s   "
                    + $"api {Of(round => round.Api.Total),5:0.0} µs, worker {Of(round => round.Worker.Total),5:0.0} µs");
            if (rounds.Sum(round => round.Refused) is > 0 and var refused)
            {
                Print($"              {refused} requests were refused with 503 and made again");
            }

            double Of(Func<ReceiptRun.Result, double> value) => Series.Of(rounds.Select(value)).Median;

            double Latency(double share) =>
                Of(round => Series.Percentile([.. round.Latencies.Select(each => each.TotalMilliseconds)], share));
        }

        return 0;
    }

    private static void Print(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));

    private static void Print(string line) => Console.WriteLine(line);
}
