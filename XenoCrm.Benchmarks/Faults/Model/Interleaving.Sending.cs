using XenoCrm.Core.Account;
using XenoCrm.Core.Campaigns;
using XenoCrm.Core.Receipts;

namespace XenoCrm.Benchmarks.Faults.Model;

/// <summary>What senders do, and the vendor.</summary>
internal sealed partial class Interleaving
{
    private static readonly TimeSpan LeaseTime = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan ReceiptTime = TimeSpan.FromSeconds(60);

    private static readonly AccountOptions Account = new() { TimeZone = "UTC" };
    private static readonly CampaignHours Quiet = new() { Quiet = new QuietHours { From = new TimeOnly(8, 0), To = new TimeOnly(20, 0) } };
    private static readonly FrequencyCap[] Caps = [new() { Messages = Person.MostMessages, Days = Person.CapTime.Days }];

    private RowLife? Row(string id) => campaigns.SelectMany(campaign => campaign.Rows).FirstOrDefault(row => row.Id == id);

    private async Task LeaseAsync(Random _)
    {
        // A campaign that is not open is asked for, too: nothing of it may be leased.
        if (Campaign(campaign => campaign.IsOpen || OneIn(5)) is { } campaign)
        {
            await LeaseAsync(campaign, OneIn(2) ? 1_000 : random.Next(1, campaign.Rows.Count + 2));
        }
    }

    private async Task<Lease> LeaseAsync(CampaignLife campaign, int count)
    {
        var until = Now + LeaseTime;
        var hours = campaign is { KeepsHours: true, Status: not CampaignStatus.Cancelled }
            ? SendingHours.Of(Quiet, isTransactional: false, Account, Now)
            : null;
        var due = campaign.Due(Now).ToDictionary(row => row.Id);
        var waiting = due.Values.Where(row => hours is not null && Waits(row)).ToList();
        var free = due.Values.Except(waiting).ToList();
        var leased = await Store.Outbox.LeaseAsync(campaign.Id, count, Now, until, hours, CancellationToken.None);
        Say(Invariant($"{leased.Count} of {due.Count} due rows of {Short(campaign.Id)} leased, {waiting.Count} wait for their hour: ")
            + string.Join(' ', leased.Take(20).Select(row => Short(row.MessageId.ToString()))));

        // One that was to wait, and would not have to any more, may be put off until then or not.
        var least = Math.Min(count, free.Count(row => !(row.PutOffUntil > Now)));
        if (leased.Count < least || leased.Count > Math.Min(count, free.Count))
        {
            throw new DifferenceException(Invariant($"rows leased: the model says {least} or more, the store {leased.Count}"));
        }

        Same(leased.Count, leased.DistinctBy(row => row.MessageId.LogId).Count(), "rows leased once");
        if (leased.FirstOrDefault(row => free.TrueForAll(one => one.Id != row.MessageId.LogId)) is { } early)
        {
            throw new DifferenceException($"{Short(early.MessageId.LogId)} was leased and is not due.");
        }

        var taken = leased.Select(row => row.MessageId.LogId).ToHashSet();
        if (due.Values.All(row => row.PutOffUntil is null) && waiting.Count == 0)
        {
            var longest = leased.Max(row => due[row.MessageId.LogId].DueAt);
            if (due.Values.FirstOrDefault(row => !taken.Contains(row.Id) && row.DueAt < longest) is { } passedOver)
            {
                throw new DifferenceException($"{Short(passedOver.Id)} has waited for longer than one that was leased before it.");
            }
        }

        waiting.ForEach(row => row.PutOff(Owner(row).WaitsUntil(Now)!.Value));
        foreach (var row in leased)
        {
            var life = due[row.MessageId.LogId];
            var expected = life.Lease(until, Owner(life).SkipReason(life.Recipient!));

            // Of a row with the vendor's id it is certain.
            Same(expected with { MaybeHanded = row.VendorMessageId is not null || expected.MaybeHanded },
                row with { MaybeHanded = row.VendorMessageId is not null || row.MaybeHanded }, "a leased row");
        }

        var lease = new Lease(campaign, campaign.Status == CampaignStatus.Cancelled, leased);
        if (leased.Count > 0)
        {
            leases.Add(lease);
        }

        return lease;
    }

