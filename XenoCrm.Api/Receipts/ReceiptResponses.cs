using System.ComponentModel.DataAnnotations;
using XenoCrm.Data.Campaigns;
using XenoCrm.Data.Receipts;

namespace XenoCrm.Api.Receipts;

/// <param name="Ok">True: the receipts are stored and need not be sent again.</param>
/// <param name="Accepted">How many.</param>
public sealed record ReceiptAnswer(bool Ok, int Accepted);

/// <summary>A receipt as the vendor sends it.</summary>
/// <param name="Id">The id under which we handed the message over, if the vendor says it.</param>
/// <param name="VendorMessageId">The vendor's own id.</param>
/// <param name="Status"><c>SENT</c> or <c>FAILED</c>.</param>
/// <param name="Reason">Why it failed.</param>
/// <param name="At">When, by the vendor's clock.</param>
public sealed record ReceiptBody(string? Id, string VendorMessageId, string Status, string? Reason, DateTimeOffset? At)
{
    internal static ReceiptBody Of(Receipt receipt) =>
        new(receipt.Id, receipt.VendorMessageId, receipt.Status == DeliveryStatus.Sent ? "SENT" : "FAILED", receipt.Reason, receipt.At);
}

/// <param name="Id">The dead letter's own, for the replay.</param>
/// <param name="Receipt">Null if it could not be read.</param>
/// <param name="Reason">Why it was given up.</param>
/// <param name="Deliveries">How often it was tried.</param>
/// <param name="ArrivedAt">When the vendor brought it.</param>
/// <param name="DiedAt">When it was given up.</param>
public sealed record DeadReceiptResponse(string Id, ReceiptBody? Receipt, string Reason, int Deliveries, DateTimeOffset ArrivedAt, DateTimeOffset DiedAt)
{
    internal static DeadReceiptResponse Of(DeadReceipt dead) =>
        new(dead.Id, dead.Receipt is null ? null : ReceiptBody.Of(dead.Receipt), dead.Reason, dead.Deliveries, dead.ArrivedAt, dead.DiedAt);
}

/// <param name="Ids">Which; without it, all.</param>
public sealed record ReplayRequest([property: MaxLength(1_000)] string[]? Ids);

/// <param name="Replayed">How many were put back.</param>
public sealed record ReplayResponse(int Replayed);
