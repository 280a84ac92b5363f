using Microsoft.Extensions.Options;
using XenoCrm.Api.Vendor;
using XenoCrm.Data.Campaigns;
using XenoCrm.Data.Receipts;

namespace XenoCrm.Api.Campaigns;

/// <summary>Takes a batch of leased rows to the vendor and decides, row by row, what came of it.</summary>
internal sealed class BatchSender(
    VendorClient vendor,
    VendorGate gate,
    IReceiptStore receipts,
    CampaignTelemetry telemetry,
    TimeProvider clock,
    Random random,
    IOptions<CampaignOptions> options)
{
    private const int AskConcurrency = 8;

    private readonly CampaignOptions options = options.Value;

    public async Task<IReadOnlyList<SendResult>> DeliverAsync(OpenCampaign campaign, IReadOnlyList<OutboxRow> rows, CancellationToken cancellationToken)
    {
        // Of a cancelled campaign nothing more is sent: only the fate of what the vendor may have is asked for.
        var ask = rows.Where(row => row.VendorMessageId is not null || campaign.Status == CampaignStatus.Cancelled).ToList();
        var send = rows.Except(ask).ToList();
        using var activity = telemetry.StartSend(campaign.Id, send.Count);
        var results = new List<SendResult>(rows.Count);
        if (send.Count > 0)
        {
            await SendAsync(send, results, cancellationToken);
        }

        if (ask.Count > 0)
        {
            results.AddRange(await AskAsync(ask, campaign.Status == CampaignStatus.Cancelled, cancellationToken));
        }

        telemetry.Count("accepted", results.Count(result => result is SendResult.Accepted));
        telemetry.Count("retried", results.Count(result => result is SendResult.Later));
        telemetry.Count("given_up", results.Count(result => result is SendResult.GivenUp));
        return results;
    }

    private async Task SendAsync(IReadOnlyList<OutboxRow> rows, List<SendResult> results, CancellationToken cancellationToken)
    {
        var started = clock.GetTimestamp();
        var answer = await vendor.SendAsync([.. rows.Select(row => new VendorMessage(row.MessageId.ToString(), row.Recipient, row.Message))], cancellationToken);
        telemetry.Sent(rows.Count, clock.GetElapsedTime(started));
        switch (answer)
        {
            case SendAnswer.Accepted accepted:
                gate.Succeeded();
                var askAt = clock.GetUtcNow() + options.ReceiptTimeout;
                results.AddRange(rows.Select(row => accepted.VendorMessageIds.TryGetValue(row.MessageId.ToString(), out var id)
                    ? new SendResult.Accepted(row.MessageId, id, askAt)
                    : RetryOrGiveUp(row, "the vendor passed the message over", null)));
                break;

            case SendAnswer.Rejected rejected when rows.Count == 1:
                results.Add(new SendResult.GivenUp(rows[0].MessageId, rejected.Reason));
                break;

            case SendAnswer.Rejected:
                // One message may have spoilt the batch: halve it until the culprit stands alone.
                var half = rows.Count / 2;
                await SendAsync([.. rows.Take(half)], results, cancellationToken);
                await SendAsync([.. rows.Skip(half)], results, cancellationToken);
                break;

            case SendAnswer.Unavailable unavailable:
                gate.Failed(unavailable.RetryAfter);
                results.AddRange(rows.Select(row => RetryOrGiveUp(row, unavailable.Reason, unavailable.RetryAfter)));
                break;
        }
    }

    private async Task<SendResult[]> AskAsync(List<OutboxRow> rows, bool cancelled, CancellationToken cancellationToken)
    {
        var results = new SendResult[rows.Count];
        await Parallel.ForAsync(
            0,
            rows.Count,
            new ParallelOptions { MaxDegreeOfParallelism = AskConcurrency, CancellationToken = cancellationToken },
            async (i, token) => results[i] = await AskAsync(rows[i], cancelled, token));
        return results;
    }

    private async Task<SendResult> AskAsync(OutboxRow row, bool cancelled, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        switch (await vendor.AskAsync(row.MessageId, cancellationToken))
        {
            case AskAnswer.Known { Status: DeliveryStatus.Pending } pending:
                return now - row.CreatedAt > options.GiveUpAfter
                    ? new SendResult.GivenUp(row.MessageId, "no receipt came and the vendor still has it pending")
                    : new SendResult.Accepted(row.MessageId, pending.VendorMessageId, now + options.ReceiptTimeout);

            case AskAnswer.Known known:
                await receipts.ApplyAsync([new Receipt(row.MessageId.ToString(), known.VendorMessageId, known.Status, known.Reason, now)], cancellationToken);
                return new SendResult.Accepted(row.MessageId, known.VendorMessageId, now + options.ReceiptTimeout);

            case AskAnswer.Unknown when cancelled:
                return new SendResult.GivenUp(row.MessageId, "cancelled");

            case AskAnswer.Unknown:
                return new SendResult.Later(row.MessageId, now, Unknown: true);

            case AskAnswer.Unavailable unavailable:
                gate.Failed(unavailable.RetryAfter);
                return new SendResult.Later(row.MessageId, now + (unavailable.RetryAfter ?? options.FirstRetryDelay));

            default:
                throw new InvalidOperationException("The vendor's client gave an answer that the sender does not know.");
        }
    }

    private SendResult RetryOrGiveUp(OutboxRow row, string reason, TimeSpan? retryAfter)
    {
        if (row.Attempts >= options.MaxAttempts)
        {
            return new SendResult.GivenUp(row.MessageId, $"{reason}, {row.Attempts} times");
        }

        var delay = Backoff.Delay(row.Attempts, options.FirstRetryDelay, options.LongestRetryDelay, random);
        return new SendResult.Later(row.MessageId, clock.GetUtcNow() + (retryAfter > delay ? retryAfter.Value : delay));
    }
}
