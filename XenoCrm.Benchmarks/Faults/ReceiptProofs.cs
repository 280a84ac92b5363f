using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using StackExchange.Redis;
using XenoCrm.Benchmarks.Load;
using XenoCrm.Benchmarks.Measuring;
using XenoCrm.Benchmarks.Rows;
using XenoCrm.Benchmarks.Running;
using XenoCrm.Core;
using XenoCrm.Core.Campaigns;

namespace XenoCrm.Benchmarks.Faults;

/// <summary>Receipts of a campaign that nobody sends, at a Redis and a worker that are in trouble.</summary>
internal abstract class ReceiptProof : Proof
{
    protected const int Connections = 16;

    protected static async Task<(RunningApplication Application, Insight Insight)> StartAsync()
    {
        var application = await RunningApplication.StartAsync(new ApplicationOptions
        {
            Redis = true,
            Vendor = false,
            Settings = [("Logging__LogLevel__Default", "Critical")],
        });
        return (application, new Insight(application));
    }

    /// <summary>A paused campaign, and the ids of its rows.</summary>
    protected static async Task<(LaunchedCampaign Campaign, IReadOnlyList<string> Rows)> LaunchAsync(
        RunningApplication application, int recipients, Progress progress)
    {
        await Audience.IngestAsync(application.Client, recipients, progress);
        var campaign = await LaunchedCampaign.StartAsync(application.Client);
        await campaign.PauseAsync();
        return (campaign, await campaign.RowsAsync(progress));
    }

    /// <summary>What was answered 2xx is in the log, and nothing else is anywhere.</summary>
    protected static async Task<string> CheckAsync(Insight insight, LaunchedCampaign campaign, long answered, long deadLetters = 0)
    {
        await insight.UntilEmptyAsync();
        var stats = await campaign.StatsAsync();
        return new Ledger("receipts")
            .Same(("answered 2xx", answered), ("SENT or FAILED in the log", stats.Sent + stats.Failed))
            .Same(("audience", campaign.Audience), ("rows", stats.Rows))
            .Same(("to be given up", deadLetters), ("dead letters", await insight.DeadLettersAsync()))
            .Check();
    }
}

internal sealed class RedisKillProof : ReceiptProof
{
    private const int Batch = 20;

    private static readonly Size Kills = new("--kills", "kills of Redis", 50, 3);
    private static readonly Size Receipts = new("--receipts", "receipts around each of them", 2_000, 500);

    public override string Row => "R2";

    public override string Command => "redis";

    public override string What => "Redis is killed while receipts come in: what was answered 2xx reaches the log";

    public override IReadOnlyList<Size> Sizes => [Kills, Receipts];

    public override async Task<IReadOnlyList<string>> RunAsync(ProofSettings run)
    {
        var random = new Random(run.Seed);
        var (application, insight) = await StartAsync();
        await using var _ = application;
        await using var __ = insight;
        var (campaign, rows) = await LaunchAsync(application, run[Kills] * run[Receipts], run.Progress);
        var signed = new SignedReceipts(application.Client.BaseAddress!, application.Secret);
        var refused = 0;
        foreach (var (kill, some) in rows.Chunk(run[Receipts]).Index())
        {
            var sending = CallbackSender.SendAllAsync(
                application.Client.BaseAddress!, signed.Requests(some, Batch, Text($"kill-{kill}")), Connections);
            await Task.Delay(random.Next(0, 150));
            await application.KillAsync("redis");
            await Task.Delay(random.Next(0, 500));
            await application.StartAsync("redis");
            refused += (await sending).Refused;
            run.Progress.Count("kills", kill, run[Kills]);
        }

        var ledger = await CheckAsync(insight, campaign, rows.Count);
        return [Text($"{run[Kills]} kills, seed {run.Seed}; {refused:N0} requests were answered 503 meanwhile and came again. {ledger}")];
    }
}

internal sealed class FloodProof : ReceiptProof
{
    private const int Batch = 500;
    private static readonly TimeSpan Full = TimeSpan.FromSeconds(3);

    private static readonly Size Receipts = new("--receipts", "receipts that arrive while no worker runs", 1_000_000, 20_000);
    private static readonly Size Rate = new("--rate", "of them a second", 20_000, 20_000);

    public override string Row => "R3";

    public override string Command => "flood";

    public override string What =>
        "receipts arrive while no worker runs, and Redis reaches its limit of memory: nothing is trimmed, what does not fit is answered "
        + "503, and all of it is in the log once a worker is back";

    public override IReadOnlyList<Size> Sizes => [Receipts, Rate];

