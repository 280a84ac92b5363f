using MongoDB.Bson;
using XenoCrm.Core.Campaigns;
using XenoCrm.Core.Suppressions;

namespace XenoCrm.Data.Mongo;

/// <summary>
/// A document of <c>log</c>, the delivery log and the outbox:
/// <code>
/// { _id: "0199…", campaignId: "0199…", customerId: "c1", seq: 17, recipient: "mara@example.com", message: "Hi Mara",
///   status: 0, round: 1, vendorMessageId: "…", failureReason: "…", attempts: 1, maybeHanded: true, dueAt: ISODate, hourAt: ISODate,
///   lease: ObjectId, createdAt: ISODate, updatedAt: ISODate }
/// </code>
/// <c>status</c> is a <see cref="DeliveryStatus"/> by its number. <c>maybeHanded</c> is there where a try was lost sight of.
/// <c>dueAt</c> is when the sender looks at the row next; it is absent once the row is final. <c>hourAt</c> is there where the row waits
/// for its hour, and is when that comes. <c>recipient</c> and
/// <c>message</c> are absent once the person is erased.
/// </summary>
internal sealed record MongoLogRow
{
    public required string Id { get; init; }

    public required string CampaignId { get; init; }

    public required string CustomerId { get; init; }

    /// <summary>Its place in its campaign's log.</summary>
    public required long Seq { get; init; }

    public string? Recipient { get; init; }

    public string? Message { get; init; }

    public required DeliveryStatus Status { get; init; }

    public required int Round { get; init; }

    public string? VendorMessageId { get; init; }

    public string? FailureReason { get; init; }

    public int Attempts { get; init; }

    public bool? MaybeHanded { get; init; }

    public DateTimeOffset? DueAt { get; init; }

    public DateTimeOffset? HourAt { get; init; }

    /// <summary>Of the sender that took it last.</summary>
    public ObjectId? Lease { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }

    public static MongoLogRow Of(string campaignId, NewLogEntry entry, long seq) => new()
    {
        Id = entry.Id,
        CampaignId = campaignId,
        CustomerId = entry.CustomerId,
        Seq = seq,
        Recipient = entry.Recipient,
        Message = entry.Message,
        Status = entry.SkipReason is null ? DeliveryStatus.Pending : DeliveryStatus.Skipped,
        FailureReason = entry.SkipReason,
        Round = 1,
        DueAt = entry.SkipReason is null ? entry.CreatedAt : null,
        CreatedAt = entry.CreatedAt,
        UpdatedAt = entry.CreatedAt,
    };

    public LogEntry ToEntry() => new()
    {
        Id = Id,
        CampaignId = CampaignId,
        CustomerId = CustomerId,
        Recipient = Recipient,
        Message = Message,
        Status = Status,
        VendorMessageId = VendorMessageId,
        FailureReason = FailureReason,
        Attempts = Attempts,
        Round = Round,
        CreatedAt = CreatedAt,
        UpdatedAt = UpdatedAt,
    };

    /// <summary>As it is after its lease, which counted a try.</summary>
    /// <param name="customer">Null for one who is not there.</param>
    /// <param name="suppressed">Those of a batch's addresses that are on the suppression list.</param>
    public OutboxRow ToOutboxRow(MongoCustomer? customer, IReadOnlySet<ContactAddress> suppressed) =>
        new(new MessageId(Id, Round), Recipient!, Message!, Attempts, VendorMessageId, CreatedAt)
        {
            SkipReason = SkipReason.Of(
                Recipient!,
                customer is not null,
                customer?.Unsubscribed == true,
                suppressed.Count > 0 && FormsOfRecipient(customer).Any(suppressed.Contains),
                customer?.Email,
                customer?.Phone,
                customer?.PhoneE164),
            CustomerId = CustomerId,
            MaybeHanded = Attempts > 1 || MaybeHanded == true,
        };

    public IEnumerable<ContactAddress> FormsOfRecipient(MongoCustomer? customer) =>
        ContactAddress.FormsOfRecipient(Recipient!, customer?.Phone, customer?.PhoneE164);
}
