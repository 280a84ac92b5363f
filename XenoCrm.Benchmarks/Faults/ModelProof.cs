using System.Diagnostics;
using XenoCrm.Benchmarks.Faults.Model;
using XenoCrm.Benchmarks.Rows;

namespace XenoCrm.Benchmarks.Faults;

/// <summary>Random lives of a shop on the real stores, against the model of a row's life.</summary>
internal sealed class ModelProof : Proof
{
    private static readonly Size Lives = new("--interleavings", "random interleavings on each store", 1_000_000, 300);
    private static readonly Size Steps = new("--steps", "steps of each, before it is brought to its end", 40, 40);
    private static readonly Size Large = new("--large", "interleavings with 1,200 recipients, over the edges of blocks of 500", 200, 1);
    private static readonly Size Minutes = new("--minutes", "how long at most on each store; what was run by then is told", 600, 2);

    public override string Row => "R6";

    public override string Command => "model";

    public override string What =>
        "random interleavings of launches, sends, receipts, retries, pauses, unsubscribes, erasures, suppressed addresses, quiet hours, "
        + "caps, deaths and leases that run out, against a model of a row's life; a campaign and its log compared "
        + "after each step, all of them at the end";

    public override IReadOnlyList<Size> Sizes => [Lives, Steps, Large, Minutes];

    public override async Task<IReadOnlyList<string>> RunAsync(ProofSettings run)
    {
        var lines = new List<string>();
        foreach (var server in run.Stores.Select(store => store == ProofSettings.MongoName ? run.Mongo : null).Distinct())
        {
            var name = server is null ? "embedded" : "MongoDB";
            var started = Stopwatch.GetTimestamp();
            var until = TimeProvider.System.GetUtcNow().AddMinutes(run[Minutes]);
            run.Progress.Say($"  {name}: over the edges of blocks …");
            var large = await ModelRun.CheckAsync(
                server, run.Seed, run[Large], new(run[Steps], People: 1_200, Batch: 1_200, CompareEvery: 5), run.Progress, until);
            run.Progress.Say($"  {name}: small …");
            var small = await ModelRun.CheckAsync(server, run.Seed, run[Lives], new(run[Steps]), run.Progress, until);
            lines.Add(Text(
                $"{name}: {small:N0} interleavings of {run[Steps]} steps, and {large:N0} with 1,200 recipients, from seed {run.Seed} on, ")
                + Text($"in {Stopwatch.GetElapsedTime(started).TotalMinutes:N0} min: no difference"));
        }

        return lines;
    }
}
