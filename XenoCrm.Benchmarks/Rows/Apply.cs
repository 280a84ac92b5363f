using XenoCrm.Benchmarks.Limits;
using XenoCrm.Benchmarks.Load;
using XenoCrm.Benchmarks.Measuring;
using XenoCrm.Benchmarks.Running;
using XenoCrm.ReceiptWorker.Receipts;

namespace XenoCrm.Benchmarks.Rows;

internal sealed class Apply : Benchmark
{
    private const int Batch = 500;

    private static readonly Size Receipts = new("--receipts", "receipts of a run", 200_000, 10_000);
    private static readonly Size WarmUp = new("--warm-up", "receipts before that do not count", 50_000, 5_000);

    public override string Row => "P3";

    public override string Command => "apply";

    public override string What =>
        "receipts applied to the log by one worker, from a stream that is full; limit: a bare prepared UPDATE loop on the same rows, "
        + "indexes, settings and transactions";

    public override IReadOnlyList<Size> Sizes => [Receipts, WarmUp];

    public override async Task<IReadOnlyList<Figure>> RunAsync(RunSettings run)
    {
        var figures = new List<Figure>();
        foreach (var redis in run.WithRedis)
        {
            await using var application = await RunningApplication.StartAsync(new ApplicationOptions { Redis = redis, Vendor = false });
            await using var insight = new Insight(application);
            var receipts = new ReceiptRun(application, insight, run.Progress);
            await Audience.IngestAsync(application.Client, Math.Max(run[Receipts], run[WarmUp]), run.Progress);
            await receipts.RunAsync(new(run[WarmUp], Batch));

            BareStore? before = null;
            var result = await receipts.RunAsync(new(run[Receipts], Batch), () =>
            {
                before = BareStore.CopyOf(application.StoreFile);
                return Task.CompletedTask;
            });
            await using var bare = before!;
            run.Progress.Say("  the bare loop does the same …");
            var limit = LogLoops.Update(bare, application.StoreFile, new ReceiptWorkerOptions().BatchReceipts);
            var ledger = new Ledger("updates").Same(("receipts", result.Receipts), ("rows of the bare loop", limit.Rows));
            run.Progress.Say("  " + ledger.Check());
            figures.Add(new($"applied, {Streams.Name(redis)}", result.AppliedRate, Unit.PerSecond)
            {
                Goal = Goal.Ratio(0.6),
                Limit = new(
                    "bare UPDATE loop", limit.PerSecond, Spent.PerRow("loop", limit.User, limit.System, limit.Rows), "worker"),
                Processor = [result.Worker],
            });
        }

        return figures;
    }
}

internal static class Streams
{
    public static string Name(bool redis) => redis ? "Redis" : "embedded";
}
