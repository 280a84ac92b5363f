using System.Collections.Concurrent;
using System.Net;
using XenoCrm.Core.Campaigns;
using XenoCrm.ServiceDefaults;

namespace XenoCrm.Api.Vendor.Http;

/// <summary>Any vendor with an HTTP API, by configuration: a request a message, several at once, or a request a batch.</summary>
/// <param name="http">With the time-out, and without redirects.</param>
/// <param name="options">Right, as <see cref="HttpVendorCheck"/> says.</param>
/// <param name="path">Where they lie, for people: <c>Vendors:Phone:Http</c>.</param>
/// <param name="subject">Instead of the campaign's name.</param>
/// <param name="time">The clock.</param>
internal sealed class HttpVendor(HttpClient http, HttpVendorOptions options, string path, string? subject, TimeProvider time) : IVendor
{
    private readonly RequestTemplate template = new(options, subject);
    private readonly HttpAnswerReader answers = new(options, path);
    private readonly ReceiptProof proof = new(options.Receipts, path + ":Receipts");
    private readonly HttpReceiptReader receipts = new(options.Receipts);

    public string Place => options.Url!.Authority;

    public int BatchSize => options.BatchSize;

    public bool TakesIdsOnce => options.TakesIdsOnce;

    public TimeSpan? SettleAfter => options.SettleAfter ?? (options.Receipts.IsSet ? TimeSpan.FromDays(3) : TimeSpan.Zero);

    public Task<SendAnswer> SendAsync(VendorBatch batch, CancellationToken cancellationToken) =>
        options.Item is null ? SendSinglyAsync(batch, cancellationToken) : SendAsync(batch.Messages, cancellationToken);

    public Task<AskAnswer> AskAsync(MessageId id, CancellationToken cancellationToken) =>
        Task.FromResult<AskAnswer>(new AskAnswer.CannotTell());

    public async Task<SendAnswer.Unavailable?> ProbeAsync(CancellationToken cancellationToken)
    {
        try
        {
            using var request = template.Probe();
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);

            // It need not know HEAD. That it says anything else than that it is away is enough.
            return response.StatusCode is HttpStatusCode.TooManyRequests || (int)response.StatusCode is >= 500 and not 501
                ? Away(response, maybeHanded: false)
                : null;
        }
        catch (Exception e) when (VendorFault.IsTransport(e, cancellationToken))
        {
            return new SendAnswer.Unavailable(VendorFault.Describe(e), null, MaybeHanded: false);
        }
    }

    public string? Refusal(IHeaderDictionary headers, ReadOnlySpan<byte> body) => proof.Refusal(headers, body);

    public ReceiptReading Read(ReadOnlySpan<byte> body) => receipts.Read(body);

    private async Task<SendAnswer> SendSinglyAsync(VendorBatch batch, CancellationToken cancellationToken)
    {
        var made = new ConcurrentDictionary<string, MessageAnswer>();
        var (away, isBroken) = ((SendAnswer.Unavailable?)null, false);
        await Parallel.ForEachAsync(
            batch.Messages,
            new ParallelOptions { MaxDegreeOfParallelism = options.Concurrency, CancellationToken = CancellationToken.None },
            async (message, _) =>
            {
                if (Volatile.Read(ref away) is not null || cancellationToken.IsCancellationRequested || time.GetUtcNow() >= batch.BeginBy)
                {
                    return;
                }

                switch (await SendAsync([message], cancellationToken))
                {
                    case SendAnswer.OneByOne each:
                        made[message.Id] = each.Answers[message.Id];
                        break;
                    case SendAnswer.Rejected rejected:
                        made[message.Id] = new MessageAnswer.Refused(rejected.Reason);
                        break;
                    case SendAnswer.Unavailable fault:
                        if (fault.MaybeHanded)
                        {
                            made[message.Id] = new MessageAnswer.Lost(fault.Reason);
                        }
                        else
                        {
                            isBroken = true;
                        }

                        Volatile.Write(ref away, fault);
                        break;
                }
            });

        // One that has just taken another message is there: what went wrong is this message's.
        var isThere = !isBroken && made.Values.Any(answer => answer is MessageAnswer.Accepted);
        return new SendAnswer.OneByOne(made, isThere ? null : away);
    }

    private async Task<SendAnswer> SendAsync(IReadOnlyList<VendorMessage> messages, CancellationToken cancellationToken)
    {
        try
        {
            using var request = template.Of(messages);
            using var response = await http.SendAsync(request, cancellationToken);
            if (response.IsSuccessStatusCode)
            {
                return answers.Read(messages, await response.Content.ReadAsByteArrayAsync(cancellationToken));
            }

            if (answers.IsRefusal(response.StatusCode))
            {
                return new SendAnswer.Rejected(
                    answers.Refusal(response.StatusCode, await response.Content.ReadAsByteArrayAsync(cancellationToken)));
            }

            return Away(response, VendorFault.IsMaybeHanded(response.StatusCode));
        }
        catch (Exception e) when (VendorFault.IsTransport(e, cancellationToken))
        {
            return new SendAnswer.Unavailable(VendorFault.Describe(e), null, MaybeHanded: !VendorFault.IsBeforeSending(e));
        }
        catch (OperationCanceledException)
        {
            // We stop, and what has come of the others is still to be noted.
            return new SendAnswer.Unavailable("the program stopped meanwhile", null, MaybeHanded: true);
        }
    }

    private SendAnswer.Unavailable Away(HttpResponseMessage response, bool maybeHanded) => new(
        VendorFault.Describe(response.StatusCode), RetryAfter.Read(response.Headers.RetryAfter, time), maybeHanded);
}
