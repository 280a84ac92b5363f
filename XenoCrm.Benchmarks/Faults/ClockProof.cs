using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using XenoCrm.Benchmarks.Load;
using XenoCrm.Benchmarks.Measuring;
using XenoCrm.Benchmarks.Rows;
using XenoCrm.Benchmarks.Running;

namespace XenoCrm.Benchmarks.Faults;

/// <summary>
/// The nights of a year on which the clocks change, with two APIs that are killed while campaigns start, wait and are capped.
/// </summary>
internal sealed class ClockProof : Proof
{
    private static readonly Size People = new("--people", "customers, each of whom four campaigns are for", 5_000, 300);
    private static readonly Size Zones = new("--zones", "in how many time zones they live, 12 at most", 12, 4);
    private static readonly Size Nights = new("--nights", "1: the spring's; 2: the autumn's too", 2, 1);

    private static readonly string[] AllZones =
    [
        "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "America/St_Johns", "Pacific/Auckland",
        "Asia/Kathmandu", "Europe/London", "Pacific/Kiritimati", "America/Los_Angeles", "Asia/Tokyo", "Europe/Lisbon",
    ];

    // Far enough ahead that no campaign's time is over, whenever it is run.
    private static readonly (DateOnly Day, DateTimeOffset HalfPastTwo)[] Changes =
    [
        (new(2127, 3, 30), new(2127, 3, 30, 1, 0, 0, TimeSpan.Zero)),
        (new(2127, 10, 26), new(2127, 10, 26, 0, 30, 0, TimeSpan.Zero)),
    ];

    // Its answers take a while, so that a campaign lasts for as long as a kill takes.
    private static readonly object Slow = new { slow = new { rate = 1.0, by = "00:00:00.200" } };

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    // So long before a moment the clock stops jumping and goes through it.
    private static readonly TimeSpan Before = TimeSpan.FromSeconds(2);

    public override string Row => "R11";

    public override string Command => "clock";

    public override string What =>
        "four campaigns in a night on which the clocks change, by Berlin's clock, by each person's own, each night anew, and one that "
        + "people asked for; quiet hours, a cap of two messages a week, and two APIs that are killed as campaigns start, wait for an hour "
        + "and count; and a clock that jumps a day back and forward during a campaign";

    public override IReadOnlyList<Size> Sizes => [People, Zones, Nights];

    public override async Task<IReadOnlyList<string>> RunAsync(ProofSettings run)
    {
        var lines = new List<string>();
        foreach (var store in run.Stores)
        {
            lines.Add(await JumpAsync(run, store));
            run.Progress.Say("  " + lines[^1]);
            foreach (var (day, halfPastTwo) in Changes.Take(run[Nights]))
            {
                var night = new ClockNight(day, halfPastTwo, run[People], [.. AllZones.Take(run[Zones])]);
                lines.Add(await new DisturbedNight(run, store, night).RunAsync());
                run.Progress.Say("  " + lines[^1]);
            }
        }

        return lines;
    }

    /// <summary>The clock of all services is put a day back and a day forward, twice, while a campaign is sent.</summary>
    private static async Task<string> JumpAsync(ProofSettings run, string store)
    {
        using var clock = new MovedClock(TimeProvider.System.GetUtcNow());
        var options = Options(run, store, clock);
        await using var database = new OwnDatabase(options.Store);
        await using var application = await RunningApplication.StartAsync(options);
        await using var insight = new Insight(application);
        await application.SetVendorFaultsAsync(Slow);
        await Audience.IngestAsync(application.Client, run[People], run.Progress);
        var campaign = await LaunchedCampaign.StartAsync(application.Client);
        var book = new VendorsBook(application.VendorFile);
        var underWay = 0;
        foreach (var days in (int[])[-1, 1, -1, 2])
        {
            underWay += await book.UntilNextBatchAsync(TimeSpan.FromSeconds(3)) ? 1 : 0;
            clock.MoveTo(clock.Now.AddDays(days));
            await application.SignInAsync();
        }

        await campaign.UntilCompletedAsync(run.Progress);
        await insight.UntilEmptyAsync();
        var ledger = await Books.CheckAsync(application, insight, campaign, run[People], run.Progress);
        return Text($"{store}: the clock jumped a day back, forward, back and two forward, {underWay} times with messages under way. ")
            + ledger;
    }

