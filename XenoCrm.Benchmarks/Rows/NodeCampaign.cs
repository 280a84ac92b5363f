using System.Diagnostics;
using XenoCrm.Benchmarks.Load;
using XenoCrm.Benchmarks.Measuring;
using XenoCrm.Benchmarks.Running;

namespace XenoCrm.Benchmarks.Rows;

/// <summary>The peer's campaign: the same customers, vendor and promises.</summary>
internal static class NodeCampaign
{
    public static async Task<Bound?> RunAsync(RunSettings run, int recipients)
    {
        if (NodePeer.Missing is { } missing)
        {
            run.Progress.Say($"  no peer: {missing}");
            return null;
        }

        await using var application = await RunningApplication.StartAsync(redis: true);
        await using var peer = await NodePeer.StartAsync(application, null, worker: true);
        await peer.FillAsync(recipients);
        run.Progress.Say("  the peer's campaign …");
        var (api, worker, started) = (peer.Api.Used(), peer.Worker.Used(), Stopwatch.GetTimestamp());
        var audience = (await peer.LaunchAsync()).GetProperty("audience").GetInt64();
        var launch = Stopwatch.GetElapsedTime(started);
        var patience = new Patience("peer's pending messages");
        var stats = await peer.StatsAsync();
        while (stats.GetProperty("pending").GetInt64() > 0)
        {
            patience.See(peer.Worker.HasExited
                ? throw new InvalidOperationException("The peer's worker has ended.") : stats.GetProperty("pending").GetInt64());
            await Task.Delay(200);
            stats = await peer.StatsAsync();
            run.Progress.Count("final", audience - stats.GetProperty("pending").GetInt64(), audience);
        }

        var took = Stopwatch.GetElapsedTime(started);
        var book = new VendorsBook(application.VendorFile).Count();
        run.Progress.Say("  " + new Ledger("the peer's campaign")
            .Same(("customers", recipients), ("audience", audience), ("vendor's book", book.All))
            .Same(("SENT in its log", stats.GetProperty("sent").GetInt64()), ("SENT in the vendor's book", book.Sent))
            .Same(("FAILED in its log", stats.GetProperty("failed").GetInt64()), ("FAILED in the vendor's book", book.Failed))
            .Check());
        run.Progress.Say($"  the peer's launch: {Units.Text(recipients / launch.TotalSeconds, Unit.PerSecond)}");
        var (one, other) = (peer.Api.SpentSince(api, recipients), peer.Worker.SpentSince(worker, recipients));
        return new(
            "Fastify, ioredis and better-sqlite3", recipients / took.TotalSeconds,
            new("node api and worker", one.User + other.User, one.System + other.System));
    }
}
