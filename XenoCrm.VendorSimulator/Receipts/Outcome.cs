namespace XenoCrm.VendorSimulator.Receipts;

/// <summary>The words of the contract.</summary>
internal static class DeliveryStatus
{
    public const string Pending = "PENDING";
    public const string Sent = "SENT";
    public const string Failed = "FAILED";
}

/// <summary>What becomes of a message in the end.</summary>
/// <param name="Status">SENT or FAILED.</param>
/// <param name="Reason">Why it failed.</param>
internal sealed record Outcome(string Status, string? Reason)
{
    public static readonly Outcome Sent = new(DeliveryStatus.Sent, null);

    public static Outcome Failed(string reason) => new(DeliveryStatus.Failed, reason);
}
