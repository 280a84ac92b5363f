using XenoCrm.Benchmarks.Rows;

namespace XenoCrm.Benchmarks.Faults;

/// <summary>Processes of a running campaign are ended again and again, and its books are compared.</summary>
internal abstract class CampaignProof : Proof
{
    protected abstract Size Recipients { get; }

    protected abstract Size Times { get; }

    protected abstract bool IsOrderly { get; }

    public override IReadOnlyList<Size> Sizes => [Recipients, Times];

    public override async Task<IReadOnlyList<string>> RunAsync(ProofSettings run)
    {
        var lines = new List<string>();
        foreach (var store in run.Stores)
        {
            var campaign = new DisturbedCampaign(run, store);
            await campaign.RunAsync(run[Recipients], run[Times], IsOrderly);
            var ended = string.Join(
                ", ", campaign.Ended.OrderBy(one => one.Key).Select(one => Text($"{one.Key} {one.Value}")));
            var how = IsOrderly
                ? Text($"the slowest was out in {campaign.LongestStop.TotalSeconds:0.0} s")
                : Text($"{campaign.Aimed} of them right after the vendor had taken a batch");
            var launch = campaign.CutLaunch
                ? "the launch was cut off and asked for again"
                : "the launch was answered before the API was ended";
            lines.Add(Text($"{Name(store)}: {run[Recipients]:N0} recipients; {launch}; ended {run[Times]} times, ")
                + Text($"{campaign.UnderWay} of them with messages under way: {ended}; {how}; nothing pending ")
                + Text($"{campaign.Recovery.TotalSeconds:0} s after the last. {campaign.Ledger}"));
            run.Progress.Say("  " + lines[^1]);
        }

        return lines;
    }

    private static string Name(string store) => store switch
    {
        ProofSettings.Embedded => "embedded",
        ProofSettings.Redis => "embedded and Redis",
        _ => "MongoDB and Redis, two APIs",
    };
}

internal sealed class KillProof : CampaignProof
{
    public override string Row => "R1";

    public override string Command => "kills";

    public override string What =>
        "a campaign under random kill -9 of API, worker, vendor and Redis, with receipts that come twice (5 %), late (2 %) or before the "
        + "vendor's own answer (5 % of requests), and requests that the vendor answers with 500, 429, half an answer or not in time "
        + "(2.5 %); the API is ended during the launch, too";

    protected override Size Recipients => new("--recipients", "customers, all of them in the audience", 200_000, 2_000);

    protected override Size Times => new("--kills", "kills in each store", 100, 3);

    protected override bool IsOrderly => false;
}

internal sealed class StopProof : CampaignProof
{
    public override string Row => "R5";

    public override string Command => "stops";

    public override string What => "the same campaign with SIGTERM: each process out within 30 s with exit code 0, and nothing lost";

    protected override Size Recipients => new("--recipients", "customers, all of them in the audience", 50_000, 2_000);

    protected override Size Times => new("--stops", "stops in each store", 50, 3);

    protected override bool IsOrderly => true;
}
