using System.Diagnostics;
using System.Globalization;
using XenoCrm.Benchmarks.Load;
using XenoCrm.Benchmarks.Measuring;
using XenoCrm.Benchmarks.Running;
using XenoCrm.Core;
using XenoCrm.Core.Campaigns;

namespace XenoCrm.Benchmarks.Rows;

/// <summary>
/// A steady stream of receipts, and between them probes: a single receipt, whose row is looked at from its 200 on until it is final.
/// </summary>
internal sealed class Latency : Benchmark
{
    private const int MaxCustomers = 1_000_000;

    private static readonly Size Rate = new("--rate", "receipts a second", 10_000, 1_000);
    private static readonly Size Seconds = new("--seconds", "how long", 300, 10);
    private static readonly Size Batch = new("--batch", "receipts in a request", 100, 50);
    private static readonly Size Probes = new("--probes", "probes a second", 20, 10);

    public override string Row => "P11";

    public override string Command => "latency";

    public override string What => "from a receipt's 200 to its row in the log being final, at a steady rate; nothing may grow";

    public override IReadOnlyList<Size> Sizes => [Rate, Seconds, Batch, Probes];

    public override async Task<IReadOnlyList<Figure>> RunAsync(RunSettings run)
    {
        var total = run[Rate] * run[Seconds];
        var customers = Math.Min(total, MaxCustomers);
        await using var application = await RunningApplication.StartAsync(new ApplicationOptions { Redis = true, Vendor = false });
        await using var insight = new Insight(application);
        await Audience.IngestAsync(application.Client, Math.Max(customers, run[Probes] * run[Seconds] * 2), run.Progress);
        var probes = await LaunchedCampaign.StartAsync(application.Client);
        await probes.PauseAsync();
        var ids = new List<string>();
        var campaigns = new List<LaunchedCampaign>();
        while (ids.Count < total)
        {
            var campaign = await LaunchedCampaign.StartAsync(application.Client);
            await campaign.PauseAsync();
            ids.AddRange(await campaign.RowsAsync(run.Progress));
            campaigns.Add(campaign);
        }

        var load = new SteadyLoad(application, insight, run[Rate], run[Batch], run.Progress);
        var before = application.Used();
        var latencies = await load.RunAsync(
            [.. ids.Take(total)], () => ProbeAsync(application, insight, probes, run[Probes], run[Seconds]));
        await insight.UntilEmptyAsync();
        var stats = await Task.WhenAll(campaigns.Select(campaign => campaign.StatsAsync()));
        run.Progress.Say("  " + new Ledger("the load")
            .Same(("receipts", total), ("final rows", stats.Sum(each => each.Sent + each.Failed)))
            .Same(("probes", latencies.Count), ("their final rows", (await probes.StatsAsync()).Sent))
            .None("left in the stream", await insight.BacklogAsync())
            .None("dead letters", await insight.DeadLettersAsync())
            .Check());
        return
        [
            new("receipt answered to log updated, p99", Series.Percentile([.. latencies], 0.99), Unit.Milliseconds)
            {
                Goal = new(1_000),
                Processor = [.. application.Processes.Select(process => process.SpentSince(before[process.Name], total))],
            },
            new("rate that was held", load.RateHeld, Unit.PerSecond) { Goal = new(run[Rate] * 0.99) },
            new("entries waiting, last third against first", load.BacklogGrowth, Unit.Times) { Goal = new(1.5) },
            new("memory of the API, last third against first", load.GrowthOf("api"), Unit.Times) { Goal = new(1.1) },
            new("memory of the worker, last third against first", load.GrowthOf("worker"), Unit.Times) { Goal = new(1.1) },
        ];
    }

    /// <summary>The milliseconds of each probe.</summary>
    private static async Task<IReadOnlyList<double>> ProbeAsync(
        RunningApplication application, Insight insight, LaunchedCampaign probes, int perSecond, int seconds)
    {
        var page = new PageRequest(perSecond * seconds, null);
        var rows = (await insight.Campaigns.ListLogAsync(probes.Id, new LogFilter(), page, CancellationToken.None))!.Items;
        var receipts = new SignedReceipts(application.Client.BaseAddress!, application.Secret);
        var (pace, running) = (new Pace(perSecond), new List<Task<double>>());
        for (var i = 0; i < rows.Count && pace.Elapsed.TotalSeconds < seconds; i++)
        {
            await pace.UntilDueAsync(i);
            running.Add(OneAsync(rows[i], string.Create(CultureInfo.InvariantCulture, $"probe-{i}")));
        }

        return await Task.WhenAll(running);

        async Task<double> OneAsync(LogEntry row, string id)
        {
            await CallbackSender.SendAllAsync(
                application.Client.BaseAddress!, [receipts.Request(id, SignedReceipts.Body([row.Id]))], connections: 1);
            var answered = Stopwatch.GetTimestamp();
            while (true)
            {
                var page = new PageRequest(PageRequest.DefaultLimit, null);
                var messages = await insight.Campaigns.ListMessagesAsync(row.CustomerId, page, CancellationToken.None);
                if (messages.Items.Any(message => message.Entry.Id == row.Id && message.Entry.Status == DeliveryStatus.Sent))
                {
                    return Stopwatch.GetElapsedTime(answered).TotalMilliseconds;
                }

                await Task.Delay(5);
            }
        }
    }
}
