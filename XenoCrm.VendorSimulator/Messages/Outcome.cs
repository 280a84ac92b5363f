using Microsoft.Extensions.Options;

namespace XenoCrm.VendorSimulator.Messages;

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

/// <summary>Draws how a message ends, and when.</summary>
internal sealed class OutcomeSource(IOptions<VendorOptions> options, RandomSource random)
{
    private static readonly Outcome[] Failures =
    [
        Outcome.Failed("unknown recipient"),
        Outcome.Failed("mailbox full"),
        Outcome.Failed("blocked by the recipient"),
        Outcome.Failed("rejected by the carrier"),
        Outcome.Failed("expired before delivery"),
    ];

    private readonly VendorOptions options = options.Value;

    public (Outcome Outcome, TimeSpan Delay) Draw()
    {
        var outcome = random.Outcomes.Hits(options.SuccessRate) ? Outcome.Sent : Failures[random.Outcomes.Next(Failures.Length)];
        return (outcome, random.Outcomes.Between(options.MinDelay, options.MaxDelay));
    }
}
