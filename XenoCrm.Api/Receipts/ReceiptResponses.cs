using System.ComponentModel.DataAnnotations;
using XenoCrm.Core.Campaigns;
using XenoCrm.Core.Receipts;

namespace XenoCrm.Api.Receipts;

/// <param name="Ok">True: all of the body is stored and need not be sent again.</param>
/// <param name="Accepted">How many receipts are on their way to the log.</param>
/// <param name="Rejected">How many were wrong and became dead letters.</param>
public sealed record ReceiptAnswer(bool Ok, int Accepted, int Rejected);

/// <summary>A receipt as the vendor sends it.</summary>
/// <param name="Id">The id under which we handed the message over, if the vendor says it.</param>
/// <param name="VendorMessageId">The vendor's own id.</param>
/// <param name="Status"><c>SENT</c> or <c>FAILED</c>.</param>
/// <param name="Reason">Why it failed.</param>
/// <param name="At">When, by the vendor's clock.</param>
public sealed record ReceiptBody(string? Id, string VendorMessageId, string Status, string? Reason, DateTimeOffset? At);

/// <summary>What is known of a receipt that was given up; of one that was wrong, its ids as far as they could be read.</summary>
public sealed record DeadReceiptBody(string? Id, string? VendorMessageId, string? Status, string? Reason, DateTimeOffset? At)
{
    internal static DeadReceiptBody? Of(DeadReceipt dead) => dead switch
    {
        { Receipt: { } receipt } =>
            new(receipt.Id, receipt.VendorMessageId, receipt.Status == DeliveryStatus.Sent ? "SENT" : "FAILED", receipt.Reason, receipt.At),
        { Rejected: { } rejected } => new(rejected.Id, rejected.VendorMessageId, null, null, null),
        _ => null,
    };
}

/// <param name="Id">The dead letter's own, for the replay.</param>
/// <param name="Receipt">Null if it could not be read.</param>
/// <param name="Reason">Why it was given up.</param>
/// <param name="Replayable">False if it was wrong as it came: it can only be looked at and discarded.</param>
/// <param name="Deliveries">How often it was tried.</param>
/// <param name="ArrivedAt">When the vendor brought it.</param>
/// <param name="DiedAt">When it was given up.</param>
public sealed record DeadReceiptResponse(
    string Id, DeadReceiptBody? Receipt, string Reason, bool Replayable, int Deliveries, DateTimeOffset ArrivedAt, DateTimeOffset DiedAt)
{
    internal static DeadReceiptResponse Of(DeadReceipt dead) =>
        new(dead.Id, DeadReceiptBody.Of(dead), dead.Reason, dead.IsReplayable, dead.Deliveries, dead.ArrivedAt, dead.DiedAt);
}

/// <param name="Ids">Which; without it, all that can be replayed.</param>
public sealed record ReplayRequest(
    [property: MaxLength(1_000, ErrorMessage = "At most 1,000 ids at once. Send the others in another request.")] string[]? Ids);

/// <param name="Replayed">How many were put back.</param>
public sealed record ReplayResponse(int Replayed);

/// <param name="Ids">Which; without it, all that cannot be replayed.</param>
public sealed record DiscardRequest(
    [property: MaxLength(1_000, ErrorMessage = "At most 1,000 ids at once. Send the others in another request.")] string[]? Ids);

/// <param name="Discarded">How many are gone.</param>
public sealed record DiscardResponse(int Discarded);
