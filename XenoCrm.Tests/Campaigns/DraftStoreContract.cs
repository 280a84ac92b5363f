using System.Text.Json;
using XenoCrm.Core;
using XenoCrm.Core.Account;
using XenoCrm.Core.Campaigns;
using XenoCrm.Core.Customers;
using XenoCrm.Core.Rules;
using XenoCrm.Core.Segments;

namespace XenoCrm.Tests.Campaigns;

/// <summary>What the application may rely on of any store of drafts and scheduled campaigns.</summary>
public abstract partial class DraftStoreContract
{
    private static readonly DateTimeOffset Now = new(2026, 11, 1, 9, 0, 0, TimeSpan.Zero);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private protected abstract IDraftStore Drafts { get; }

    private protected abstract ICampaignStore Campaigns { get; }

    private protected abstract IOutbox Outbox { get; }

    private protected abstract ISegmentStore Segments { get; }

    public static TheoryData<string, CampaignStatus> Steps => new(
        from step in new[] { "launch", "unschedule", "pause", "resume", "cancel", "retry" }
        from status in new[] { CampaignStatus.Draft, CampaignStatus.Scheduled, CampaignStatus.Starting }
        select (step, status));

    [Theory]
    [MemberData(nameof(Steps))]
    public async Task A_step_is_taken_from_the_states_of_the_table_and_leads_where_it_says(string name, CampaignStatus status)
    {
        var id = status == CampaignStatus.Draft ? await AddAsync() : await ScheduleAsync(Now);
        if (status == CampaignStatus.Starting)
        {
            await TakeAsync(id, Now);
        }

        var step = CampaignStoreContract.StepOf(name);
        var allowed = step.Transition.Allows(status);
        Assert.Equal(new StepOutcome(allowed, status), await StepAsync(id, step));
        Assert.Equal(allowed ? step.Transition.To : status, (await Campaigns.FindAsync(id, Cancellation))!.Status);
    }

    [Fact]
    public async Task A_draft_is_kept_with_its_whole_plan()
    {
        var plan = new CampaignPlan
        {
            Rule = RuleJson.Parse("""{"totalSpend":{"$gt":100},"lastOrderAt":{"$lt":{"$ago":"90d"}}}"""),
            Exclude = new Exclusions
            {
                Segments = ["s1"],
                Rules = [RuleJson.Parse("""{"$not":{"city":"Delhi"}}"""), RuleJson.Parse("""{"city":"Pune"}""")],
                Campaigns = ["c1", "c2"],
            },
            Schedule = new Schedule(Now.AddDays(3), "Europe/Berlin"),
            PerMinute = 600,
            Channel = AddressKind.Phone,
            Hours = new CampaignHours
            {
                Quiet = new QuietHours { From = new TimeOnly(21, 0), To = new TimeOnly(8, 30) },
                Local = new DateTime(2026, 12, 1, 9, 0, 0),
            },
            Recurrence = new Recurrence("0 9 * * MON", "Europe/Berlin", 30),
            Series = "c9",
        };
        var id = await AddAsync(plan);

        var kept = (await Campaigns.FindAsync(id, Cancellation))!;
        Assert.Equal((CampaignStatus.Draft, 0, (DateTimeOffset?)null), (kept.Status, kept.Version, kept.StartsAt));
        Assert.Equal(new CampaignStats(0, 0, 0), kept.Stats);
        Assert.Equal(JsonSerializer.Serialize(plan), JsonSerializer.Serialize(kept.Plan));
        var all = await Campaigns.ListAsync(CampaignFilter.All, new PageRequest(9, null), Cancellation);
        Assert.Equal([id], all.Items.Select(one => one.Id));
        Assert.Empty(await Drafts.FindDueAsync(Now.AddYears(1), Cancellation));
        Assert.Empty(await Outbox.ListOpenAsync(Cancellation));
    }

    [Fact]
    public async Task The_same_key_gives_the_same_draft_and_another_request_with_it_is_told()
    {
        var first = await Drafts.AddAsync(new NewDraft(Draft(), "k", "hash"), Cancellation);
        var again = await Drafts.AddAsync(new NewDraft(Draft(), "k", "hash"), Cancellation);
        Assert.Equal((BeginStatus.Begun, BeginStatus.Existing, first.CampaignId), (first.Status, again.Status, again.CampaignId));
        Assert.Equal(BeginStatus.KeyReused, (await Drafts.AddAsync(new NewDraft(Draft(), "k", "other"), Cancellation)).Status);
    }

