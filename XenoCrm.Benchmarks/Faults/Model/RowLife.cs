using XenoCrm.Core.Campaigns;
using XenoCrm.Core.Receipts;

namespace XenoCrm.Benchmarks.Faults.Model;

/// <summary>
/// The life of one row of the delivery log, as it is meant to be. This is the specification: no store is looked at here, and each of
/// them is held against it.
/// <code>
/// written ──► pending ──lease──► leased ──accepted──► at the vendor ──receipt──► SENT or FAILED
///    │          ▲ └ quiet: put off │  │                     │
///    │           └─ later, waits ──┘  └─ given up ► FAILED  └─ overdue: leased again, and only asked for
///    └ nothing to send ► SKIPPED ◄── skipped, cancelled, erased
/// </code>
/// A status only rises: pending, skipped, failed, sent. Only a retry, a new round under a new id, takes a failed row back to pending.
/// </summary>
internal sealed class RowLife(string campaignId, NewLogEntry written)
{
    public string Id => written.Id;

    public string CampaignId => campaignId;

    public string CustomerId => written.CustomerId;

    public DateTimeOffset CreatedAt => written.CreatedAt;

    /// <summary>Null once its person is erased.</summary>
    public string? Recipient { get; private set; } = written.Recipient;

    public string? Message { get; private set; } = written.Message;

    public DeliveryStatus Status { get; private set; } = written.SkipReason is null ? DeliveryStatus.Pending : DeliveryStatus.Skipped;

    public string? Reason { get; private set; } = written.SkipReason;

    public int Round { get; private set; } = 1;

    /// <summary>How often a vendor that was there was asked to send it, in this round.</summary>
    public int Attempts { get; private set; }

    /// <summary>A try was lost sight of, so that the vendor may have it.</summary>
    public bool MaybeHanded { get; private set; }

    public string? VendorMessageId { get; private set; }

    /// <summary>When a sender may take it; null for a row that is final.</summary>
    public DateTimeOffset? DueAt { get; private set; } = written.SkipReason is null ? written.CreatedAt : null;

    /// <summary>It was not its hour when a sender came by, who may have put it off until then, or not have come to it.</summary>
    public DateTimeOffset? PutOffUntil { get; private set; }

    public bool IsPending => Status == DeliveryStatus.Pending;

    public bool IsDue(DateTimeOffset now) => DueAt <= now;

    /// <summary>
    /// A sender takes it. That counts as a try, because the sender may die before it says what came of it; not where the vendor has the
    /// row already, as that is only asked for.
    /// </summary>
    public OutboxRow Lease(DateTimeOffset until, string? skipReason)
    {
        var maybeHanded = Attempts > 0 || MaybeHanded;
        Attempts += VendorMessageId is null ? 1 : 0;
        (DueAt, PutOffUntil) = (until, null);
        return new(new MessageId(Id, Round), Recipient!, Message!, Attempts, VendorMessageId, CreatedAt)
        {
            CustomerId = CustomerId,
            SkipReason = skipReason,
            MaybeHanded = maybeHanded,
        };
    }

    public void PutOff(DateTimeOffset until) => PutOffUntil = until;

    /// <summary>What a sender says of it, perhaps long after its lease has run out. Of another round nothing is heard any more.</summary>
    public void Record(SendResult result)
    {
        if (result.MessageId.Round != Round)
        {
            return;
        }

        // A receipt may have come before the vendor's own answer: then the row is final, and only lacks the id.
        if (result is SendResult.Accepted named)
        {
            VendorMessageId = named.VendorMessageId;
        }

        if (!IsPending)
        {
            return;
        }

        switch (result)
        {
            case SendResult.Accepted accepted:
                DueAt = accepted.AskAt;
                break;
            case SendResult.Later later:
                DueAt = later.DueAt;
                VendorMessageId = later.Unknown ? null : VendorMessageId;
                break;
            case SendResult.Waits waits:
                TakeTryBack();
                DueAt = waits.DueAt;
                MaybeHanded |= waits.MaybeHanded;
                break;
            case SendResult.Skipped skipped:
                TakeTryBack();
                End(DeliveryStatus.Skipped, skipped.Reason);
                break;
            case SendResult.GivenUp given:
                End(DeliveryStatus.Failed, given.Reason);
                break;
            default:
                throw new InvalidOperationException($"No life knows a {result.GetType().Name}.");
        }
    }

    /// <summary>
    /// The vendor says what became of it. A success counts for every round: the person has the message. A failure counts for its own
    /// round only. Neither is a try of ours.
    /// </summary>
    public ReceiptOutcome Receive(Receipt receipt, int ofRound)
    {
        var rises = Status.IsBelow(receipt.Status) && (receipt.Status == DeliveryStatus.Sent || Round <= ofRound);
        if (rises || Round == ofRound)
        {
            VendorMessageId ??= receipt.VendorMessageId;
        }

        if (rises)
        {
            // The vendor's words may name the person.
            End(receipt.Status, receipt.Status != DeliveryStatus.Failed ? null : Recipient is null ? SkipReason.Erased : receipt.Reason);
        }

        return rises ? ReceiptOutcome.Applied : ReceiptOutcome.Known;
    }

    /// <summary>The campaign is cancelled. What may be the vendor's already is asked for first, by the sender.</summary>
    public void Cancel()
    {
        if (IsPending && Attempts == 0 && !MaybeHanded)
        {
            End(DeliveryStatus.Skipped, SkipReason.Cancelled);
        }
    }

    /// <summary>The failed begin a new round, with a new id, as if nothing had been tried. The erased cannot be written to.</summary>
    public void Retry(int round, DateTimeOffset now)
    {
        if (Status == DeliveryStatus.Failed && Recipient is not null)
        {
            (Status, Reason, Round, Attempts, MaybeHanded, VendorMessageId, DueAt) =
                (DeliveryStatus.Pending, null, round, 0, false, null, now);
        }
    }

    /// <summary>Its person is erased: what has not gone out must not, and what is personal goes. What was sent stays counted.</summary>
    public void Erase()
    {
        (Recipient, Message) = (null, null);
        if (IsPending)
        {
            End(DeliveryStatus.Skipped, SkipReason.Erased);
        }
        else if (Status == DeliveryStatus.Failed)
        {
            Reason = SkipReason.Erased;
        }
    }

    /// <summary>As the log shows it; when it changed last is not compared.</summary>
    public LogEntry Shown() => new()
    {
        Id = Id,
        CampaignId = CampaignId,
        CustomerId = CustomerId,
        Recipient = Recipient,
        Message = Message,
        Status = Status,
        VendorMessageId = VendorMessageId,
        FailureReason = Reason,
        Attempts = Attempts,
        CreatedAt = CreatedAt,
        UpdatedAt = default,
    };

    private void End(DeliveryStatus status, string? reason) => (Status, Reason, DueAt) = (status, reason, null);

    private void TakeTryBack() => Attempts -= VendorMessageId is null ? 1 : 0;
}