    private static ApplicationOptions Options(ProofSettings run, string store, MovedClock clock)
    {
        var options = run.Application(store, Math.Max(5, run[People] / 30));
        return options with { Apis = 2, Clock = clock, Settings = [.. options.Settings, ("Campaigns__MaxFailureRate", "1")] };
    }

    private enum Way
    {
        /// <summary>No API is there when the moment comes.</summary>
        Asleep,

        /// <summary>One is killed right after the vendor has taken a batch.</summary>
        Aimed,

        /// <summary>One is killed soon after the moment, and the worker with it.</summary>
        AtRandom,
    }

    private sealed class DisturbedNight(ProofSettings run, string store, ClockNight night)
    {
        private static readonly Way[] Ways = [Way.Aimed, Way.AtRandom, Way.Aimed, Way.Asleep];

        private static readonly (string Name, string Value)[] Account =
        [
            ("Account__TimeZone", "Europe/Berlin"),
            ("Account__QuietHours__From", ClockNight.QuietFrom),
            ("Account__QuietHours__To", ClockNight.QuietTo),
            ("Account__FrequencyCaps__0__Messages", ClockNight.MostMessages.ToString(CultureInfo.InvariantCulture)),
            ("Account__FrequencyCaps__0__Days", ClockNight.CapDays.ToString(CultureInfo.InvariantCulture)),
        ];

        private readonly Random random = new(run.Seed);
        private readonly Dictionary<string, int> killed = [];
        private int asleep;
        private int aimed;

        public async Task<string> RunAsync()
        {
            using var clock = new MovedClock(night.Launch);
            var options = Options(run, store, clock);
            options = options with { Settings = [.. options.Settings, .. Account] };
            await using var database = new OwnDatabase(options.Store);
            await using var application = await RunningApplication.StartAsync(options);
            await using var insight = new Insight(application);
            await application.SetVendorFaultsAsync(Slow);
            await IngestAsync(application);
            var ids = new List<string>();
            foreach (var campaign in night.Campaigns)
            {
                ids.Add(await LaunchAsync(application.Client, campaign));
            }

            var moments = night.Moments;
            foreach (var (i, moment) in moments.Index())
            {
                await GoThroughAsync(application, clock, moment, Ways[(run.Seed + i) % Ways.Length]);
                run.Progress.Say(Text($"  {moment:u}: everybody has what they may have"));
            }

            await application.SignInAsync();
            var logs = await EndAsync(application, insight, ids);
            var ledger = night.Compare(logs, new VendorsBook(application.VendorFile).Read())
                .None("dead letters", await insight.DeadLettersAsync())
                .Check();
            var kills = string.Join(", ", killed.OrderBy(one => one.Key).Select(one => Text($"{one.Key} {one.Value}")));
            return Text($"{store}, the night to {night.Day:yyyy-MM-dd}: {night.People:N0} people in {night.Zones.Count} zones, ")
                + Text($"{moments.Count} moments; killed: {kills}, {aimed} of them right after the vendor had taken a batch; ")
                + Text($"{asleep} times no API was there when the moment came. {ledger}");
        }

        private async Task IngestAsync(RunningApplication application)
        {
            foreach (var chunk in Enumerable.Range(0, night.People).Chunk(5_000))
            {
                var customers = chunk.Select(i => new
                {
                    id = Text($"n{i:000000}"),
                    name = Text($"Person {i}"),
                    email = ClockNight.Email(i),
                    timeZone = night.Zone(i),
                });
                (await application.Client.PostAsJsonAsync("/customers/bulk", customers)).EnsureSuccessStatusCode();
            }
        }

