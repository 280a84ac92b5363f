using XenoCrm.Core;
using XenoCrm.Core.Campaigns;
using XenoCrm.Core.Customers;
using XenoCrm.Core.Receipts;
using XenoCrm.Tests.Support;

namespace XenoCrm.Tests.Campaigns;

/// <summary>What the application may rely on of any store of campaigns and their outbox.</summary>
public abstract partial class CampaignStoreContract
{
    private static readonly DateTimeOffset Now = new(2026, 11, 1, 9, 0, 0, TimeSpan.Zero);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private protected abstract ICampaignStore Campaigns { get; }

    private protected abstract IOutbox Outbox { get; }

    private protected abstract ICustomerStore Customers { get; }

    private protected abstract IReceiptStore Receipts { get; }

    [Fact]
    public async Task A_preparing_campaign_is_seen_by_nobody_and_sends_nothing()
    {
        var id = await PrepareAsync(recipients: 2);
        Assert.Null(await Campaigns.FindAsync(id, Cancellation));
        Assert.Null(await Campaigns.ListLogAsync(id, LogFilter.All, new PageRequest(10, null), Cancellation));
        Assert.Empty((await Campaigns.ListAsync(CampaignFilter.All, new PageRequest(10, null), Cancellation)).Items);
        Assert.Empty(await Outbox.ListOpenAsync(Cancellation));
        Assert.Empty(await Outbox.LeaseAsync(id, 10, Now, Now.AddMinutes(1), null, Cancellation));
    }

    [Fact]
    public async Task Launching_fixes_the_audience_and_starts_sending()
    {
        var id = await PrepareAsync(recipients: 3);
        Assert.Equal(3, await Campaigns.StartAsync(new(id), Now, [], Cancellation));
        var campaign = await Campaigns.FindAsync(id, Cancellation);
        Assert.Equal(CampaignStatus.Sending, campaign!.Status);
        Assert.Equal(new CampaignStats(Pending: 3, Sent: 0, Failed: 0), campaign.Stats);
        Assert.Equal(id, Assert.Single(await Outbox.ListOpenAsync(Cancellation)).Id);
    }

    [Fact]
    public async Task A_campaign_for_nobody_is_complete_at_once()
    {
        var id = await LaunchAsync(recipients: 0);
        Assert.Equal(CampaignStatus.Completed, (await Campaigns.FindAsync(id, Cancellation))!.Status);
    }

    [Fact]
    public async Task The_same_customer_gets_one_row_however_often_it_is_appended()
    {
        var id = await PrepareAsync(recipients: 2);
        await Campaigns.AppendLogBatchAsync(new(id), [Row("c0"), Row("c9")], Now.AddMinutes(1), Cancellation);
        Assert.Equal(3, await Campaigns.StartAsync(new(id), Now, [], Cancellation));
    }

    [Fact]
    public async Task Nothing_can_be_appended_once_it_has_started()
    {
        var id = await LaunchAsync(recipients: 1);
        await Assert.ThrowsAsync<InvalidOperationException>(() => Campaigns.AppendLogBatchAsync(new(id), [Row("late")], Now, Cancellation));
    }

    [Fact]
    public async Task An_abandoned_preparation_is_found_and_leaves_nothing_behind()
    {
        var id = await PrepareAsync(recipients: 5, key: "k");
        Assert.Empty(await Campaigns.FindAbandonedAsync(Now, Cancellation));
        Assert.Equal([new(id)], await Campaigns.FindAbandonedAsync(Now.AddHours(1), Cancellation));

        await Campaigns.DiscardAsync(new(id), Cancellation);
        Assert.Empty(await Campaigns.FindAbandonedAsync(Now.AddHours(1), Cancellation));
        Assert.Equal(BeginStatus.Begun, (await Campaigns.BeginAsync(New("k"), Cancellation)).Status);
    }

    [Fact]
    public async Task Discarding_spares_a_campaign_that_has_started()
    {
        var id = await LaunchAsync(recipients: 2);
        await Campaigns.DiscardAsync(new(id), Cancellation);
        Assert.Equal(2, (await Campaigns.FindAsync(id, Cancellation))!.Stats.Audience);
    }

