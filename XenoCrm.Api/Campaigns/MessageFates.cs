using System.Collections.Concurrent;
using Microsoft.Extensions.Options;
using XenoCrm.Api.Vendor;
using XenoCrm.Core.Campaigns;
using XenoCrm.Core.Receipts;

namespace XenoCrm.Api.Campaigns;

/// <summary>What became of messages that a vendor has, or may have: asked of the vendor, or settled where it cannot tell.</summary>
internal sealed class MessageFates(Vendors vendors, IReceiptStore receipts, TimeProvider time, IOptions<CampaignOptions> options)
{
    public const string InDoubt = "it may have got there, so it is not sent again";

    private const int AskConcurrency = 8;

    private readonly CampaignOptions options = options.Value;

    public async Task<IReadOnlyList<SendResult>> AskAsync(
        IReadOnlyList<(OutboxRow Row, string? SkipReason)> rows, CancellationToken cancellationToken)
    {
        var results = new SendResult[rows.Count];
        var final = new ConcurrentBag<Receipt>();
        await Parallel.ForAsync(
            0,
            rows.Count,
            new ParallelOptions { MaxDegreeOfParallelism = AskConcurrency, CancellationToken = cancellationToken },
            async (i, token) => results[i] = await AskAsync(rows[i].Row, rows[i].SkipReason, final, token));
        if (!final.IsEmpty)
        {
            await receipts.ApplyAsync([.. final], cancellationToken);
        }

        return results;
    }

    /// <summary>Looks whether vendors that were away are back, when there is nothing to send.</summary>
    public async Task ProbeAsync(CancellationToken cancellationToken)
    {
        foreach (var (_, vendor, gate) in vendors.All.Where(line => line.Gate.IsForgotten))
        {
            if (await vendor.ProbeAsync(cancellationToken) is { } away)
            {
                gate.Failed(away.Reason, away.RetryAfter, sending: false);
            }
            else
            {
                gate.Succeeded(sending: true);
            }
        }
    }

    private async Task<SendResult> AskAsync(
        OutboxRow row, string? skipReason, ConcurrentBag<Receipt> final, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var (_, vendor, gate) = vendors.For(row.Recipient);
        if (vendor.SettleAfter is null && gate.Remaining is var pause && pause > TimeSpan.Zero)
        {
            return new SendResult.Waits(row.MessageId, now + pause, MaybeHanded: false);
        }

        var answer = await vendor.AskAsync(row.MessageId, cancellationToken);
        if (answer is AskAnswer.Known or AskAnswer.Unknown)
        {
            gate.Succeeded(sending: false);
        }

        switch (answer)
        {
            case AskAnswer.Known { Status: DeliveryStatus.Pending } pending:
                return now - row.CreatedAt > options.GiveUpAfter
                    ? new SendResult.GivenUp(row.MessageId, "no receipt came and the vendor still has it pending")
                    : new SendResult.Accepted(row.MessageId, pending.VendorMessageId, now + options.ReceiptTimeout);

            case AskAnswer.Known known:
                return Settle(known.VendorMessageId, known.Status, known.Reason);

            case AskAnswer.CannotTell when row.VendorMessageId is { } vendorMessageId:
                // It took the message, and nothing has been heard against it for as long as is waited.
                return Settle(vendorMessageId, DeliveryStatus.Sent, null);

            case AskAnswer.CannotTell:
                return new SendResult.GivenUp(row.MessageId, $"what became of an earlier try is not known; {InDoubt}");

            case AskAnswer.Unknown when skipReason is not null:
                return new SendResult.Skipped(row.MessageId, skipReason);

            case AskAnswer.Unknown:
                return new SendResult.Later(row.MessageId, now, Unknown: true);

            case AskAnswer.Unavailable unavailable:
                gate.Failed(unavailable.Reason, unavailable.RetryAfter, sending: false);
                return new SendResult.Waits(row.MessageId, now, MaybeHanded: false);

            default:
                throw new InvalidOperationException("The vendor gave an answer that the sender does not know.");
        }

        SendResult.Accepted Settle(string vendorMessageId, DeliveryStatus status, string? reason)
        {
            final.Add(new Receipt(row.MessageId.ToString(), vendorMessageId, status, reason, now));
            return new SendResult.Accepted(row.MessageId, vendorMessageId, now + options.ReceiptTimeout);
        }
    }
}
