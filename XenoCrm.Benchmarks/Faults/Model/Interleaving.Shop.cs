using XenoCrm.Core;
using XenoCrm.Core.Campaigns;
using XenoCrm.Core.Customers;
using XenoCrm.Core.Rules;
using XenoCrm.Core.Segments;
using XenoCrm.Core.Suppressions;

namespace XenoCrm.Benchmarks.Faults.Model;

/// <summary>What people do, how a life ends, and the comparison.</summary>
internal sealed partial class Interleaving
{
    private static readonly TimeSpan PreparingTime = TimeSpan.FromSeconds(30);

    private async Task LaunchAsync(Random _)
    {
        if (campaigns.Count == MaxCampaigns)
        {
            return;
        }

        var campaign = new CampaignLife(Invariant($"{name}-c{campaigns.Count}"), Now) { KeepsHours = OneIn(3), KeepsCap = OneIn(2) };
        var audience = people.Where(person => !person.IsErased && !person.IsUnsubscribed).ToList();
        await BeginAsync(campaign);
        foreach (var batch in audience.Chunk(random.Next(1, size.Batch + 1)))
        {
            var rows = batch.Select((person, i) => new NewLogEntry(
                Invariant($"{campaign.Id}-r{campaign.Rows.Count + i:0000}"), person.Id, person.Email, "Hi", Now,
                OneIn(15) ? SkipReason.EmptyText : null)).ToList();
            await Store.Campaigns.AppendLogBatchAsync(new(campaign.Id), rows, Now + PreparingTime, CancellationToken.None);
            foreach (var row in rows)
            {
                var life = new RowLife(campaign.Id, row);
                campaign.Rows.Add(life);
                if (Owner(life).IsErased)
                {
                    // It was read before the erasure: it is written without the person, and nothing is sent.
                    life.Erase();
                }
            }

            if (OneIn(20))
            {
                var person = people[random.Next(people.Count)];
                await EraseAsync(person);
                EraseFrom(campaign, person);
            }
        }

        if (OneIn(8))
        {
            await AbandonAsync(campaign);
            return;
        }

        Say(Invariant($"{Short(campaign.Id)} launched to {campaign.Rows.Count}"));
        campaigns.Add(campaign);
        Same(campaign.Rows.Count, await Store.Campaigns.StartAsync(new(campaign.Id), Now, [], CancellationToken.None), "audience");
        campaign.Launch(Now);
    }

    private async Task BeginAsync(CampaignLife campaign)
    {
        var segment = new Segment(campaign.Id + "-s", "Everybody", new Everyone(), null, "model", Now, 0);
        await Store.Campaigns.BeginAsync(
            new NewCampaign(
                segment,
                new Campaign
                {
                    Id = campaign.Id,
                    SegmentId = segment.Id,
                    Name = "Hello",
                    MessageTemplate = "Hi",
                    Status = CampaignStatus.Preparing,
                    CreatedBy = "model",
                    CreatedAt = Now,
                },
                Now + PreparingTime,
                null,
                null),
            CancellationToken.None);
    }

    /// <summary>Whoever prepares it dies: it was never there.</summary>
    private async Task AbandonAsync(CampaignLife campaign)
    {
        Say($"{Short(campaign.Id)} abandoned while it was prepared");
        place.Clock.Advance(2 * PreparingTime);
        var abandoned = await Store.Campaigns.FindAbandonedAsync(Now, CancellationToken.None);
        Same(campaign.Id, abandoned.SingleOrDefault()?.CampaignId, "abandoned campaigns");
        await Store.Campaigns.DiscardAsync(new(campaign.Id), CancellationToken.None);
        Same(null, (await Store.Campaigns.FindAsync(campaign.Id, CancellationToken.None))?.Id, "a discarded campaign");
        Same(0, (await Store.Campaigns.FindAbandonedAsync(Now, CancellationToken.None)).Count, "abandoned campaigns");
    }

    private Task WaitAsync(Random _)
    {
        // The clock of a machine may also be set, by a day either way.
        var time = random.Next(30) switch
        {
            < 10 => TimeSpan.FromSeconds(5),
            < 16 => LeaseTime,
            < 22 => ReceiptTime,
            < 25 => TimeSpan.FromMinutes(5),
            < 28 => TimeSpan.FromHours(random.Next(1, 8)),
            28 => TimeSpan.FromDays(1),
            _ => TimeSpan.FromDays(-1),
        };
        place.Clock.Advance(time);
        Say($"{time} pass");
        return Task.CompletedTask;
    }