    [Fact]
    public async Task The_same_key_and_request_give_the_first_answer_again()
    {
        var id = await LaunchAsync(recipients: 4, key: "k");
        var again = await Campaigns.BeginAsync(New("k"), Cancellation);
        Assert.Equal((BeginStatus.Existing, id, 4L), (again.Status, again.CampaignId, again.Audience));
        Assert.Single((await Campaigns.ListAsync(CampaignFilter.All, new PageRequest(10, null), Cancellation)).Items);
    }

    [Fact]
    public async Task A_key_that_is_being_worked_on_or_was_used_otherwise_is_told()
    {
        await PrepareAsync(recipients: 1, key: "k");
        Assert.Equal(BeginStatus.InProgress, (await Campaigns.BeginAsync(New("k"), Cancellation)).Status);
        Assert.Equal(BeginStatus.KeyReused, (await Campaigns.BeginAsync(New("k") with { RequestHash = "other" }, Cancellation)).Status);
    }

    [Fact]
    public async Task A_leased_row_is_nobody_elses_until_the_lease_ends()
    {
        var id = await LaunchAsync(recipients: 3);
        Assert.Equal(2, (await Outbox.LeaseAsync(id, 2, Now, Now.AddSeconds(30), null, Cancellation)).Count);
        Assert.Single(await Outbox.LeaseAsync(id, 10, Now, Now.AddSeconds(60), null, Cancellation));
        Assert.Empty(await Outbox.LeaseAsync(id, 10, Now.AddSeconds(29), Now.AddSeconds(90), null, Cancellation));
        var taken = await Outbox.LeaseAsync(id, 10, Now.AddSeconds(30), Now.AddSeconds(90), null, Cancellation);
        Assert.Equal([2, 2], taken.Select(row => row.Attempts));
    }

    [Fact]
    public async Task Many_senders_at_once_never_lease_the_same_row()
    {
        var id = await LaunchAsync(recipients: 200);
        var leases = await Task.WhenAll(
            Enumerable.Range(0, 20).Select(_ => Outbox.LeaseAsync(id, 17, Now, Now.AddSeconds(30), null, Cancellation)));
        var rows = leases.SelectMany(lease => lease).Select(row => row.MessageId).ToList();
        Assert.Equal(200, rows.Count);
        Assert.Equal(200, rows.Distinct().Count());
    }

    [Fact]
    public async Task An_accepted_row_stays_pending_and_is_due_again_when_the_receipt_is_late()
    {
        var id = await LaunchAsync(recipients: 1);
        var row = Assert.Single(await LeaseAllAsync(id));
        await Outbox.RecordAsync([new SendResult.Accepted(row.MessageId, "v1", Now.AddMinutes(1))], Now, Cancellation);
        var entry = Assert.Single(await LogAsync(id));
        Assert.Equal((DeliveryStatus.Pending, "v1", 1), (entry.Status, entry.VendorMessageId, entry.Attempts));

        var asked = Assert.Single(await Outbox.LeaseAsync(id, 1, Now.AddMinutes(1), Now.AddMinutes(2), null, Cancellation));
        Assert.Equal(("v1", 1), (asked.VendorMessageId, asked.Attempts));
    }

    [Fact]
    public async Task A_row_that_the_vendor_turns_out_not_to_have_is_sent_again()
    {
        var id = await LaunchAsync(recipients: 1);
        var row = Assert.Single(await LeaseAllAsync(id));
        await Outbox.RecordAsync([new SendResult.Accepted(row.MessageId, "v1", Now)], Now, Cancellation);
        await Outbox.RecordAsync([new SendResult.Later(row.MessageId, Now, Unknown: true)], Now, Cancellation);
        var again = Assert.Single(await LeaseAllAsync(id));
        Assert.Equal((row.MessageId, null, 2), (again.MessageId, again.VendorMessageId, again.Attempts));
    }

