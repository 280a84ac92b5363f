using Microsoft.Extensions.Options;
using XenoCrm.Api.Campaigns.Messages;
using XenoCrm.Api.Vendor;
using XenoCrm.Core.Account;
using XenoCrm.Core.Campaigns;
using XenoCrm.Core.Receipts;
using XenoCrm.ServiceDefaults;

namespace XenoCrm.Api.Campaigns;

/// <summary>Takes a batch of leased rows to the vendor and decides, row by row, what came of it.</summary>
internal sealed class BatchSender(
    VendorClient vendor,
    VendorGate gate,
    IReceiptStore receipts,
    IContactStore contacts,
    AccountSettings account,
    UnsubscribeLinks links,
    CampaignTelemetry telemetry,
    TimeProvider time,
    Random random,
    IOptions<CampaignOptions> options)
{
    private const int AskConcurrency = 8;

    private readonly CampaignOptions options = options.Value;
    private readonly Backoff retries = new(options.Value.FirstRetryDelay, options.Value.LongestRetryDelay);

    public async Task<IReadOnlyList<SendResult>> DeliverAsync(
        OpenCampaign campaign, IReadOnlyList<OutboxRow> rows, CancellationToken cancellationToken)
    {
        // What must not be sent is done with, but for what the vendor may have: of that only its fate is asked for.
        var results = new List<SendResult>(rows.Count);
        var (send, ask) = (new List<OutboxRow>(rows.Count), new List<(OutboxRow Row, string? SkipReason)>());
        foreach (var row in rows)
        {
            var reason = campaign.Status == CampaignStatus.Cancelled ? SkipReason.Cancelled : row.SkipReason;
            if (row.VendorMessageId is not null || (reason is not null && row.MaybeHanded))
            {
                ask.Add((row, reason));
            }
            else if (reason is not null)
            {
                results.Add(new SendResult.Skipped(row.MessageId, reason));
            }
            else
            {
                send.Add(row);
            }
        }

        if (send.Count > 0 && !campaign.IsTransactional && account.Current.FrequencyCaps is { Count: > 0 } caps)
        {
            var held = await contacts.LeaveAsync(
                [.. send.Select(row => new Contact(row.MessageId, row.CustomerId, row.MaybeHanded))], caps, time.GetUtcNow(),
                cancellationToken);
            results.AddRange(held.Select(id => new SendResult.Skipped(id, SkipReason.Capped)));
            send.RemoveAll(row => held.Contains(row.MessageId));
        }

        using var activity = telemetry.StartSend(campaign.Id, send.Count);
        if (send.Count > 0)
        {
            await SendAsync(send, results, cancellationToken);
        }

        if (ask.Count > 0)
        {
            results.AddRange(await AskAsync(ask, cancellationToken));
        }

        telemetry.Count("accepted", results.Count(result => result is SendResult.Accepted));
        telemetry.Count("retried", results.Count(result => result is SendResult.Later));
        telemetry.Count("waiting", results.Count(result => result is SendResult.Waits));
        telemetry.Count("skipped", results.Count(result => result is SendResult.Skipped));
        telemetry.Count("given_up", results.Count(result => result is SendResult.GivenUp));
        return results;
    }

    /// <summary>Asks the vendor for a message that is not there, to see whether it is back when there is nothing to send.</summary>
    public async Task ProbeAsync(CancellationToken cancellationToken)
    {
        if (await vendor.AskAsync(new MessageId("probe", 1), cancellationToken) is AskAnswer.Unavailable unavailable)
        {
            gate.Failed(unavailable.Reason, unavailable.RetryAfter, sending: false);
        }
        else
        {
            gate.Succeeded(sending: true);
        }
    }

    private async Task SendAsync(IReadOnlyList<OutboxRow> rows, List<SendResult> results, CancellationToken cancellationToken)
    {
        if (gate.Remaining > TimeSpan.Zero)
        {
            // Another batch, or the other half of this one, has just found the vendor away.
            results.AddRange(rows.Select(row => new SendResult.Waits(row.MessageId, time.GetUtcNow(), MaybeHanded: false)));
            return;
        }

        var started = time.GetTimestamp();
        var messages = rows.Select(Message).ToList();
        var answer = await vendor.SendAsync(messages, cancellationToken);
        telemetry.Sent(rows.Count, time.GetElapsedTime(started));
        switch (answer)
        {
            case SendAnswer.Accepted accepted:
                gate.Succeeded(sending: true);
                var askAt = time.GetUtcNow() + options.ReceiptTimeout;
                results.AddRange(rows.Select(row => accepted.VendorMessageIds.TryGetValue(row.MessageId.ToString(), out var id)
                    ? new SendResult.Accepted(row.MessageId, id, askAt)
                    : RetryOrGiveUp(row, "the vendor passed the message over")));
                break;

            case SendAnswer.Rejected rejected when rows.Count == 1:
                gate.Succeeded(sending: true);
                results.Add(new SendResult.GivenUp(rows[0].MessageId, rejected.Reason));
                break;

            case SendAnswer.Rejected:
                // One message may have spoilt the batch: halve it until the culprit stands alone.
                gate.Succeeded(sending: true);
                var half = rows.Count / 2;
                await SendAsync([.. rows.Take(half)], results, cancellationToken);
                await SendAsync([.. rows.Skip(half)], results, cancellationToken);
                break;

            case SendAnswer.Unavailable away:
                gate.Failed(away.Reason, away.RetryAfter, sending: true);
                results.AddRange(rows.Select(row => new SendResult.Waits(row.MessageId, time.GetUtcNow(), away.MaybeHanded)));
                break;
        }
    }

    private VendorMessage Message(OutboxRow row) =>
        new(row.MessageId.ToString(), row.Recipient, row.Message) { Headers = Headers(row) };

    // RFC 8058: with these a mail program shows a button of its own. It asks for an address with TLS.
    private Dictionary<string, string>? Headers(OutboxRow row) =>
        links.AreSecure && row.Recipient.Contains('@', StringComparison.Ordinal) && links.FindIn(row.Message) is { } link
            ? new() { ["List-Unsubscribe"] = $"<{link}>", ["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click" }
            : null;

    private async Task<SendResult[]> AskAsync(List<(OutboxRow Row, string? SkipReason)> rows, CancellationToken cancellationToken)
    {
        var results = new SendResult[rows.Count];
        await Parallel.ForAsync(
            0,
            rows.Count,
            new ParallelOptions { MaxDegreeOfParallelism = AskConcurrency, CancellationToken = cancellationToken },
            async (i, token) => results[i] = await AskAsync(rows[i].Row, rows[i].SkipReason, token));
        return results;
    }

    private async Task<SendResult> AskAsync(OutboxRow row, string? skipReason, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (gate.Remaining > TimeSpan.Zero)
        {
            return new SendResult.Waits(row.MessageId, now, MaybeHanded: false);
        }

        var answer = await vendor.AskAsync(row.MessageId, cancellationToken);
        if (answer is not AskAnswer.Unavailable)
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
                var receipt = new Receipt(row.MessageId.ToString(), known.VendorMessageId, known.Status, known.Reason, now);
                await receipts.ApplyAsync([receipt], cancellationToken);
                return new SendResult.Accepted(row.MessageId, known.VendorMessageId, now + options.ReceiptTimeout);

            case AskAnswer.Unknown when skipReason is not null:
                return new SendResult.Skipped(row.MessageId, skipReason);

            case AskAnswer.Unknown:
                return new SendResult.Later(row.MessageId, now, Unknown: true);

            case AskAnswer.Unavailable unavailable:
                gate.Failed(unavailable.Reason, unavailable.RetryAfter, sending: false);
                return new SendResult.Waits(row.MessageId, now, MaybeHanded: false);

            default:
                throw new InvalidOperationException("The vendor's client gave an answer that the sender does not know.");
        }
    }

    private SendResult RetryOrGiveUp(OutboxRow row, string reason) => row.Attempts >= options.MaxAttempts
        ? new SendResult.GivenUp(row.MessageId, row.Attempts == 1 ? reason : $"{reason}, {row.Attempts} times")
        : new SendResult.Later(row.MessageId, time.GetUtcNow() + retries.After(row.Attempts, random.NextDouble()));
}