    private Task PauseAsync(Random _) => StepAsync(new CampaignStep.Pause("because"));

    private Task ResumeAsync(Random _) => StepAsync(new CampaignStep.Resume(), CampaignStatus.Paused);

    private Task CancelAsync(Random _) => StepAsync(new CampaignStep.Cancel());

    private Task RetryAsync(Random _) => StepAsync(new CampaignStep.Retry("mara@example.com"), CampaignStatus.Completed);

    // Mostly where it can be taken; sometimes where it must be refused.
    private async Task StepAsync(CampaignStep step, CampaignStatus? from = null)
    {
        if (Campaign(campaign => from is null || campaign.Status == from || OneIn(5)) is { } campaign)
        {
            await StepAsync(campaign, step);
        }
    }

    private async Task StepAsync(CampaignLife campaign, CampaignStep step)
    {
        Say($"{step.Transition.Name} {Short(campaign.Id)}, which is {campaign.Status}");
        var expected = campaign.Status;
        var taken = campaign.Take(step, Now, place.CountsRoundsByCampaign);
        Same(new StepOutcome(taken, expected), await Store.Campaigns.StepAsync(campaign.Id, step, Now, CancellationToken.None), "step");
    }

    private async Task CompleteAsync(Random _)
    {
        if (Campaign() is { } campaign)
        {
            await CompleteAsync(campaign);
        }
    }

    private async Task CompleteAsync(CampaignLife campaign)
    {
        var expected = campaign.TryComplete(Now);
        Say($"{Short(campaign.Id)} asked whether it is complete: {expected}");
        Same(expected, await Store.Outbox.TryCompleteAsync(campaign.Id, Now, CancellationToken.None), "completed");
    }

    private async Task ChangePersonAsync(Random _)
    {
        var person = people[random.Next(people.Count)];
        if (person.IsErased)
        {
            return;
        }

        if (OneIn(4))
        {
            person.HoursAhead = random.Next(-12, 13);
        }
        else if (OneIn(3))
        {
            person.Email = person.Email == person.Id + "@example.com" ? person.Id + "@example.org" : person.Id + "@example.com";
        }
        else
        {
            person.IsUnsubscribed = !person.IsUnsubscribed;
        }

        Say($"{Short(person.Id)} has {person.Email[^11..]}, lives in {person.Zone}, unsubscribed: {person.IsUnsubscribed}");
        await Store.Customers.UpsertAsync(
            [
                new CustomerChange
                {
                    Id = person.Id,
                    Email = person.Email,
                    TimeZone = person.Zone,
                    Unsubscribed = person.IsUnsubscribed,
                },
            ],
            CancellationToken.None);
    }

    /// <summary>An address comes onto the suppression list, or is taken off it.</summary>
    private async Task SuppressAsync(Random _)
    {
        var person = people[random.Next(people.Count)];
        var address = ContactAddress.OfEmail(person.Email);
        if (person.Suppressed.Add(person.Email))
        {
            Say($"{Short(person.Email)} is suppressed");
            await Store.Suppressions.AddAsync(new(address, SuppressionReason.Manual, Now, "model"), CancellationToken.None);
        }
        else
        {
            Say($"{Short(person.Email)} is taken off the suppression list");
            person.Suppressed.Remove(person.Email);
            await Store.Suppressions.RemoveAsync([address], CancellationToken.None);
        }
    }

    private Task EraseAsync(Random _) => EraseAsync(people[random.Next(people.Count)]);

    private async Task EraseAsync(Person person)
    {
        Say($"{Short(person.Id)} is erased");
        Same(!person.IsErased, await Store.Customers.EraseAsync(person.Id, CancellationToken.None), "erased");
        if (!person.IsErased)
        {
            person.IsErased = true;
            campaigns.ForEach(campaign => EraseFrom(campaign, person));
        }
    }

    private static void EraseFrom(CampaignLife campaign, Person person) =>
        campaign.Rows.Find(row => row.CustomerId == person.Id)?.Erase();