    [Fact]
    public async Task A_campaign_completes_when_its_last_row_is_final_and_its_counts_are_frozen()
    {
        var id = await LaunchAsync(recipients: 2);
        var rows = await LeaseAllAsync(id);
        await Outbox.RecordAsync([new SendResult.GivenUp(rows[0].MessageId, "no")], Now, Cancellation);
        Assert.False(await Outbox.TryCompleteAsync(id, Now, Cancellation));
        await Outbox.RecordAsync([new SendResult.GivenUp(rows[1].MessageId, "no")], Now, Cancellation);
        Assert.True(await Outbox.TryCompleteAsync(id, Now.AddMinutes(3), Cancellation));
        Assert.False(await Outbox.TryCompleteAsync(id, Now.AddMinutes(4), Cancellation));

        var campaign = await Campaigns.FindAsync(id, Cancellation);
        Assert.Equal(
            (CampaignStatus.Completed, Now.AddMinutes(3), new CampaignStats(0, 0, 2)),
            (campaign!.Status, campaign.CompletedAt, campaign.Stats));
        Assert.Empty(await Outbox.ListOpenAsync(Cancellation));
    }

    [Fact]
    public async Task A_paused_campaign_sends_nothing_until_it_is_resumed()
    {
        var id = await LaunchAsync(recipients: 1);
        Assert.True((await StepAsync(id, new CampaignStep.Pause("lunch"))).Taken);
        Assert.Equal("lunch", (await Campaigns.FindAsync(id, Cancellation))!.PausedReason);
        Assert.Empty(await LeaseAllAsync(id));
        Assert.True((await StepAsync(id, new CampaignStep.Resume())).Taken);
        Assert.Null((await Campaigns.FindAsync(id, Cancellation))!.PausedReason);
        Assert.Single(await LeaseAllAsync(id));
    }

    [Fact]
    public async Task Cancelling_skips_what_was_never_tried_and_waits_for_the_rest()
    {
        var id = await LaunchAsync(recipients: 3);
        var tried = Assert.Single(await Outbox.LeaseAsync(id, 1, Now, Now.AddSeconds(30), null, Cancellation));
        Assert.True((await StepAsync(id, new CampaignStep.Cancel())).Taken);
        var campaign = await Campaigns.FindAsync(id, Cancellation);
        Assert.Equal((CampaignStatus.Cancelled, null, new CampaignStats(1, 0, 0, Skipped: 2)), (
            campaign!.Status, campaign.CompletedAt, campaign.Stats));
        Assert.All(await LogAsync(id, DeliveryStatus.Skipped), row => Assert.Equal("cancelled", row.FailureReason));

        await Outbox.RecordAsync([new SendResult.Skipped(tried.MessageId, SkipReason.Cancelled)], Now, Cancellation);
        Assert.True(await Outbox.TryCompleteAsync(id, Now, Cancellation));
        Assert.Equal(CampaignStatus.Cancelled, (await Campaigns.FindAsync(id, Cancellation))!.Status);
    }

    [Fact]
    public async Task Retrying_sends_the_failed_again_under_a_new_id()
    {
        var id = await LaunchAsync(recipients: 1);
        var row = Assert.Single(await LeaseAllAsync(id));
        await Outbox.RecordAsync([new SendResult.GivenUp(row.MessageId, "no")], Now, Cancellation);
        await Outbox.TryCompleteAsync(id, Now, Cancellation);

        Assert.True((await StepAsync(id, new CampaignStep.Retry("mara@example.com"))).Taken);
        var campaign = await Campaigns.FindAsync(id, Cancellation);
        Assert.Equal((CampaignStatus.Sending, null, new CampaignStats(1, 0, 0)), (campaign!.Status, campaign.CompletedAt, campaign.Stats));
        var again = Assert.Single(await LeaseAllAsync(id));
        Assert.Equal((new MessageId(row.MessageId.LogId, 2), 1), (again.MessageId, again.Attempts));
    }

    [Fact]
    public async Task A_result_of_an_earlier_round_changes_nothing()
    {
        var id = await LaunchAsync(recipients: 1);
        var row = Assert.Single(await LeaseAllAsync(id));
        await Outbox.RecordAsync([new SendResult.GivenUp(row.MessageId, "no")], Now, Cancellation);
        await Outbox.TryCompleteAsync(id, Now, Cancellation);
        await StepAsync(id, new CampaignStep.Retry("mara@example.com"));
        await Outbox.RecordAsync([new SendResult.GivenUp(row.MessageId, "late news")], Now, Cancellation);
        Assert.Equal(DeliveryStatus.Pending, Assert.Single(await LogAsync(id)).Status);
    }

