using System.Diagnostics;
using XenoCrm.Benchmarks.Limits;
using XenoCrm.Benchmarks.Load;
using XenoCrm.Benchmarks.Measuring;
using XenoCrm.Benchmarks.Running;

namespace XenoCrm.Benchmarks.Rows;

/// <summary>Signed receipts over HTTP until the stream has them on disk.</summary>
internal abstract class ReceiptsBenchmark : Benchmark
{
    protected static readonly Size Connections = new("--connections", "requests under way at once", 64, 64);

    public override IReadOnlyList<Size> Sizes => [Receipts, WarmUp, Connections];

    // Until some ten thousand requests have gone through, the API runs code that is not optimised yet.
    protected abstract Size WarmUp { get; }

    protected abstract Size Receipts { get; }

    protected abstract int Batch { get; }

    protected abstract bool OneCore { get; }

    public override async Task<IReadOnlyList<Figure>> RunAsync(RunSettings run)
    {
        var progress = run.Progress;
        await using var application = await RunningApplication.StartAsync(
            new ApplicationOptions { Redis = true, Vendor = false, ApiOnOneCore = OneCore });
        await using var insight = new Insight(application);
        var receipts = new ReceiptRun(application, insight, progress);
        await Audience.IngestAsync(application.Client, Math.Max(run[Receipts], run[WarmUp]), progress);
        await receipts.RunAsync(new(run[WarmUp], Batch, run[Connections]));
        var result = await receipts.RunAsync(new(run[Receipts], Batch, run[Connections]));
        if (result.Refused > 0)
        {
            progress.Say($"  {result.Refused} requests were refused with 503 and made again");
        }

        var latencies = result.Latencies.Select(latency => latency.TotalMilliseconds).ToArray();
        return
        [
            new($"{Name}, acknowledged", result.AcknowledgedRate, Unit.PerSecond)
            {
                Goal = Goal,
                Limit = await LimitAsync(run, application, result),
                Peer = run.Peers ? await PeerAsync(run, application, result) : null,
                Processor = result.Receiving,
            },
            new($"{Name}: p99 of a request", Series.Percentile(latencies, 0.99), Unit.Milliseconds),
        ];
    }

    protected abstract string Name { get; }

    protected abstract Goal Goal { get; }

    protected abstract Task<Bound> LimitAsync(RunSettings run, RunningApplication application, ReceiptRun.Result result);

    /// <summary>The same receipts, signed anew, go to the Node pipeline on the same cores and the same Redis.</summary>
    private async Task<Bound?> PeerAsync(RunSettings run, RunningApplication application, ReceiptRun.Result result)
    {
        if (NodePeer.Missing is { } missing)
        {
            run.Progress.Say($"  no peer: {missing}");
            return null;
        }

        await using var peer = await NodePeer.StartAsync(application, OneCore ? Cores.First : null);
        await CallbackSender.SendAllAsync(
            peer.Address, Signed(peer, result.Requests.Take(run[WarmUp] / Batch), application), run[Connections]);
        var entries = await peer.EntriesAsync();
        var requests = Signed(peer, result.Requests, application);
        run.Progress.Say("  the peer receives them …");
        var (before, started) = (peer.Api.Used(), Stopwatch.GetTimestamp());
        await CallbackSender.SendAllAsync(peer.Address, requests, run[Connections]);
        var took = Stopwatch.GetElapsedTime(started);
        run.Progress.Say("  " + new Ledger("the peer's receipts").Same(
            ("requests answered", result.Requests.Length), ("entries in its stream", await peer.EntriesAsync() - entries)).Check());
        return new("Fastify and ioredis", result.Receipts / took.TotalSeconds, peer.Api.SpentSince(before, result.Receipts));
    }

    private static byte[][] Signed(NodePeer peer, IEnumerable<byte[]> requests, RunningApplication application)
    {
        var receipts = new SignedReceipts(peer.Address, application.Secret);
        return [.. requests.Select((request, i) => receipts.Request($"peer-{i}", Body(request)))];
    }

    protected static byte[] Body(byte[] request) => request[(request.AsSpan().IndexOf("\r\n\r\n"u8) + 4)..];
}

internal sealed class ReceiptsSingle : ReceiptsBenchmark
{
    public override string Row => "P1";

    public override string Command => "receipts-single";

    public override string What =>
        "signed single receipts over HTTP into Redis, the API on one core; limit: an empty ASP.NET Core endpoint there";

    protected override Size WarmUp => new("--warm-up", "receipts before that do not count", 20_000, 2_000);

    protected override Size Receipts => new("--receipts", "receipts of a run", 200_000, 3_000);

    protected override int Batch => 1;

    protected override bool OneCore => true;

    protected override string Name => "single receipts";

    protected override Goal Goal => Goal.Ratio(0.5);

    protected override async Task<Bound> LimitAsync(RunSettings run, RunningApplication application, ReceiptRun.Result result)
    {
        var port = LocalPorts.FindFree(1);
        await using var empty = await EmptyEndpoint.StartAsync(port, Cores.First);
        run.Progress.Say("  the same requests to an empty endpoint …");
        await CallbackSender.SendAllAsync(EmptyEndpoint.Address(port), [.. result.Requests.Take(run[WarmUp])], run[Connections]);
        var (before, started) = (empty.Used(), Stopwatch.GetTimestamp());
        await CallbackSender.SendAllAsync(EmptyEndpoint.Address(port), result.Requests, run[Connections]);
        var took = Stopwatch.GetElapsedTime(started);
        return new("empty endpoint", result.Receipts / took.TotalSeconds, empty.SpentSince(before, result.Receipts), "api");
    }
}

internal sealed class ReceiptsBatched : ReceiptsBenchmark
{
    public override string Row => "P2";

    public override string Command => "receipts-batched";

    public override string What => "receipts in bodies of 500 into Redis; limit: bare appends of the same bodies to the same Redis";

    protected override Size WarmUp => new("--warm-up", "receipts before that do not count", 200_000, 5_000);

    protected override Size Receipts => new("--receipts", "receipts of a run", 500_000, 20_000);

    protected override int Batch => 500;

    protected override bool OneCore => false;

    protected override string Name => "receipts in bodies of 500";

    protected override Goal Goal => new(400_000);

    protected override async Task<Bound> LimitAsync(RunSettings run, RunningApplication application, ReceiptRun.Result result)
    {
        run.Progress.Say("  the same bodies straight into Redis …");
        var before = application["redis"].Used();
        var took = await RedisLoop.AppendAsync(application.Redis!, [.. result.Requests.Select(Body)], run[Connections]);
        return new("bare XADD", result.Receipts / took.TotalSeconds, application["redis"].SpentSince(before, result.Receipts));
    }
}