    /// <summary>From here on all goes well: everything must come to its end, whatever has happened to it.</summary>
    private async Task FinishAsync()
    {
        foreach (var campaign in campaigns)
        {
            if (campaign.Status == CampaignStatus.Paused)
            {
                await StepAsync(campaign, new CampaignStep.Resume());
            }

            place.Clock.Advance(TimeSpan.FromDays(30));
            for (var turn = 0; campaign.Due(Now).Any(); turn++)
            {
                if (turn > 100)
                {
                    throw new DifferenceException($"{Short(campaign.Id)} does not come to its end.");
                }

                // Those who wait for their hour.
                place.Clock.Advance(turn == 0 ? TimeSpan.Zero : TimeSpan.FromHours(1));
                var lease = await LeaseAsync(campaign, 1_000);
                await ApplyAsync([.. lease.Rows.Where(row => !lease.IsCancelled && row.SkipReason is null).Select(row =>
                    new Core.Receipts.Receipt(row.MessageId.ToString(), VendorId(row.MessageId), DeliveryStatus.Sent, null, Now))]);
                await RecordAsync(lease, [.. lease.Rows.Select(SendResult (row) =>
                    (lease.IsCancelled ? SkipReason.Cancelled : row.SkipReason) is { } reason
                        ? new SendResult.Skipped(row.MessageId, reason)
                        : Accepted(row, Now + ReceiptTime))]);
            }

            await CompleteAsync(campaign);
            Same(true, campaign.CompletedAt is not null, $"{Short(campaign.Id)} came to its end");
            Same(0, campaign.Stats.Pending, "pending at the end");
        }
    }

    private async Task CompareAsync(IReadOnlyList<CampaignLife> those)
    {
        Same(
            string.Join(' ', campaigns.Where(campaign => campaign.IsOpen).Select(campaign => $"{campaign.Id}:{campaign.Status}")),
            string.Join(' ', (await Store.Outbox.ListOpenAsync(CancellationToken.None)).Select(open => $"{open.Id}:{open.Status}")),
            "open campaigns");
        foreach (var campaign in those)
        {
            var found = await Store.Campaigns.FindAsync(campaign.Id, CancellationToken.None)
                ?? throw new DifferenceException($"{campaign.Id} is gone.");
            var what = $"campaign {Short(campaign.Id)}";
            Same(
                (campaign.Status, campaign.CompletedAt, campaign.PausedReason),
                (found.Status, found.CompletedAt, found.PausedReason),
                what);
            Same(campaign.Stats, found.Stats, $"numbers of {what}");
            Same(campaign.Recent, await Store.Outbox.CountRecentAsync(campaign.Id, CancellationToken.None), $"recent outcomes of {what}");
            await CompareLogAsync(campaign, campaign.Rows, LogFilter.All);
            var status = (DeliveryStatus)random.Next(4);
            await CompareLogAsync(campaign, campaign.Rows.Where(row => row.Status == status), new LogFilter { Status = status });
        }

        var person = people[random.Next(people.Count)];
        var messages = await Store.Campaigns.ListMessagesAsync(person.Id, new PageRequest(10, null), CancellationToken.None);
        Compare(
            campaigns.OrderByDescending(campaign => campaign.Id, StringComparer.Ordinal)
                .SelectMany(campaign => campaign.Rows.Where(row => row.CustomerId == person.Id)),
            messages.Items.Select(message => message.Entry),
            "messages of " + Short(person.Id));
    }

    private async Task CompareLogAsync(CampaignLife campaign, IEnumerable<RowLife> rows, LogFilter filter)
    {
        var found = new List<LogEntry>();
        string? cursor = null;
        do
        {
            // Pages of odd sizes.
            var page = await Store.Campaigns.ListLogAsync(
                campaign.Id, filter, new PageRequest(random.Next(size.People / 2, 2 * size.People) + 1, cursor), CancellationToken.None)
                ?? throw new DifferenceException($"{campaign.Id} has no log.");
            found.AddRange(page.Items);
            cursor = page.NextCursor;
        }
        while (cursor is not null);

        Compare(rows, found, $"log of {Short(campaign.Id)}, {filter.Status?.ToString() ?? "all"}");
    }

    private static void Compare(IEnumerable<RowLife> rows, IEnumerable<LogEntry> found, string what)
    {
        var expected = rows.Select(row => row.Shown()).ToList();
        var shown = found.ToList();
        Same(expected.Count, shown.Count, $"rows in the {what}");
        foreach (var (row, entry) in expected.Zip(shown))
        {
            Same(row, entry with { UpdatedAt = default }, what);
        }
    }
}