    // What the vendor has is only asked for, and what must not be sent at all need not wait.
    private bool Waits(RowLife row) =>
        row.VendorMessageId is null && Owner(row).SkipReason(row.Recipient!) is null && Owner(row).WaitsUntil(Now) is not null;

    /// <summary>A sender comes back from the vendor, in its time or long after its lease.</summary>
    private async Task RecordAsync(Random _)
    {
        if (leases.Count > 0)
        {
            var lease = leases[random.Next(leases.Count)];
            leases.Remove(lease);
            await RecordAsync(lease, await ResultsAsync(lease));
        }
    }

    private async Task RecordAsync(Lease lease, IReadOnlyList<SendResult> results)
    {
        Say($"recorded of {Short(lease.Campaign.Id)}: " + string.Join(' ', results.Take(20).Select(Words)));
        await Store.Outbox.RecordAsync(results, Now, CancellationToken.None);
        foreach (var result in results)
        {
            Row(result.MessageId.LogId)!.Record(result);
        }
    }

    /// <summary>A sender dies, or a whole process, and what it has leased is left to run out.</summary>
    private async Task DieAsync(Random _)
    {
        if (leases.Count > 0)
        {
            leases.RemoveAt(random.Next(leases.Count));
            Say("a sender dies");
        }

        if (OneIn(8))
        {
            await place.RestartAsync(random.Next(place.Processes.Count));
            leases.Clear();
            Say("a process dies and is started again");
        }
    }

    /// <summary>What a sender may say of what it has leased, whatever the vendor answers it.</summary>
    private async Task<IReadOnlyList<SendResult>> ResultsAsync(Lease lease)
    {
        var fate = random.Next(8);
        var askAt = Now + ReceiptTime;
        var half = random.Next(lease.Rows.Count + 1);
        var results = new List<SendResult>();
        var capped = await LeaveAsync(lease);
        foreach (var (i, row) in lease.Rows.Index())
        {
            var reason = lease.IsCancelled ? SkipReason.Cancelled
                : row.SkipReason ?? (capped.Contains(row.MessageId) ? SkipReason.Capped : null);
            if (row.VendorMessageId is not null || (reason is not null && row.MaybeHanded))
            {
                results.Add(await AskedAsync(row, reason, askAt));
            }
            else if (reason is not null)
            {
                results.Add(new SendResult.Skipped(row.MessageId, reason));
            }
            else
            {
                results.Add(fate switch
                {
                    < 3 => Accepted(row, askAt),
                    3 => Away(row, handed: false),
                    4 => Away(row, handed: true),
                    5 when i < half => Accepted(row, askAt),
                    5 => Away(row, handed: OneIn(2)),
                    6 => Accepted(row, i < half ? askAt : askAt.AddMilliseconds(7)),
                    _ => random.Next(4) switch
                    {
                        0 => new SendResult.Later(row.MessageId, Now.AddMilliseconds(random.Next(1, 5_000))),
                        1 => new SendResult.GivenUp(row.MessageId, "the vendor refused it"),
                        _ => Accepted(row, askAt),
                    },
                });
            }
        }

        // Of some nothing is said: they stay leased.
        return OneIn(10) ? results[..random.Next(results.Count + 1)] : results;
    }

    /// <summary>Messages are about to leave: those for which their people have had enough.</summary>
    private async Task<IReadOnlySet<MessageId>> LeaveAsync(Lease lease)
    {
        var keepsCap = lease is { Campaign.KeepsCap: true, IsCancelled: false };
        var contacts = lease.Rows.Where(row => keepsCap && row is { SkipReason: null, VendorMessageId: null })
            .Select(row => new Contact(row.MessageId, row.CustomerId, row.MaybeHanded))
            .ToList();
        if (contacts.Count == 0)
        {
            return new HashSet<MessageId>();
        }

        var expected = contacts.Where(contact => !PersonOf(contact.CustomerId).TryLeave(contact, Now))
            .Select(contact => contact.MessageId)
            .ToHashSet();
        var found = await Store.Contacts.LeaveAsync(contacts, Caps, Now, CancellationToken.None);
        Same(Words(expected), Words(found), "messages over the cap");
        return found;

        string Words(IEnumerable<MessageId> messages) => string.Join(' ', messages.Select(message => Short(message.ToString())).Order());
    }

