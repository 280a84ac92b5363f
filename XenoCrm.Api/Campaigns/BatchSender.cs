using Microsoft.Extensions.Options;
using XenoCrm.Api.Campaigns.Messages;
using XenoCrm.Api.Vendor;
using XenoCrm.Core.Account;
using XenoCrm.Core.Campaigns;
using XenoCrm.Core.Customers;
using XenoCrm.ServiceDefaults;

namespace XenoCrm.Api.Campaigns;

/// <summary>Takes a batch of leased rows to the vendor and decides, row by row, what came of it.</summary>
internal sealed class BatchSender(
    Vendors vendors,
    CampaignNames names,
    MessageFates fates,
    IContactStore contacts,
    AccountSettings account,
    UnsubscribeLinks links,
    CampaignTelemetry telemetry,
    TimeProvider time,
    Random random,
    IOptions<CampaignOptions> options)
{
    private readonly CampaignOptions options = options.Value;
    private readonly Backoff retries = new(options.Value.FirstRetryDelay, options.Value.LongestRetryDelay);

    public async Task<IReadOnlyList<SendResult>> DeliverAsync(
        OpenCampaign campaign, IReadOnlyList<OutboxRow> rows, CancellationToken cancellationToken)
    {
        // Half a lease is left to what is under way.
        var beginBy = time.GetUtcNow() + (options.Lease / 2);

        // What must not be sent is done with, but for what the vendor may have: of that only its fate is asked for.
        var results = new List<SendResult>(rows.Count);
        var (send, ask) = (new List<OutboxRow>(rows.Count), new List<(OutboxRow Row, string? SkipReason)>());
        foreach (var row in rows)
        {
            var reason = campaign.Status == CampaignStatus.Cancelled ? SkipReason.Cancelled : row.SkipReason;
            var isAgain = row.MaybeHanded && (reason is not null || !vendors.For(row.Recipient).Vendor.TakesIdsOnce);
            if (row.VendorMessageId is not null || isAgain)
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
            foreach (var row in send.Where(row => held.Contains(row.MessageId)))
            {
                if (row.MaybeHanded)
                {
                    // Its sender died before it wrote down that it leaves, or there were no caps then.
                    ask.Add((row, SkipReason.Capped));
                }
                else
                {
                    results.Add(new SendResult.Skipped(row.MessageId, SkipReason.Capped));
                }
            }

            send.RemoveAll(row => held.Contains(row.MessageId));
        }

        using var activity = telemetry.StartSend(campaign.Id, send.Count);
        if (send.Count > 0)
        {
            // Both at once: neither waits for the other.
            var subject = await names.OfAsync(campaign.Id, cancellationToken);
            var lots = send.GroupBy(row => vendors.For(row.Recipient))
                .Select(rows => new Lot(rows.Key, campaign.Id, subject, beginBy) { Rows = [.. rows] })
                .ToList();
            await Task.WhenAll(lots.Select(lot => SendAsync(lot, lot.Rows, cancellationToken)));
            results.AddRange(lots.SelectMany(lot => lot.Results));
        }

        if (ask.Count > 0)
        {
            results.AddRange(await fates.AskAsync(ask, cancellationToken));
        }

        telemetry.Count("accepted", results.Count(result => result is SendResult.Accepted));
        telemetry.Count("retried", results.Count(result => result is SendResult.Later));
        telemetry.Count("waiting", results.Count(result => result is SendResult.Waits));
        telemetry.Count("skipped", results.Count(result => result is SendResult.Skipped));
        telemetry.Count("given_up", results.Count(result => result is SendResult.GivenUp));
        return results;
    }

    private async Task SendAsync(Lot lot, IReadOnlyList<OutboxRow> rows, CancellationToken cancellationToken)
    {
        var (gate, results) = (lot.Line.Gate, lot.Results);
        if (gate.Remaining is var pause && pause > TimeSpan.Zero)
        {
            // Another batch, or the other half of this one, has just found the vendor away.
            gate.Hold(lot.CampaignId);
            results.AddRange(rows.Select(row => new SendResult.Waits(row.MessageId, time.GetUtcNow() + pause, MaybeHanded: false)));
            return;
        }

        var started = time.GetTimestamp();
        var batch = new VendorBatch([.. rows.Select(row => Message(row, lot.Subject))], lot.BeginBy);
        var answer = await lot.Line.Vendor.SendAsync(batch, cancellationToken);
        telemetry.Sent(rows.Count, time.GetElapsedTime(started));
        if (answer is SendAnswer.Unavailable or SendAnswer.OneByOne { Away: not null })
        {
            var away = answer as SendAnswer.Unavailable ?? ((SendAnswer.OneByOne)answer).Away!;
            gate.Failed(away.Reason, away.RetryAfter, sending: true);
            gate.Hold(lot.CampaignId);
        }
        else
        {
            gate.Succeeded(sending: true);
        }

        // The same for all of them: what a store keeps for a block of rows it keeps once.
        var now = time.GetUtcNow();
        var askAt = now + (lot.Line.Vendor.SettleAfter ?? options.ReceiptTimeout);
        switch (answer)
        {
            case SendAnswer.Accepted accepted:
                results.AddRange(rows.Select(row => accepted.VendorMessageIds.TryGetValue(row.MessageId.ToString(), out var id)
                    ? new SendResult.Accepted(row.MessageId, id, askAt)
                    : RetryOrGiveUp(row, "the vendor passed the message over")));
                break;

            case SendAnswer.OneByOne each:
                results.AddRange(rows.Select(row => Result(row, each, lot.Line.Vendor.TakesIdsOnce, now, askAt)));
                break;

            case SendAnswer.Rejected rejected when rows.Count == 1:
                results.Add(new SendResult.GivenUp(rows[0].MessageId, rejected.Reason));
                break;

            case SendAnswer.Rejected:
                // One message may have spoilt the batch: halve it until the culprit stands alone.
                var half = rows.Count / 2;
                await SendAsync(lot, [.. rows.Take(half)], cancellationToken);
                await SendAsync(lot, [.. rows.Skip(half)], cancellationToken);
                break;

            case SendAnswer.Unavailable away:
                results.AddRange(rows.Select(row => new SendResult.Waits(row.MessageId, now, away.MaybeHanded)));
                break;
        }
    }

    private SendResult Result(OutboxRow row, SendAnswer.OneByOne each, bool takesIdsOnce, DateTimeOffset now, DateTimeOffset askAt) =>
        each.Answers.GetValueOrDefault(row.MessageId.ToString()) switch
        {
            MessageAnswer.Accepted accepted => new SendResult.Accepted(row.MessageId, accepted.VendorMessageId, askAt),
            MessageAnswer.Refused refused => new SendResult.GivenUp(row.MessageId, refused.Reason),

            // No try, since a row that was tried may have been handed over, and this one was not.
            MessageAnswer.Later later => now - row.CreatedAt > options.GiveUpAfter
                ? new SendResult.GivenUp(row.MessageId, later.Reason)
                : new SendResult.Waits(row.MessageId, now + later.After, MaybeHanded: false),
            MessageAnswer.Lost lost when !takesIdsOnce => new SendResult.GivenUp(row.MessageId, $"{lost.Reason}; {MessageFates.InDoubt}"),
            MessageAnswer.Lost when each.Away is not null => new SendResult.Waits(row.MessageId, now, MaybeHanded: true),
            MessageAnswer.Lost lost => RetryOrGiveUp(row, lost.Reason),
            _ => new SendResult.Waits(row.MessageId, now, MaybeHanded: false),
        };

    private VendorMessage Message(OutboxRow row, string subject) =>
        new(row.MessageId.ToString(), row.Recipient, row.Message) { Headers = Headers(row), Subject = subject };

    // RFC 8058: with these a mail program shows a button of its own. It asks for an address with TLS.
    private Dictionary<string, string>? Headers(OutboxRow row) =>
        links.AreSecure && AddressKinds.Of(row.Recipient) == AddressKind.Email && links.FindIn(row.Message) is { } link
            ? new() { ["List-Unsubscribe"] = $"<{link}>", ["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click" }
            : null;

    private SendResult RetryOrGiveUp(OutboxRow row, string reason) => row.Attempts >= options.MaxAttempts
        ? new SendResult.GivenUp(row.MessageId, row.Attempts == 1 ? reason : $"{reason}, {row.Attempts} times")
        : new SendResult.Later(row.MessageId, time.GetUtcNow() + retries.After(row.Attempts, random.NextDouble()));

    /// <summary>The rows of a batch that go to one vendor, and what comes of them.</summary>
    private sealed record Lot(VendorLine Line, string CampaignId, string Subject, DateTimeOffset BeginBy)
    {
        public required IReadOnlyList<OutboxRow> Rows { get; init; }

        public List<SendResult> Results { get; } = [];
    }
}