    [Fact]
    public async Task The_error_rate_counts_from_the_last_resume()
    {
        var id = await LaunchAsync(recipients: 3);
        var rows = await LeaseAllAsync(id);
        await Outbox.RecordAsync(
            [new SendResult.GivenUp(rows[0].MessageId, "no"), new SendResult.GivenUp(rows[1].MessageId, "no")], Now, Cancellation);
        Assert.Equal(new RecentOutcomes(0, 2), await Outbox.CountRecentAsync(id, Cancellation));
        await StepAsync(id, new CampaignStep.Pause("too many errors"));
        await StepAsync(id, new CampaignStep.Resume());
        Assert.Equal(new RecentOutcomes(0, 0), await Outbox.CountRecentAsync(id, Cancellation));
    }

    [Fact]
    public async Task A_step_that_the_state_does_not_allow_is_refused_and_changes_nothing()
    {
        var sending = await LaunchAsync(recipients: 1);
        Assert.Equal(new StepOutcome(false, CampaignStatus.Sending), await StepAsync(sending, new CampaignStep.Resume()));
        Assert.Equal(new StepOutcome(false, CampaignStatus.Sending), await StepAsync(sending, new CampaignStep.Retry("mara@example.com")));
        var completed = await LaunchAsync(recipients: 0);
        Assert.Equal(new StepOutcome(false, CampaignStatus.Completed), await StepAsync(completed, new CampaignStep.Pause("x")));
        Assert.Equal(new StepOutcome(false, CampaignStatus.Completed), await StepAsync(completed, new CampaignStep.Cancel()));
        Assert.Equal(
            new StepOutcome(false, CampaignStatus.Completed), await StepAsync(completed, new CampaignStep.Retry("mara@example.com")));
        Assert.Equal(new StepOutcome(false, null), await StepAsync("nobody", new CampaignStep.Cancel()));
    }

    [Fact]
    public async Task The_log_is_paged_in_order_without_gaps()
    {
        var id = await LaunchAsync(recipients: 25);
        var rows = await LeaseAllAsync(id, 10);
        await Outbox.RecordAsync([.. rows.Select(row => new SendResult.GivenUp(row.MessageId, "no"))], Now, Cancellation);
        var customers = new List<string>();
        string? cursor = null;
        do
        {
            var page = await Campaigns.ListLogAsync(id, LogFilter.All, new PageRequest(7, cursor), Cancellation);
            customers.AddRange(page!.Items.Select(row => row.CustomerId));
            cursor = page.NextCursor;
        }
        while (cursor is not null);
        Assert.Equal(Enumerable.Range(0, 25).Select(i => $"c{i}"), customers);
        Assert.Equal(10, (await LogAsync(id, DeliveryStatus.Failed)).Count);
    }

    [Fact]
    public async Task The_log_can_be_asked_for_one_reason_alone()
    {
        var id = await LaunchAsync(recipients: 5);
        var rows = await LeaseAllAsync(id);
        await Outbox.RecordAsync(
            [.. rows.Select((row, i) => new SendResult.GivenUp(row.MessageId, i < 2 ? "mailbox full" : "no such address"))], Now,
            Cancellation);
        var full = await PagesAsync(id, new LogFilter { Reason = "mailbox full" });
        Assert.Equal(2, full.Count);
        Assert.All(full, row => Assert.Equal("mailbox full", row.FailureReason));
        Assert.Empty(await PagesAsync(id, new LogFilter { Reason = "mailbox full", Status = DeliveryStatus.Sent }));
    }

    [Fact]
    public async Task The_log_can_be_asked_for_a_few_people_alone()
    {
        var id = await LaunchAsync(recipients: 25);
        var people = await PagesAsync(id, new LogFilter { CustomerIds = ["c20", "c3", "nobody"] });
        Assert.Equal(["c3", "c20"], people.Select(row => row.CustomerId));
        Assert.Empty(await PagesAsync(id, new LogFilter { CustomerIds = [] }));
    }