        private static async Task<string> LaunchAsync(HttpClient client, NightCampaign campaign)
        {
            var drafted = await client.PostAsJsonAsync(
                "/campaigns",
                new
                {
                    name = campaign.Name,
                    rule = new Dictionary<string, bool> { ["$everyone"] = true },
                    message = "Hi {{firstName|there}}, the clocks change.",
                    transactional = campaign.IsTransactional,
                    schedule = campaign.Schedule,
                });
            drafted.EnsureSuccessStatusCode();
            var id = (await drafted.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetString()!;
            (await client.PostAsync($"/campaigns/{id}/launch", null)).EnsureSuccessStatusCode();
            return id;
        }

        /// <summary>Goes through a moment with somebody killed, until everybody has just the messages that they may have by then.</summary>
        private async Task GoThroughAsync(RunningApplication application, MovedClock clock, DateTimeOffset moment, Way way)
        {
            string[] apis = ["api", "api2"];
            string[] victims = way switch
            {
                Way.Asleep => apis,
                Way.AtRandom => ["worker", apis[random.Next(2)]],
                _ => [apis[random.Next(2)]],
            };
            var book = new VendorsBook(application.VendorFile);
            clock.MoveTo(moment - Before);
            if (way == Way.Asleep)
            {
                asleep++;
                await KillAsync(application, victims);
                clock.MoveTo(moment);
            }
            else
            {
                await UntilAsync(() => clock.Now >= moment, () => "the clock does not go on");
                if (way == Way.AtRandom)
                {
                    await Task.Delay(random.Next(0, 1_500));
                }
                else if (await book.UntilNextBatchAsync(TimeSpan.FromSeconds(3)))
                {
                    aimed++;
                }

                await KillAsync(application, victims);
            }

            foreach (var victim in victims)
            {
                await application.StartAsync(victim);
            }

            var expected = night.Zones.ToDictionary(zone => zone, zone => night.MessagesBy(moment, zone));
            var wrong = new List<string>();
            await UntilAsync(
                () =>
                {
                    var counts = book.CountByRecipient();
                    wrong = [
                        .. Enumerable.Range(0, night.People)
                            .Select(i => (Email: ClockNight.Email(i), Zone: night.Zone(i)))
                            .Where(person => counts.GetValueOrDefault(person.Email) != expected[person.Zone])
                            .Select(person => Text($"{person.Email} in {person.Zone} has {counts.GetValueOrDefault(person.Email)} ")
                                + Text($"instead of {expected[person.Zone]}")),
                    ];
                    return wrong.Count == 0;
                },
                () => Text($"at {moment:u}, in {application.Folder}: {string.Join("; ", wrong.Take(5))}; {wrong.Count} people in all"));
        }

        private async Task KillAsync(RunningApplication application, IEnumerable<string> victims)
        {
            foreach (var victim in victims)
            {
                killed[victim] = killed.GetValueOrDefault(victim) + 1;
                await application.KillAsync(victim);
            }
        }

        /// <summary>Waits until all receipts are in, and reads the logs. The one that recurs is ended, and its run stands for it.</summary>
        private async Task<IReadOnlyList<(NightCampaign, IReadOnlyList<Books.LogRow>)>> EndAsync(
            RunningApplication application, Insight insight, List<string> ids)
        {
            var logs = new List<(NightCampaign, IReadOnlyList<Books.LogRow>)>();
            foreach (var (campaign, id) in night.Campaigns.Zip(ids))
            {
                var runs = await PagedList.ReadAsync(application.Client, $"/campaigns/{id}/logs").AnyAsync()
                    ? [id]
                    : await ReadRunsAsync(application.Client, id);
                foreach (var run in runs)
                {
                    var rows = new List<Books.LogRow>();
                    await UntilAsync(
                        async () =>
                        {
                            rows = await Books.ReadLogAsync(application.Client, run);
                            return Books.In(rows, "PENDING") == 0 && await insight.BacklogAsync() == 0;
                        },
                        () => Text($"{Books.In(rows, "PENDING")} rows of “{campaign.Name}” are stuck"));
                    logs.Add((campaign, rows));
                }
            }

            return logs;
        }

        private static async Task<List<string>> ReadRunsAsync(HttpClient client, string id) =>
        [
            .. (await client.GetFromJsonAsync<JsonElement>($"/campaigns?limit=100&series={id}")).EnumerateArray()
                .Select(run => run.GetProperty("id").GetString()!),
        ];

        private static Task UntilAsync(Func<bool> isSo, Func<string> what) => UntilAsync(() => Task.FromResult(isSo()), what);

        private static async Task UntilAsync(Func<Task<bool>> isSo, Func<string> what)
        {
            for (var started = Stopwatch.GetTimestamp(); !await isSo(); await Task.Delay(100))
            {
                if (Stopwatch.GetElapsedTime(started) > Patience)
                {
                    throw new LedgerException($"After {Patience.TotalSeconds:0} s it is not so: {what()}.");
                }
            }
        }
    }
}