    [Fact]
    public async Task A_change_is_taken_from_whoever_has_read_the_newest_version_only()
    {
        var id = await AddAsync();
        var read = (await Campaigns.FindAsync(id, Cancellation))!;
        Assert.True(await Drafts.ChangeAsync(read, read with { Name = "Second", Tags = ["local"] }, Cancellation));
        Assert.False(await Drafts.ChangeAsync(read, read with { Name = "Third" }, Cancellation));

        var kept = (await Campaigns.FindAsync(id, Cancellation))!;
        Assert.Equal(("Second", 1), (kept.Name, kept.Version));
        Assert.Equal(["local"], kept.Tags);
    }

    [Fact]
    public async Task A_draft_that_was_changed_since_it_was_looked_at_is_not_launched()
    {
        var id = await AddAsync();
        var read = (await Campaigns.FindAsync(id, Cancellation))!;
        await Drafts.ChangeAsync(read, read with { Name = "Second" }, Cancellation);
        Assert.Equal(new StepOutcome(false, CampaignStatus.Draft), await StepAsync(id, new CampaignStep.Launch(Now, Version: 0)));
        Assert.Equal(new StepOutcome(true, CampaignStatus.Draft), await StepAsync(id, new CampaignStep.Launch(Now, Version: 1)));
    }

    [Fact]
    public async Task Once_launched_it_is_neither_changed_nor_deleted_until_it_is_taken_back()
    {
        var id = await ScheduleAsync(Now.AddDays(1));
        var read = (await Campaigns.FindAsync(id, Cancellation))!;
        Assert.Equal((CampaignStatus.Scheduled, Now.AddDays(1)), (read.Status, read.StartsAt));
        Assert.False(await Drafts.ChangeAsync(read, read with { Name = "Late" }, Cancellation));
        Assert.False(await Drafts.DeleteAsync(id, Cancellation));

        Assert.True((await StepAsync(id, new CampaignStep.Unschedule())).Taken);
        Assert.Empty(await Drafts.FindDueAsync(Now.AddYears(1), Cancellation));
        Assert.True(await Drafts.DeleteAsync(id, Cancellation));
        Assert.Null(await Campaigns.FindAsync(id, Cancellation));
    }