    private async Task<SendResult> AskedAsync(OutboxRow row, string? reason, DateTimeOffset askAt)
    {
        switch (random.Next(5))
        {
            case 0:
                return Accepted(row, askAt);
            case 1:
                return new SendResult.Waits(row.MessageId, Now, MaybeHanded: false);
            case 2 when row.VendorMessageId is not null:
                return new SendResult.GivenUp(row.MessageId, "no receipt came and the vendor still has it pending");
            case 3:
                return reason is null
                    ? new SendResult.Later(row.MessageId, Now, Unknown: true)
                    : new SendResult.Skipped(row.MessageId, reason);
            default:
                await ApplyAsync([new(row.MessageId.ToString(), VendorId(row.MessageId), DrawStatus(), "told when asked", Now)]);
                return Accepted(row, askAt);
        }
    }

    private SendResult.Waits Away(OutboxRow row, bool handed) => new(row.MessageId, Now, handed);

    private static SendResult.Accepted Accepted(OutboxRow row, DateTimeOffset askAt) =>
        new(row.MessageId, VendorId(row.MessageId), askAt);

    private static string VendorId(MessageId message) => "vm-" + message;

    private DeliveryStatus DrawStatus() => random.Next(5) < 3 ? DeliveryStatus.Sent : DeliveryStatus.Failed;

    /// <summary>Receipts as they come: of this round or an earlier one, twice, contradicting, too early, of nobody.</summary>
    private async Task ReceiveAsync(Random _)
    {
        // A vendor either says our ids or it does not.
        var byVendorId = OneIn(4);
        var receipts = new List<Receipt>();
        for (var count = random.Next(1, 7); count > 0 && Campaign(campaign => campaign.Rows.Count > 0) is { } campaign; count--)
        {
            var row = campaign.Rows[random.Next(campaign.Rows.Count)];
            if (row.Attempts == 0 && !OneIn(6))
            {
                continue;
            }

            var message = new MessageId(row.Id, row.Round > 1 && OneIn(4) ? random.Next(1, row.Round) : row.Round);
            var id = byVendorId ? null : OneIn(12) ? "unknown-" + message : message.ToString();

            // Whether a row is found by an id that another receipt of the same batch brings is a store's own affair: it comes again.
            var isKnown = id == message.ToString() || byVendorId || row.VendorMessageId is not null;
            var vendorId = !isKnown || (id is null && OneIn(20)) ? "unknown-" + message : VendorId(message);
            var receipt = new Receipt(id, vendorId, DrawStatus(), OneIn(4) ? null : "mailbox full", Now);
            receipts.Add(receipt);
            if (OneIn(5))
            {
                receipts.Add(OneIn(2) ? receipt : receipt with { Status = DrawStatus() });
            }
        }

        if (receipts.Count > 0)
        {
            await ApplyAsync(receipts);
        }
    }

    private async Task ApplyAsync(IReadOnlyList<Receipt> receipts)
    {
        Say("receipts: " + string.Join(' ', receipts.Take(20).Select(receipt =>
            $"{Short(receipt.Id ?? "")}/{receipt.VendorMessageId.Replace(name + "-", "", StringComparison.Ordinal)}={receipt.Status}")));
        var expected = receipts.Select(Outcome).ToList();
        var found = await Store.Receipts.ApplyAsync(receipts, CancellationToken.None);
        Same(string.Join(' ', expected), string.Join(' ', found), "outcomes of receipts");
    }

    private ReceiptOutcome Outcome(Receipt receipt)
    {
        if (receipt.Id is { } id && MessageId.Parse(id) is var message && Row(message.LogId) is { } row)
        {
            return row.Receive(receipt, message.Round);
        }

        // The vendor's id is that of the row's own round: a retry begins without one.
        return campaigns.SelectMany(campaign => campaign.Rows).FirstOrDefault(one => one.VendorMessageId == receipt.VendorMessageId)
            is { } named ? named.Receive(receipt, named.Round) : ReceiptOutcome.Unmatched;
    }

    private string Words(SendResult result) => $"{Short(result.MessageId.ToString())}={result switch
    {
        SendResult.Later { Unknown: true } => "unknown",
        SendResult.Waits { MaybeHanded: true } => "waits, maybe handed",
        _ => result.GetType().Name,
    }}";
}
