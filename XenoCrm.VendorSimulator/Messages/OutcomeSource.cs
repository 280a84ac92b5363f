using Microsoft.Extensions.Options;
using XenoCrm.VendorSimulator.Receipts;

namespace XenoCrm.VendorSimulator.Messages;

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