    [Fact]
    public async Task It_is_due_from_its_time_on_and_one_of_many_takes_it()
    {
        var later = await ScheduleAsync(Now.AddHours(2));
        var id = await ScheduleAsync(Now.AddHours(1));
        Assert.Empty(await Drafts.FindDueAsync(Now.AddHours(1).AddMilliseconds(-1), Cancellation));
        Assert.Equal([id], await Drafts.FindDueAsync(Now.AddHours(1), Cancellation));
        Assert.Equal([id, later], await Drafts.FindDueAsync(Now.AddHours(3), Cancellation));

        Assert.Null(await TakeAsync(id, Now));
        var taken = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => TakeAsync(id, Now.AddHours(1))));
        Assert.Equal(new Preparation(id, 1), Assert.Single(taken, preparation => preparation is not null));
        Assert.Equal([later], await Drafts.FindDueAsync(Now.AddHours(3), Cancellation));
    }

    [Fact]
    public async Task While_its_audience_is_written_it_waits_in_the_list_and_nobody_has_a_message_of_it()
    {
        var id = await ScheduleAsync(Now);
        await AppendAsync((await TakeAsync(id, Now))!, "c1");

        var scheduled = new CampaignFilter(CampaignStatus.Scheduled);
        Assert.Equal([id], (await Campaigns.ListAsync(scheduled, new PageRequest(9, null), Cancellation)).Items.Select(one => one.Id));
        Assert.Empty((await Campaigns.ListLogAsync(id, LogFilter.All, new PageRequest(9, null), Cancellation))!.Items);
        Assert.Empty((await Campaigns.ListMessagesAsync("c1", new PageRequest(9, null), Cancellation)).Items);
        Assert.Empty(await Outbox.LeaseAsync(id, 9, Now, Now.AddMinutes(1), null, Cancellation));
        Assert.Equal(new StepOutcome(false, CampaignStatus.Starting), await StepAsync(id, new CampaignStep.Cancel()));
        Assert.Null(await Segments.FindAsync("s" + id, Cancellation));
    }

    [Fact]
    public async Task It_starts_with_its_audience_and_its_segment()
    {
        var id = await ScheduleAsync(Now);
        var preparation = (await TakeAsync(id, Now))!;
        await AppendAsync(preparation, "c1", "c2");
        Assert.Equal(2, await Campaigns.StartAsync(preparation, Now, ["mind"], Cancellation));

        var campaign = (await Campaigns.FindAsync(id, Cancellation))!;
        Assert.Equal((CampaignStatus.Sending, new CampaignStats(2, 0, 0)), (campaign.Status, campaign.Stats));
        Assert.Equal(2, (await Segments.FindAsync("s" + id, Cancellation))!.Audience);
        Assert.Equal(2, (await Outbox.LeaseAsync(id, 9, Now, Now.AddMinutes(1), null, Cancellation)).Count);
    }

    [Fact]
    public async Task A_start_that_was_cut_off_is_taken_anew_and_whoever_slept_over_it_adds_nothing()
    {
        var id = await ScheduleAsync(Now);
        var first = (await TakeAsync(id, Now))!;
        await AppendAsync(first, "c1", "c2");
        var abandoned = Assert.Single(await Campaigns.FindAbandonedAsync(Now.AddHours(1), Cancellation));
        Assert.Equal(first, abandoned);
        await Campaigns.DiscardAsync(abandoned, Cancellation);
        Assert.Equal(CampaignStatus.Scheduled, (await Campaigns.FindAsync(id, Cancellation))!.Status);
        Assert.Empty(await Campaigns.FindAbandonedAsync(Now.AddHours(1), Cancellation));

        var second = (await TakeAsync(id, Now.AddHours(1)))!;
        Assert.Equal(2, second.Number);
        await Assert.ThrowsAsync<InvalidOperationException>(() => AppendAsync(first, "c3"));
        await Assert.ThrowsAsync<InvalidOperationException>(() => Campaigns.StartAsync(first, Now, [], Cancellation));
        await Campaigns.DiscardAsync(first, Cancellation);
        await AppendAsync(second, "c2");
        Assert.Equal(1, await Campaigns.StartAsync(second, Now.AddHours(1), [], Cancellation));
        Assert.Equal(["c2"], (await Campaigns.ListLogAsync(id, LogFilter.All, new PageRequest(9, null), Cancellation))!.Items
            .Select(row => row.CustomerId));
    }

    [Fact]
    public async Task A_cancelled_one_never_starts()
    {
        var id = await ScheduleAsync(Now);
        Assert.Equal(new StepOutcome(true, CampaignStatus.Scheduled), await StepAsync(id, new CampaignStep.Cancel()));
        Assert.Empty(await Drafts.FindDueAsync(Now.AddYears(1), Cancellation));
        Assert.Null(await TakeAsync(id, Now.AddHours(1)));
        var campaign = (await Campaigns.FindAsync(id, Cancellation))!;
        Assert.Equal((CampaignStatus.Cancelled, Now), (campaign.Status, campaign.CompletedAt));
    }

    [Fact]
    public async Task A_stored_segment_stays_as_it_is_when_a_campaign_is_sent_to_it()
    {
        var segment = new Segment(Guid.CreateVersion7().ToString(), "Stored", new Everyone(), null, "ben", Now, 7);
        await Segments.AddAsync(segment, null, Cancellation);
        var draft = Draft(new CampaignPlan { SegmentId = segment.Id }) with { SegmentId = segment.Id };
        await Drafts.AddAsync(new NewDraft(draft, null, null), Cancellation);
        await StepAsync(draft.Id, new CampaignStep.Launch(Now, 0));
        var preparation = (await Drafts.TakeAsync(draft.Id, Now, null, Now.AddMinutes(1), Cancellation))!;
        await AppendAsync(preparation, "c1");
        await Campaigns.StartAsync(preparation, Now, [], Cancellation);
        Assert.Equal(segment, await Segments.FindAsync(segment.Id, Cancellation));
    }

    [Fact]
    public async Task A_segment_knows_the_waiting_campaigns_that_need_it()
    {
        var to = Draft(new CampaignPlan { SegmentId = "wanted" }) with { SegmentId = "wanted" };
        var without = Draft(new CampaignPlan { Rule = new Everyone(), Exclude = new Exclusions { Segments = ["x", "wanted"] } });
        var other = Draft();
        foreach (var draft in new[] { to, without, other })
        {
            await Drafts.AddAsync(new NewDraft(draft, null, null), Cancellation);
        }

        await StepAsync(without.Id, new CampaignStep.Launch(Now, 0));
        Assert.Equal(
            new[] { without.Id, to.Id }.OrderDescending(StringComparer.Ordinal),
            (await Drafts.ListUsingAsync("wanted", Cancellation)).Select(one => one.Id));
        await StepAsync(without.Id, new CampaignStep.Cancel());
        Assert.Equal([to.Id], (await Drafts.ListUsingAsync("wanted", Cancellation)).Select(one => one.Id));
    }

    [Fact]
    public async Task Who_got_a_campaign_or_may_still_get_it_is_found_and_nobody_else()
    {
        var id = await ScheduleAsync(Now);
        var preparation = (await TakeAsync(id, Now))!;
        await AppendAsync(preparation, "sent", "failed", "skipped", "waiting");
        await Campaigns.StartAsync(preparation, Now, [], Cancellation);
        var rows = (await Outbox.LeaseAsync(id, 9, Now, Now.AddMinutes(1), null, Cancellation))
            .ToDictionary(row => row.Recipient.Split('@')[0], row => row.MessageId);
        await Outbox.RecordAsync(
            [
                new SendResult.Accepted(rows["sent"], "vm", Now.AddMinutes(1)),
                new SendResult.GivenUp(rows["failed"], "no"),
                new SendResult.Skipped(rows["skipped"], SkipReason.Unsubscribed),
            ],
            Now,
            Cancellation);
        Assert.Equal(
            ["sent", "waiting"],
            (await Campaigns.FindReachedAsync([id], ["sent", "failed", "skipped", "waiting", "other"], Cancellation)).Order());
        Assert.Empty(await Campaigns.FindReachedAsync(["other"], ["sent"], Cancellation));
    }

    [Fact]
    public async Task A_throttled_campaign_sends_in_no_minute_more_than_it_may_and_little_less()
    {
        var id = await AddAsync(new CampaignPlan { Rule = new Everyone(), PerMinute = 120 });
        await StepAsync(id, new CampaignStep.Launch(Now, 0));
        var preparation = (await TakeAsync(id, Now))!;
        await AppendAsync(preparation, [.. Enumerable.Range(0, 400).Select(i => $"c{i}")]);
        await Campaigns.StartAsync(preparation, Now, [], Cancellation);

        // Two senders, who look every now and then.
        var left = new List<DateTimeOffset>();
        for (var now = Now; now < Now.AddSeconds(150); now = now.AddMilliseconds(370))
        {
            for (var sender = 0; sender < 2; sender++)
            {
                var rows = await Outbox.LeaseAsync(id, 50, now, now.AddHours(1), null, Cancellation);
                left.AddRange(rows.Select(_ => now));
            }
        }

        Assert.All(left, first => Assert.InRange(left.Count(at => at >= first && at < first.AddMinutes(1)), 0, 120));
        Assert.InRange(left.Count, 270, 300);
    }

    private static Campaign Draft(CampaignPlan? plan = null)
    {
        var id = Guid.CreateVersion7().ToString();
        return new Campaign
        {
            Id = id,
            SegmentId = "s" + id,
            Name = "First",
            MessageTemplate = "Hi",
            Status = CampaignStatus.Draft,
            Tags = ["broadcast"],
            CreatedBy = "ben",
            CreatedAt = Now,
            Plan = plan ?? new CampaignPlan { Rule = new Everyone() },
        };
    }

    private async Task<string> AddAsync(CampaignPlan? plan = null)
    {
        var draft = Draft(plan);
        Assert.Equal(BeginStatus.Begun, (await Drafts.AddAsync(new NewDraft(draft, null, null), Cancellation)).Status);
        return draft.Id;
    }

    private async Task<string> ScheduleAsync(DateTimeOffset at)
    {
        var id = await AddAsync();
        Assert.True((await StepAsync(id, new CampaignStep.Launch(at, 0))).Taken);
        return id;
    }

    private Task<Preparation?> TakeAsync(string id, DateTimeOffset now) => Drafts.TakeAsync(
        id, now, new Segment("s" + id, "First", new Everyone(), null, "ben", now, 0), now.AddSeconds(30), Cancellation);

    private Task AppendAsync(Preparation preparation, params string[] customers) => Campaigns.AppendLogBatchAsync(
        preparation,
        [.. customers.Select(one => new NewLogEntry(Guid.CreateVersion7().ToString(), one, one + "@example.com", "Hi", Now))],
        Now.AddSeconds(30),
        Cancellation);

    private Task<StepOutcome> StepAsync(string id, CampaignStep step) => Campaigns.StepAsync(id, step, Now, Cancellation);
}
