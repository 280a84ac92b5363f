using System.Globalization;
using System.Text.Json;
using XenoCrm.Core.Account;
using XenoCrm.Core.Customers;
using XenoCrm.Tests.Support;

namespace XenoCrm.Tests.Campaigns.Year;

/// <summary>
/// A year of campaigns of every kind over people of every zone, who unsubscribe, move, change their addresses and are erased meanwhile. An
/// independent checker reads the exported logs afterwards.
/// </summary>
public sealed class SimulatedYearTests(ITestOutputHelper output)
{
    private const string Variable = "XENOCRM_TEST_YEAR";
    private const int People = 2_000;
    private const int Campaigns = 30;
    private const int LifeMoments = 120;

    private static readonly DateTimeOffset Start = new(2127, 1, 1, 6, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset End = Start.AddDays(365);

    [Fact]
    public async Task Nobody_is_written_to_against_any_rule_and_every_reason_is_right()
    {
        var given = (Environment.GetEnvironmentVariable(Variable) ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries)
            .Select(text => int.Parse(text, CultureInfo.InvariantCulture))
            .ToArray();
        var (size, seed) = (given.ElementAtOrDefault(0) is var many and > 0 ? many : People, given.ElementAtOrDefault(1));
        var random = new Random(seed);
        await using var world = new YearWorld(Start, new Random(seed + 1));
        var people = new YearPeople(size, random, Start);
        foreach (var rows in people.Rows.Chunk(1_000))
        {
            await world.Customers.UpsertAsync(rows, TestContext.Current.CancellationToken);
        }

        var segments = new Dictionary<string, string>();
        foreach (var tier in YearPeople.Tiers)
        {
            var stored = await world.PostAsync("/segments", new { name = tier, rule = Rule(tier), send = false });
            segments[tier] = JsonDocument.Parse(stored).RootElement.GetProperty("segmentId").GetString()!;
        }

        var done = new List<YearCampaign>();
        foreach (var (at, act) in Script(random, world, people, segments, done))
        {
            await world.LiveUntilAsync(at);
            await act();
            await world.SettleAsync();
        }

        await world.LiveUntilAsync(End);
        await CheckAsync(world, people, done, size);
    }

    private async Task CheckAsync(YearWorld world, YearPeople people, List<YearCampaign> done, int size)
    {
        var logs = new List<(YearCampaign Campaign, List<YearRow> Rows)>();
        foreach (var campaign in done)
        {
            if (campaign.Repeats is not { } repeats)
            {
                logs.Add((campaign, await world.LogAsync(campaign.Id)));
                continue;
            }

            var runs = new List<YearCampaign>();
            foreach (var run in (await world.RunsAsync(campaign.Id)).Reverse())
            {
                var startsAt = run.GetProperty("startsAt").GetDateTimeOffset();
                runs.Add(campaign with
                {
                    Name = run.Text("name")!,
                    Id = run.Text("id")!,
                    StartsAt = startsAt,
                    WithoutCampaigns =
                    [
                        .. campaign.WithoutCampaigns,
                        .. runs.Where(other => other.StartsAt > startsAt.AddDays(-repeats.AgainAfterDays)),
                    ],
                    Repeats = null,
                });
                logs.Add((runs[^1], await world.LogAsync(runs[^1].Id)));
            }
        }

        var check = new YearCheck(people, world);
        check.Check(logs);
        output.WriteLine($"{size} people, {logs.Count} campaigns, {logs.Sum(log => log.Rows.Count)} rows, {check.Sent} messages; skipped: "
            + string.Join(", ", check.Reasons.OrderBy(one => one.Key).Select(one => $"{one.Value} {one.Key}")));
        Assert.Empty(check.Faults.Take(20));

        // A year in which nothing happened would prove nothing.
        Assert.Equal(
            ["cancelled", "capped", "erased", "no address", "suppressed", "unsubscribed"],
            check.Reasons.Keys.Order(StringComparer.Ordinal));
        Assert.True(check.Sent > size, $"Only {check.Sent} messages left.");
    }

    /// <summary>All that people do, in the order of its time.</summary>
    private static IEnumerable<(DateTimeOffset At, Func<Task> Act)> Script(
        Random random, YearWorld world, YearPeople people, Dictionary<string, string> segments, List<YearCampaign> done)
    {
        var script = new List<(DateTimeOffset At, Func<Task> Act)>();
        for (var i = 0; i < Campaigns; i++)
        {
            // Three follow close upon each other, so that caps bite.
            var at = Start.AddDays(1 + (i / 3 * 34) + (i % 3)).AddMinutes(random.Next(24 * 60));
            var campaign = Campaign(i, random, at);
            script.Add((at, () => LaunchAsync(campaign)));
            if (i % 7 == 3)
            {
                script.Add((at.AddMinutes(1), () => StepAsync(campaign, "pause")));
                script.Add((at.AddHours(random.Next(2, 30)), () => StepAsync(campaign, "resume")));
            }
            else if (i % 10 == 9)
            {
                script.Add((at.AddHours(3), () => StepAsync(campaign, "cancel")));
            }
        }

        for (var i = 0; i < LifeMoments; i++)
        {
            // At a moment of its own, to the millisecond: so are times stored.
            script.Add((Start.AddSeconds(random.Next(360 * 24 * 3_600)).AddMilliseconds(123), () => LiveAsync(random, world, people)));
        }

        // Just after campaigns have begun, when rows wait for their hour.
        script.AddRange(script.Where((_, i) => i % 3 == 0).Take(Campaigns).ToList().Select(
            one => (one.At.AddMinutes(17), new Func<Task>(() => LiveAsync(random, world, people)))));
        return script.OrderBy(one => one.At);

        async Task LaunchAsync(YearCampaign campaign)
        {
            // Only of campaigns that are over it is settled who got them.
            var over = new List<YearCampaign>();
            foreach (var other in done.Where(other => other.Repeats is null))
            {
                if (await world.StatusAsync(other.Id) == "completed")
                {
                    over.Add(other);
                }
            }

            if (over.Count > 0 && random.Next(3) == 0)
            {
                campaign.WithoutCampaigns.Add(over[random.Next(over.Count)]);
            }

            await world.LaunchAsync(campaign, Request(campaign, segments, world.Now));
            done.Add(campaign);
        }

        async Task StepAsync(YearCampaign campaign, string step)
        {
            // What was over before cannot be stopped any more.
            var status = await world.StatusAsync(campaign.Id);
            if (step switch { "pause" => status == "sending", "resume" => status == "paused", _ => status is "sending" or "scheduled" })
            {
                campaign.CancelledAt = step == "cancel" ? world.Now : null;
                await world.StepAsync(campaign.Id, step);
            }
        }
    }

    private static YearCampaign Campaign(int i, Random random, DateTimeOffset at)
    {
        var tiers = YearPeople.Tiers.Where(_ => random.Next(2) == 0).DefaultIfEmpty("gold").ToArray();
        var accountZone = TimeZoneInfo.FindSystemTimeZoneById(YearPeople.AccountZone);
        var local = i % 5 == 1 ? TimeZoneInfo.ConvertTime(at, accountZone).Date.AddDays(2).AddHours(6 + (i % 12)) : (DateTime?)null;
        return new YearCampaign(string.Create(CultureInfo.InvariantCulture, $"{i:00}"), tiers)
        {
            WithoutTier = random.Next(4) == 0 ? "silver" : null,
            WithoutSegmentTier = random.Next(4) == 0 ? "bronze" : null,
            Channel = random.Next(4) switch { 0 => AddressKind.Email, 1 => AddressKind.Phone, _ => null },
            Quiet = random.Next(4) == 0 ? new QuietHours { From = new TimeOnly(11, 30), To = new TimeOnly(15, 0) } : null,
            Local = local,
            PerMinute = i % 6 == 2 ? 1_200 : null,
            Transactional = i % 8 == 5,
            Repeats = i is 4 or 12 ? ("15 10 12 * *", 60) : null,
        };
    }

    private static object Request(YearCampaign campaign, Dictionary<string, string> segments, DateTimeOffset now) => new
    {
        name = campaign.Name,
        rule = Rule(campaign.Tiers),
        message = "Hi {{firstName}}",
        channel = campaign.Channel?.ToString().ToLowerInvariant(),
        transactional = campaign.Transactional,
        throttle = campaign.PerMinute,
        quietHours = campaign.Quiet is { } quiet ? new { from = Text(quiet.From), to = Text(quiet.To) } : null,
        exclude = new
        {
            rules = campaign.WithoutTier is { } tier ? [Rule(tier)] : Array.Empty<object>(),
            segments = campaign.WithoutSegmentTier is { } other ? [segments[other]] : Array.Empty<string>(),
            campaigns = campaign.WithoutCampaigns.Select(one => one.Id),
        },
        schedule = campaign switch
        {
            { Repeats: { } repeats } => new Dictionary<string, object>
            {
                ["cron"] = repeats.Cron,
                ["zone"] = "Europe/Berlin",
                ["againAfterDays"] = repeats.AgainAfterDays,
            },
            { Local: { } local } => new() { ["at"] = local.ToString("s", CultureInfo.InvariantCulture), ["zone"] = "recipient" },
            _ when campaign.Name[^1] is '2' or '6' => new()
            {
                ["at"] = now.AddHours(5).UtcDateTime.ToString("s", CultureInfo.InvariantCulture) + "Z",
            },
            _ => null,
        },
    };

    private static object Rule(params string[] tiers) =>
        new Dictionary<string, object> { ["attributes.tier"] = new Dictionary<string, object> { ["$in"] = tiers } };

    private static string Text(TimeOnly time) => time.ToString("HH:mm", CultureInfo.InvariantCulture);

    /// <summary>What happens to people at one moment.</summary>
    private static async Task LiveAsync(Random random, YearWorld world, YearPeople people)
    {
        var at = world.Now;
        var living = people.All.Where(person => !person.Now.Erased).ToList();
        for (var i = 0; i < Math.Max(8, people.All.Count / 60); i++)
        {
            var person = living[random.Next(living.Count)];
            var state = person.Now;
            if (state.Erased)
            {
                continue;
            }

            switch (random.Next(12))
            {
                case < 3:
                    await BecomeAsync(state with { Unsubscribed = true }, new CustomerChange { Id = person.Id, Unsubscribed = true });
                    break;
                case 3:
                    await BecomeAsync(state with { Unsubscribed = false }, new CustomerChange { Id = person.Id, Unsubscribed = false });
                    break;
                case 4:
                    await world.EraseAsync(person.Id);
                    person.Become(at, state with { Erased = true });
                    foreach (var address in state.Unsubscribed ? new[] { state.Email, state.Phone }.OfType<string>() : [])
                    {
                        people.Suppressed.TryAdd(address, at);
                    }

                    break;
                case < 7 when (random.Next(2) == 0 ? state.Email : state.Phone) is { } address:
                    await world.PostAsync("/suppressions", new { address });
                    people.Suppressed.TryAdd(address, at);
                    break;
                case < 9:
                    var zone = random.Next(2) == 0 ? "Asia/Kathmandu" : "America/Los_Angeles";
                    await BecomeAsync(state with { Zone = zone }, new CustomerChange { Id = person.Id, TimeZone = zone });
                    break;
                default:
                    var email = $"{person.Id}.{at.DayOfYear}.{i}@example.com";
                    await BecomeAsync(state with { Email = email }, new CustomerChange { Id = person.Id, Email = email });
                    break;
            }

            async Task BecomeAsync(PersonState next, CustomerChange change)
            {
                await world.Customers.UpsertAsync([change], TestContext.Current.CancellationToken);
                person.Become(at, next);
            }
        }
    }
}