    [Fact]
    public async Task A_cursor_of_one_filter_is_refused_by_another()
    {
        var id = await LaunchAsync(recipients: 2);
        var page = await Campaigns.ListLogAsync(id, new LogFilter { CustomerIds = ["c0", "c1"] }, new PageRequest(1, null), Cancellation);
        await Assert.ThrowsAsync<InvalidCursorException>(
            () => Campaigns.ListLogAsync(id, LogFilter.All, new PageRequest(1, page!.NextCursor), Cancellation));
    }

    [Fact]
    public async Task Campaigns_are_listed_newest_first()
    {
        var first = await LaunchAsync(recipients: 0);
        var second = await LaunchAsync(recipients: 0);
        var page = await Campaigns.ListAsync(CampaignFilter.All, new PageRequest(1, null), Cancellation);
        Assert.Equal([second], page.Items.Select(campaign => campaign.Id));
        page = await Campaigns.ListAsync(CampaignFilter.All, new PageRequest(5, page.NextCursor), Cancellation);
        Assert.Equal([first], page.Items.Select(campaign => campaign.Id));
    }

    [Fact]
    public async Task A_cursor_that_was_not_handed_out_is_refused()
    {
        var id = await LaunchAsync(recipients: 1);
        await Assert.ThrowsAsync<InvalidCursorException>(
            () => Campaigns.ListAsync(CampaignFilter.All, new PageRequest(5, "!!"), Cancellation));
        await Assert.ThrowsAsync<InvalidCursorException>(
            () => Campaigns.ListLogAsync(id, LogFilter.All, new PageRequest(5, "!!"), Cancellation));
    }

    private protected async Task<string> LaunchAsync(int recipients, string? key = null)
    {
        var id = await PrepareAsync(recipients, key);
        await Campaigns.StartAsync(new(id), Now, [], Cancellation);
        return id;
    }

    private async Task<string> PrepareAsync(int recipients, string? key = null)
    {
        var campaign = New(key);
        Assert.Equal(BeginStatus.Begun, (await Campaigns.BeginAsync(campaign, Cancellation)).Status);
        await Campaigns.AppendLogBatchAsync(
            new(campaign.Campaign.Id), [.. Enumerable.Range(0, recipients).Select(i => Row($"c{i}"))], Now.AddSeconds(30), Cancellation);
        return campaign.Campaign.Id;
    }

    private static NewCampaign New(string? key) =>
        NewCampaigns.Of(Guid.CreateVersion7().ToString(), Now, TimeSpan.FromSeconds(30), key: key);

    private static NewLogEntry Row(string customer) =>
        new(Guid.CreateVersion7().ToString(), customer, customer + "@example.com", "Hi", Now);

    private Task<IReadOnlyList<OutboxRow>> LeaseAllAsync(string id, int count = 1_000) =>
        Outbox.LeaseAsync(id, count, Now, Now.AddSeconds(30), null, Cancellation);

    private Task<StepOutcome> StepAsync(string id, CampaignStep step) => Campaigns.StepAsync(id, step, Now, Cancellation);

    /// <summary>All rows that the filter lets through, one page of one row after the other.</summary>
    private async Task<List<LogEntry>> PagesAsync(string id, LogFilter filter)
    {
        var rows = new List<LogEntry>();
        var page = await Campaigns.ListLogAsync(id, filter, new PageRequest(1, null), Cancellation);
        rows.AddRange(page!.Items);
        while (page.NextCursor is { } cursor)
        {
            page = (await Campaigns.ListLogAsync(id, filter, new PageRequest(1, cursor), Cancellation))!;
            rows.AddRange(page.Items);
        }

        return rows;
    }

    private async Task<IReadOnlyList<LogEntry>> LogAsync(string id, DeliveryStatus? status = null) =>
        (await Campaigns.ListLogAsync(id, new LogFilter { Status = status }, new PageRequest(500, null), Cancellation))!.Items;
}
