using XenoCrm.Core.Account;
using XenoCrm.Core.Campaigns;
using XenoCrm.Core.Customers;
using XenoCrm.Core.Rules;

namespace XenoCrm.Tests.Campaigns;

public abstract partial class DraftStoreContract
{
    // At nine in the morning in UTC it is quiet in London until ten, and at no hour elsewhere.
    private static readonly CampaignHours UntilTen = new()
    {
        Quiet = new QuietHours { From = new TimeOnly(9, 0), To = new TimeOnly(10, 0) },
    };

    private protected abstract ICustomerStore Customers { get; }

    [Fact]
    public async Task Whose_hour_has_not_come_is_left_until_it_has_and_the_others_are_leased()
    {
        await PeopleAsync(("london", "Europe/London"), ("kolkata", "Asia/Kolkata"), ("lima", "America/Lima"));
        var id = await StartAsync(new CampaignPlan { Rule = new Everyone(), Hours = UntilTen }, "london", "kolkata", "lima");

        Assert.Equal(["kolkata", "lima"], await LeasedAsync(id, Now));
        Assert.Empty(await LeasedAsync(id, Now.AddMinutes(59)));
        var late = Assert.Single(await LeaseAsync(id, 10, Now.AddHours(1)));
        Assert.Equal(("london@example.com", 1, false), (late.Recipient, late.Attempts, late.MaybeHanded));
    }

