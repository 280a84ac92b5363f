namespace XenoCrm.Core.Campaigns;

/// <summary>
/// What became of one message, and what its recipient had bought when the campaign began, counted from the orders placed
/// before. Nothing in it tells who it was.
/// </summary>
/// <param name="FailureReason">As the vendor gave it; it may name an address.</param>
/// <param name="City">Where the customer lives now; null if that is not known, or the customer was erased.</param>
public sealed record Delivery(
    DeliveryStatus Status, string? FailureReason, string? City, decimal Spend, long Orders, DateTimeOffset? LastOrderAt);
