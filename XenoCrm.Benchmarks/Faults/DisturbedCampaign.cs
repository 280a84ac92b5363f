using System.Diagnostics;
using System.Globalization;
using XenoCrm.Benchmarks.Load;
using XenoCrm.Benchmarks.Measuring;
using XenoCrm.Benchmarks.Running;

namespace XenoCrm.Benchmarks.Faults;

/// <summary>
/// A campaign whose processes are ended at random and started again while a vendor has its bad day, and its books at the end.
/// </summary>
/// <param name="run">Seed and progress.</param>
/// <param name="store">One of <see cref="ProofSettings.AllStores"/>.</param>
internal sealed class DisturbedCampaign(ProofSettings run, string store)
{
    private static readonly TimeSpan Slow = TimeSpan.FromSeconds(2);

    // What the vendor does to a message or to a request. Its answer is slow all the time, so that the campaign lasts.
    private static readonly object BadDay = new
    {
        duplicates = new { rate = 0.05, copies = 2, within = "00:00:03" },
        late = new { rate = 0.02, by = "00:00:10" },
        receiptsFirst = new { rate = 0.05, holdFor = "00:00:00.400" },
        serverErrors = new { rate = 0.01, status = 500 },
        rateLimits = new { rate = 0.005, retryAfter = "00:00:01" },
        timeouts = new { rate = 0.005, hangFor = "00:00:10" },
        cutAnswers = new { rate = 0.005 },
        slow = new { rate = 1.0, by = Slow },
    };

    // How long a kill takes, with the start of what was killed, on a busy machine. An answer of the vendor takes so long that the campaign
    // lasts as long as all of them.
    private static readonly TimeSpan TimeOfAKill = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Random random = new(run.Seed);

    /// <summary>How many of the times there were messages under way.</summary>
    public int UnderWay { get; private set; }

    /// <summary>How often each of them was ended.</summary>
    public Dictionary<string, int> Ended { get; } = [];

    /// <summary>Whether the API was ended before it had answered the launch, which was then asked for again.</summary>
    public bool CutLaunch { get; private set; }

    /// <summary>How often an API was ended right after the vendor had taken a batch, before it could note that.</summary>
    public int Aimed { get; private set; }

    /// <summary>From the moment when all ran again until nothing was pending.</summary>
    public TimeSpan Recovery { get; private set; }

    /// <summary>The longest that one took to end after it was told to.</summary>
    public TimeSpan LongestStop { get; private set; }

    public string Ledger { get; private set; } = "";

    /// <param name="recipients">How many.</param>
    /// <param name="kills">How often something is ended.</param>
    /// <param name="orderly">Whether it is told to end rather than killed; Redis never is told.</param>
    /// <exception cref="LedgerException">The books differ, or something was stuck.</exception>
    public async Task RunAsync(int recipients, int kills, bool orderly)
    {
        var batch = Math.Clamp((int)(recipients * Slow / (kills * TimeOfAKill)), 5, 1_000);
        var options = run.Application(store, batch);
        await using var database = new OwnDatabase(options.Store);
        await using var application = await RunningApplication.StartAsync(options);
        await using var insight = new Insight(application);
        await Audience.IngestAsync(application.Client, recipients, run.Progress);

        await application.SetVendorFaultsAsync(BadDay);
        var campaign = await LaunchAsync(application, recipients, orderly);
        run.Progress.Say(string.Create(
            CultureInfo.InvariantCulture, $"  {store}: {kills} times, seed {run.Seed}, batches of {batch}"));
        for (var kill = 0; kill < kills; kill++)
        {
            UnderWay += (await campaign.StatsAsync()).Pending > 0 ? 1 : 0;
            await EndOneAsync(application, orderly);
            run.Progress.Count("ended", kill, kills);
        }

        await application.SetVendorFaultsAsync(new { });
        await UntilDoneAsync(application, insight, campaign);
        Ledger = await Books.CheckAsync(application, insight, campaign, recipients, run.Progress);
    }

    // The API is ended while it writes the audience, and asked for the same launch again, with the same key, until it answers.
    private async Task<LaunchedCampaign> LaunchAsync(RunningApplication application, int recipients, bool orderly)
    {
        var key = string.Create(CultureInfo.InvariantCulture, $"launch-{run.Seed}");
        var first = LaunchedCampaign.StartAsync(application.Client, idempotencyKey: key);
        await Task.Delay(random.Next(0, 50 + (recipients / 100)));
        await EndAsync(application, "api", orderly);
        CutLaunch = await HasFailedAsync(first);
        await application.StartAsync("api");

        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                return await LaunchedCampaign.StartAsync(application.Client, idempotencyKey: key);
            }
            catch (HttpRequestException e) when (Stopwatch.GetElapsedTime(started) < Patience)
            {
                run.Progress.Say("  the launch is asked for again: " + e.Message);
                await Task.Delay(500);
            }
        }

        static async Task<bool> HasFailedAsync(Task launch)
        {
            await launch.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return launch.IsFaulted;
        }
    }

    private async Task EndOneAsync(RunningApplication application, bool orderly)
    {
        await Task.Delay(random.Next(50, 1_000));
        var names = application.Names;
        HashSet<string> victims = [names[random.Next(names.Count)]];
        if (random.Next(5) == 0)
        {
            victims.Add(names[random.Next(names.Count)]);
        }

        if (victims.Contains("api") && random.Next(2) == 0)
        {
            Aimed += await new VendorsBook(application.VendorFile).UntilNextBatchAsync(TimeSpan.FromSeconds(10)) ? 1 : 0;
        }

        foreach (var victim in victims)
        {
            Ended[victim] = Ended.GetValueOrDefault(victim) + 1;
            await EndAsync(application, victim, orderly);
        }

        await Task.Delay(random.Next(0, 500));
        foreach (var name in names.Where(victims.Contains))
        {
            await application.StartAsync(name);
        }

        if (victims.Contains("vendor"))
        {
            // Its switches are forgotten with it.
            await application.SetVendorFaultsAsync(BadDay);
        }
    }

    private async Task EndAsync(RunningApplication application, string victim, bool orderly)
    {
        if (!orderly || victim == "redis")
        {
            await application.KillAsync(victim);
            return;
        }

        var (took, isOrderly) = await application.TerminateAsync(victim);
        LongestStop = took > LongestStop ? took : LongestStop;
        if (!isOrderly || took > TimeSpan.FromSeconds(30))
        {
            throw new LedgerException($"The {victim} did not end in order within 30 s of being told to: {took}.");
        }
    }

    private async Task UntilDoneAsync(RunningApplication application, Insight insight, LaunchedCampaign campaign)
    {
        // The rest of it goes at full speed; what is stuck is what does not move for as long as a lease and a receipt may take.
        var started = Stopwatch.GetTimestamp();
        var (last, changed) = (-1L, started);
        while (true)
        {
            var stats = await campaign.StatsAsync();
            var open = stats.Pending + await insight.BacklogAsync();
            if (open == 0)
            {
                break;
            }

            (last, changed) = open == last ? (last, changed) : (open, Stopwatch.GetTimestamp());
            if (Stopwatch.GetElapsedTime(changed) > Patience)
            {
                throw new LedgerException(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{stats.Pending} rows of {application.Folder} are stuck: they have been pending for a minute."));
            }

            await Task.Delay(200);
        }

        Recovery = Stopwatch.GetElapsedTime(started);
    }
}