    [Fact]
    public async Task Where_all_wait_for_the_same_hour_they_leave_at_it_and_not_before()
    {
        string[] people = [.. Enumerable.Range(0, 1_200).Select(i => $"p{i}")];
        await PeopleAsync([.. people.Select(id => (id, (string?)"Europe/London"))]);
        var id = await StartAsync(new CampaignPlan { Rule = new Everyone(), Hours = UntilTen }, people);

        Assert.Empty(await LeasedAsync(id, Now));
        Assert.Empty(await LeasedAsync(id, Now.AddMinutes(30)));
        var left = new List<string>();
        while (await LeasedAsync(id, Now.AddHours(1), 500) is { Count: > 0 } some)
        {
            left.AddRange(some);
        }

        Assert.Equal(people.Order(StringComparer.Ordinal), left.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Hours_that_are_changed_and_a_person_who_moves_are_seen_an_hour_later_at_the_latest()
    {
        var untilFour = new CampaignHours { Quiet = new QuietHours { From = new TimeOnly(9, 0), To = new TimeOnly(16, 0) } };
        await PeopleAsync(("london", "Europe/London"), ("paris", "Europe/London"));
        var id = await StartAsync(new CampaignPlan { Rule = new Everyone(), Hours = untilFour }, "london", "paris");
        Assert.Empty(await LeasedAsync(id, Now));
        await PeopleAsync(("paris", "America/Lima"));
        Assert.Equal(["paris"], await LeasedAsync(id, Now.AddHours(1)));
        Assert.Single(await Outbox.LeaseAsync(id, 10, Now.AddHours(2), Now.AddDays(1), null, Cancellation));
    }

    [Fact]
    public async Task Who_waits_for_their_hour_takes_nobodys_place_in_a_throttle()
    {
        string[] waiting = [.. Enumerable.Range(0, 300).Select(i => $"a{i}")];
        await PeopleAsync([.. waiting.Select(id => (id, (string?)"Europe/London")), ("z1", "Asia/Kolkata"), ("z2", "Asia/Kolkata")]);
        var id = await StartAsync(
            new CampaignPlan { Rule = new Everyone(), Hours = UntilTen, PerMinute = 120 }, [.. waiting, "z1", "z2"]);
        Assert.Equal(["z1", "z2"], await LeasedAsync(id, Now, 50));
    }

    [Fact]
    public async Task Who_must_not_be_written_to_is_told_so_at_any_hour()
    {
        await PeopleAsync(("gone", "Europe/London"));
        var id = await StartAsync(new CampaignPlan { Rule = new Everyone(), Hours = UntilTen }, "gone", "nobody");
        await Customers.UpsertAsync([new CustomerChange { Id = "gone", Unsubscribed = true }], Cancellation);
        Assert.Equal(
            [SkipReason.Erased, SkipReason.Unsubscribed],
            (await LeaseAsync(id, 10, Now)).Select(row => row.SkipReason!).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_failed_message_that_is_sent_again_waits_for_its_hour_too()
    {
        await PeopleAsync(("london", "Europe/London"));
        var id = await StartAsync(new CampaignPlan { Rule = new Everyone(), Hours = UntilTen }, "london");
        var early = Assert.Single(await Outbox.LeaseAsync(id, 10, Now, Now.AddMinutes(1), null, Cancellation));
        await Outbox.RecordAsync([new SendResult.Later(early.MessageId, Now.AddMinutes(2))], Now, Cancellation);

        Assert.Empty(await LeasedAsync(id, Now.AddMinutes(2)));
        var again = Assert.Single(await LeaseAsync(id, 10, Now.AddHours(1)));
        Assert.Equal(2, again.Attempts);
    }

    [Fact]
    public async Task Senders_who_look_at_once_at_people_of_many_zones_lease_each_once()
    {
        string[] zones = ["Europe/London", "Asia/Kolkata", "America/Lima", "Asia/Tokyo"];
        string[] people = [.. Enumerable.Range(0, 800).Select(i => $"p{i:000}")];
        await PeopleAsync([.. people.Select((id, i) => (id, (string?)zones[i % zones.Length]))]);
        var id = await StartAsync(new CampaignPlan { Rule = new Everyone(), Hours = UntilTen }, people);

        var leased = new List<string>();
        for (var now = Now; now <= Now.AddHours(1); now = now.AddMinutes(30))
        {
            var batches = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => LeasedAsync(id, now, 150)));
            leased.AddRange(batches.SelectMany(batch => batch));
        }

        for (var more = await LeasedAsync(id, Now.AddHours(1), 500); more.Count > 0; more = await LeasedAsync(id, Now.AddHours(1), 500))
        {
            leased.AddRange(more);
        }

        Assert.Equal(people, leased.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Who_waits_for_their_hour_is_counted_with_the_first_of_their_hours()
    {
        // Until ten in London, which is in an hour; until ten in Lima, which is in six.
        var quiet = new CampaignHours { Quiet = new QuietHours { From = new TimeOnly(4, 0), To = new TimeOnly(10, 0) } };
        string[] london = [.. Enumerable.Range(0, 700).Select(i => $"l{i}")];
        string[] lima = [.. Enumerable.Range(0, 700).Select(i => $"m{i}")];
        await PeopleAsync(
            [
                .. london.Select(id => (id, (string?)"Europe/London")), .. lima.Select(id => (id, (string?)"America/Lima")),
                ("kolkata", "Asia/Kolkata"),
            ]);
        var id = await StartAsync(new CampaignPlan { Rule = new Everyone(), Hours = quiet }, [.. london, .. lima, "kolkata"]);
        Assert.Null(await Campaigns.FindWaitingAsync(id, Now, Cancellation));

        Assert.Equal(["kolkata"], await LeasedAsync(id, Now, 500));
        Assert.Equal(new WaitingRows(1_400, Now.AddHours(1)), await Campaigns.FindWaitingAsync(id, Now, Cancellation));

        // One is erased, another has unsubscribed: they wait for nothing any more.
        await Customers.EraseAsync("m0", Cancellation);
        await Customers.UpsertAsync([new CustomerChange { Id = "l0", Unsubscribed = true }], Cancellation);
        var left = new List<OutboxRow>();
        while (await LeaseAsync(id, 500, Now.AddHours(1)) is { Count: > 0 } rows)
        {
            left.AddRange(rows);
        }

        Assert.Equal(700, left.Count);
        Assert.Equal(
            new WaitingRows(699, Now.AddHours(6)), await Campaigns.FindWaitingAsync(id, Now.AddHours(1), Cancellation));
        await Outbox.RecordAsync(
            [.. left.Select(row => new SendResult.Waits(row.MessageId, Now.AddHours(2), MaybeHanded: false))], Now, Cancellation);
        Assert.Equal(699, (await Campaigns.FindWaitingAsync(id, Now.AddHours(1), Cancellation))!.Count);

        await StepAsync(id, new CampaignStep.Cancel());
        Assert.Null(await Campaigns.FindWaitingAsync(id, Now.AddHours(7), Cancellation));
    }

    [Fact]
    public async Task What_is_tried_again_later_waits_for_no_hour()
    {
        await PeopleAsync(("kolkata", "Asia/Kolkata"));
        var id = await StartAsync(new CampaignPlan { Rule = new Everyone(), Hours = UntilTen }, "kolkata");
        var row = Assert.Single(await LeaseAsync(id, 10, Now));
        await Outbox.RecordAsync([new SendResult.Later(row.MessageId, Now.AddMinutes(30))], Now, Cancellation);
        Assert.Null(await Campaigns.FindWaitingAsync(id, Now, Cancellation));
    }

    [Fact]
    public async Task Why_a_start_fails_is_kept_until_it_starts_moves_on_or_is_taken_back()
    {
        var draft = await AddAsync();
        await Drafts.NoteProblemAsync(draft, "no such segment", Cancellation);
        Assert.Null(await ProblemAsync(draft));

        var started = await ProblemFoundAsync();
        await TakeAsync(started, Now);
        Assert.Null(await ProblemAsync(started));
        await Drafts.NoteProblemAsync(started, "too late", Cancellation);
        Assert.Null(await ProblemAsync(started));

        var moved = await ProblemFoundAsync();
        await Drafts.MoveOnAsync(moved, Now, Now.AddDays(1), Cancellation);
        Assert.Null(await ProblemAsync(moved));

        var takenBack = await ProblemFoundAsync();
        await StepAsync(takenBack, new CampaignStep.Unschedule());
        Assert.Null(await ProblemAsync(takenBack));

        var cancelled = await ProblemFoundAsync();
        await StepAsync(cancelled, new CampaignStep.Cancel());
        Assert.Null(await ProblemAsync(cancelled));

        async Task<string> ProblemFoundAsync()
        {
            var id = await ScheduleAsync(Now);
            await Drafts.NoteProblemAsync(id, "no such segment", Cancellation);
            Assert.Equal("no such segment", await ProblemAsync(id));
            return id;
        }

        async Task<string?> ProblemAsync(string id) => (await Campaigns.FindAsync(id, Cancellation))!.StartProblem;
    }

    [Fact]
    public async Task A_list_without_runs_has_the_recurring_campaign_alone()
    {
        var series = await ScheduleAsync(Now);
        await AddAsync(new CampaignPlan { SegmentId = "s", Series = series });
        var listed = await Campaigns.ListAsync(new CampaignFilter(WithoutRuns: true), new(10, null), Cancellation);
        Assert.Equal([series], listed.Items.Select(one => one.Id));
    }

    [Fact]
    public async Task A_recurring_campaign_moves_on_once_from_each_time_and_knows_its_runs()
    {
        var series = await ScheduleAsync(Now);
        var first = await AddAsync(new CampaignPlan { SegmentId = "s", Series = series });
        await StepAsync(first, new CampaignStep.Launch(Now, 0));
        var second = await AddAsync(new CampaignPlan { SegmentId = "s", Series = series });
        await StepAsync(second, new CampaignStep.Launch(Now.AddDays(7), 0));
        await AddAsync(new CampaignPlan { SegmentId = "s", Series = "another" });

        Assert.Equal([second, first], await Drafts.ListRunsAsync(series, null, Cancellation));
        Assert.Equal([second], await Drafts.ListRunsAsync(series, Now.AddDays(1), Cancellation));
        Assert.Equal(
            [second, first],
            (await Campaigns.ListAsync(new CampaignFilter(Series: series), new(10, null), Cancellation)).Items.Select(one => one.Id));

        await Drafts.MoveOnAsync(series, Now, Now.AddDays(7), Cancellation);
        await Drafts.MoveOnAsync(series, Now, Now.AddDays(99), Cancellation);
        Assert.Equal(Now.AddDays(7), (await Campaigns.FindAsync(series, Cancellation))!.StartsAt);
        await StepAsync(series, new CampaignStep.Unschedule());
        await Drafts.MoveOnAsync(series, Now.AddDays(7), Now.AddDays(14), Cancellation);
        Assert.Null((await Campaigns.FindAsync(series, Cancellation))!.StartsAt);
    }

    private Task PeopleAsync(params (string Id, string? TimeZone)[] people) => Customers.UpsertAsync(
        [
            .. people.Select(one => new CustomerChange
            {
                Id = one.Id,
                Name = one.Id,
                Email = one.Id + "@example.com",
                TimeZone = one.TimeZone,
            }),
        ],
        Cancellation);

    private async Task<string> StartAsync(CampaignPlan plan, params string[] customers)
    {
        var id = await AddAsync(plan);
        await StepAsync(id, new CampaignStep.Launch(Now, 0));
        var preparation = (await TakeAsync(id, Now))!;
        await AppendAsync(preparation, customers);
        await Campaigns.StartAsync(preparation, Now, [], Cancellation);
        return id;
    }

    private async Task<IReadOnlyList<OutboxRow>> LeaseAsync(string id, int count, DateTimeOffset now)
    {
        var campaign = (await Outbox.ListOpenAsync(Cancellation)).Single(one => one.Id == id);
        var hours = SendingHours.Of(campaign.Hours, campaign.IsTransactional, new AccountOptions(), now);
        return await Outbox.LeaseAsync(id, count, now, now.AddDays(1), hours, Cancellation);
    }

    private async Task<List<string>> LeasedAsync(string id, DateTimeOffset now, int count = 100) =>
        [.. (await LeaseAsync(id, count, now)).Select(row => row.Recipient.Split('@')[0]).Order(StringComparer.Ordinal)];
}
