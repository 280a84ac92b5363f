using XenoCrm.Core.Campaigns;
using XenoCrm.Core.Customers;
using XenoCrm.Core.Receipts;

namespace XenoCrm.Tests.Campaigns;

/// <summary>What is kept of a round when its failed are sent to again.</summary>
public abstract partial class CampaignStoreContract
{
    private const string Full = "mailbox full";

    [Fact]
    public async Task A_retry_keeps_how_the_round_before_it_had_ended_and_who_asked_for_it()
    {
        var id = await EndedAsync(sent: 2, Full, Full, Full, Full, "unknown recipient", "unknown recipient", "unknown recipient");
        Assert.Empty(await Campaigns.ListRoundsAsync(id, Cancellation));
        Assert.Equal([new(Full, 4), new("unknown recipient", 3)], await Campaigns.CountFailuresAsync(id, Cancellation));

        await RetryAsync(id, "asha@example.com", Now.AddHours(1));
        var first = Assert.Single(await Campaigns.ListRoundsAsync(id, Cancellation));
        Assert.Equal(
            (Now.AddHours(1), "asha@example.com", new CampaignStats(0, 2, 7), 7L),
            (first.RetriedAt, first.RetriedBy, first.Stats, first.Retried));
        Assert.Equal([new(Full, 4), new("unknown recipient", 3)], first.Failures);
        Assert.Empty(await Campaigns.CountFailuresAsync(id, Cancellation));
    }

    [Fact]
    public async Task Each_round_is_kept_in_turn_and_the_log_says_in_which_a_message_is()
    {
        var id = await EndedAsync(sent: 1, Full, Full);
        Assert.All(await LogAsync(id), row => Assert.Equal(1, row.Round));
        await RetryAsync(id, "asha@example.com", Now.AddHours(1));
        await EndAsync(id, Now.AddHours(1), sent: 1, "blocked");
        await RetryAsync(id, "ben@example.com", Now.AddHours(2));
        var rounds = await Campaigns.ListRoundsAsync(id, Cancellation);
        Assert.Equal(
            [("asha@example.com", new CampaignStats(0, 1, 2)), ("ben@example.com", new CampaignStats(0, 2, 1))],
            rounds.Select(round => (round.RetriedBy, round.Stats)));
        Assert.Equal([new("blocked", 1)], rounds[1].Failures);
        Assert.Equal([1, 2, 3], (await LogAsync(id)).Select(row => row.Round).Order());
    }

    [Fact]
    public async Task What_is_kept_of_a_round_is_about_nobody_in_particular()
    {
        var id = await EndedAsync(
            sent: 0, "Mara Rao is unknown", "550 c1@example.com is unknown", "550 c2@example.com is unknown",
            "550 <c3@example.com> is unknown");
        Assert.Equal(
            [new("550 … is unknown", 3), new("Mara Rao is unknown", 1)], await Campaigns.CountFailuresAsync(id, Cancellation));
        await RetryAsync(id, "asha@example.com", Now);
        Assert.Equal(
            [new("550 … is unknown", 3), new(FailureReason.Others, 1)],
            Assert.Single(await Campaigns.ListRoundsAsync(id, Cancellation)).Failures);
    }

    [Fact]
    public async Task Who_was_erased_is_not_among_those_who_are_sent_to_again()
    {
        var id = await EndedAsync(sent: 0, Full, Full);
        await Customers.UpsertAsync([new CustomerChange { Id = "c0", Name = "Mara" }], Cancellation);
        await Customers.EraseAsync("c0", Cancellation);
        await RetryAsync(id, "asha@example.com", Now);
        var round = Assert.Single(await Campaigns.ListRoundsAsync(id, Cancellation));
        Assert.Equal((2L, 1L, 1L), (round.Stats.Failed, round.Erased, round.Retried));
        Assert.Single(await LeaseAllAsync(id));
    }

    [Fact]
    public async Task A_retry_that_is_refused_keeps_nothing()
    {
        var id = await EndedAsync(sent: 1);
        Assert.False((await StepAsync(id, new CampaignStep.Retry("asha@example.com"))).Taken);
        Assert.Empty(await Campaigns.ListRoundsAsync(id, Cancellation));
        Assert.Empty(await Campaigns.ListRoundsAsync("nobody", Cancellation));
    }

    private async Task RetryAsync(string id, string by, DateTimeOffset at) =>
        Assert.True((await Campaigns.StepAsync(id, new CampaignStep.Retry(by), at, Cancellation)).Taken);

    /// <summary>A campaign that has completed, with so many sent and a failed one for each reason.</summary>
    private async Task<string> EndedAsync(int sent, params string[] failures)
    {
        var id = await LaunchAsync(recipients: sent + failures.Length);
        await EndAsync(id, Now, sent, failures);
        return id;
    }

    private async Task EndAsync(string id, DateTimeOffset at, int sent, params string[] failures)
    {
        var rows = await Outbox.LeaseAsync(id, 100, at, at.AddSeconds(30), null, Cancellation);
        Assert.Equal(sent + failures.Length, rows.Count);

        // Whoever comes first fails.
        await Receipts.ApplyAsync(
            [.. rows.Select((row, i) => new Receipt(
                row.MessageId.ToString(), $"v {row.MessageId}", i < failures.Length ? DeliveryStatus.Failed : DeliveryStatus.Sent,
                i < failures.Length ? failures[i] : null, at))],
            Cancellation);
        Assert.True(await Outbox.TryCompleteAsync(id, at, Cancellation));
    }
}
