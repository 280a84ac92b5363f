using XenoCrm.Core.Campaigns;

namespace XenoCrm.Core.Receipts;

/// <summary>What the vendor says became of one message.</summary>
/// <param name="Id">The id under which we sent it (<see cref="Campaigns.MessageId"/>), if the vendor says it.</param>
/// <param name="VendorMessageId">The vendor's own id.</param>
/// <param name="Status">Sent or Failed.</param>
/// <param name="Reason">Why it failed.</param>
/// <param name="At">When, by the vendor's clock.</param>
public sealed record Receipt(string? Id, string VendorMessageId, DeliveryStatus Status, string? Reason, DateTimeOffset? At);