    public override async Task<IReadOnlyList<string>> RunAsync(ProofSettings run)
    {
        var (application, insight) = await StartAsync();
        await using var _ = application;
        await using var __ = insight;
        var (campaign, rows) = await LaunchAsync(application, run[Receipts], run.Progress);
        var signed = new SignedReceipts(application.Client.BaseAddress!, application.Secret);
        var requests = signed.Requests(rows, Batch, "flood");
        await application.KillAsync("worker");
        var (first, rest) = (requests[..(requests.Length * 9 / 10)], requests[(requests.Length * 9 / 10)..]);
        var pace = new Pace(run[Rate]);
        foreach (var (i, some) in first.Index())
        {
            await pace.UntilDueAsync((long)i * Batch);
            await CallbackSender.SendAllAsync(application.Client.BaseAddress!, [some], connections: 1);
            run.Progress.Count("receipts", (long)i * Batch, rows.Count);
        }

        var arrived = first.Length * Batch / pace.Elapsed.TotalSeconds;

        run.Progress.Say("  Redis is full …");
        await using var redis = await ConnectionMultiplexer.ConnectAsync(application.Redis + ",allowAdmin=true");
        await redis.GetDatabase().ExecuteAsync("CONFIG", "SET", "maxmemory", "1mb");
        var sending = CallbackSender.SendAllAsync(application.Client.BaseAddress!, rest, Connections);
        await Task.Delay(Full);
        await redis.GetDatabase().ExecuteAsync("CONFIG", "SET", "maxmemory", "0");
        var refused = (await sending).Refused;
        new Ledger("the flood").Same(("requests", requests.Length), ("entries that wait", await insight.BacklogAsync())).Check();
        if (refused == 0)
        {
            throw new LedgerException("A Redis without memory was never told of by a 503.");
        }

        var started = Stopwatch.GetTimestamp();
        await application.StartAsync("worker");
        var ledger = await CheckAsync(insight, campaign, rows.Count);
        var drained = Stopwatch.GetElapsedTime(started);
        return
        [
            Text($"{rows.Count:N0} receipts in bodies of {Batch}, {arrived:N0} a second; ")
            + Text($"none trimmed; {refused:N0} requests answered 503 while Redis was full; drained in {drained.TotalSeconds:0.0} s, ")
            + Text($"{rows.Count / drained.TotalSeconds:N0} a second, {rows.Count / drained.TotalSeconds / arrived:0.0} times as fast as ")
            + Text($"they came, the worker's start included. {ledger}"),
        ];
    }
}

internal sealed class PoisonProof : ReceiptProof
{
    private const int Batch = 100;
    private const int Probes = 200;
    private static readonly TimeSpan Slowest = TimeSpan.FromSeconds(2);

    private static readonly Size Receipts = new("--receipts", "good receipts", 500_000, 10_000);
    private static readonly Size Poison = new("--poison", "receipts of nobody's message among them", 5_000, 100);

    public override string Row => "R4";

    public override string Command => "poison";

    public override string What =>
        "receipts that no message knows among good ones: they are dead letters with a reason after five deliveries, the good ones are not "
        + "held up (p99 under 2 s), and a replay works";

    public override IReadOnlyList<Size> Sizes => [Receipts, Poison];

    public override async Task<IReadOnlyList<string>> RunAsync(ProofSettings run)
    {
        var random = new Random(run.Seed);
        var (application, insight) = await StartAsync();
        await using var _ = application;
        await using var __ = insight;
        var (campaign, rows) = await LaunchAsync(application, run[Receipts] + Probes, run.Progress);
        var signed = new SignedReceipts(application.Client.BaseAddress!, application.Secret);

        // Each somewhere in a body of good ones.
        var ids = rows.Skip(Probes).ToList();
        for (var i = 0; i < run[Poison]; i++)
        {
            ids.Insert(random.Next(ids.Count), Text($"nobody-{i}"));
        }

        var sending = Task.Run(async () =>
        {
            foreach (var (i, some) in signed.Requests(ids, Batch, "poison").Chunk(20).Index())
            {
                await CallbackSender.SendAllAsync(application.Client.BaseAddress!, some, Connections);
                await Task.Delay(20);
            }
        });
        var latencies = new List<double>();
        for (var i = 0; i < Probes; i++)
        {
            latencies.Add((await ProbeAsync(application, insight, campaign, signed, i, rows[i])).TotalMilliseconds);
        }

        await sending;
        var p99 = TimeSpan.FromMilliseconds(Series.Percentile([.. latencies.Order()], 0.99));
        if (p99 > Slowest)
        {
            throw new LedgerException(Text($"Good receipts waited behind poison: p99 {p99}."));
        }

        var ledger = await CheckAsync(insight, campaign, rows.Count, run[Poison]);
        await CheckReasonsAsync(application, run[Poison]);
        var replayed = await application.Client.PostAsJsonAsync("/receipts/dead/replay", new { });
        replayed.EnsureSuccessStatusCode();
        await CheckAsync(insight, campaign, rows.Count, run[Poison]);
        var median = Series.Percentile([.. latencies.Order()], 0.5);
        return
        [
            Text($"{run[Poison]:N0} among {run[Receipts]:N0}, seed {run.Seed}: each a dead letter after five deliveries, ")
            + Text($"and again after a replay; {Probes} good ones meanwhile were in the log after {median:0} ms ")
            + Text($"(median), p99 {p99.TotalMilliseconds:0} ms. {ledger}"),
        ];
    }

    /// <summary>How long a receipt takes from its request to its row.</summary>
    private static async Task<TimeSpan> ProbeAsync(
        RunningApplication application, Insight insight, LaunchedCampaign campaign, SignedReceipts signed, int number, string row)
    {
        var filter = new LogFilter { CustomerIds = [Audience.CustomerId(number)] };
        var started = Stopwatch.GetTimestamp();
        await CallbackSender.SendAllAsync(application.Client.BaseAddress!, signed.Requests([row], 1, Text($"probe-{number}")), 1);
        while (Stopwatch.GetElapsedTime(started) < TimeSpan.FromMinutes(1))
        {
            var page = await insight.Campaigns.ListLogAsync(campaign.Id, filter, new PageRequest(1, null), CancellationToken.None);
            if (page!.Items is [{ Status: not DeliveryStatus.Pending }])
            {
                break;
            }

            await Task.Delay(5);
        }

        return Stopwatch.GetElapsedTime(started);
    }

    private static async Task CheckReasonsAsync(RunningApplication application, int expected)
    {
        var good = await PagedList.ReadAsync(application.Client, "/receipts/dead").CountAsync(letter =>
            letter.GetProperty("deliveries").GetInt32() == 5 && letter.GetProperty("reason").GetString() is { Length: > 0 });
        new Ledger("dead letters").Same(("given up", expected), ("after five deliveries, with a reason", good)).Check();
    }
}
