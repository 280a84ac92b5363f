using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Microsoft.Extensions.Options;
using XenoCrm.Api.Webhooks;
using XenoCrm.Core.Campaigns;
using XenoCrm.ServiceDefaults;
using static XenoCrm.Api.Vendor.VendorFault;

namespace XenoCrm.Api.Vendor;

/// <summary>
/// Speaks the vendor's protocol, one try a call. Whether and when to try again is the sender's to decide, because it is
/// kept in the outbox, where a crash cannot lose it.
/// </summary>
internal sealed class VendorClient(HttpClient http, WebhookSignature signature, IOptions<VendorOptions> options, TimeProvider time)
    : IVendor
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        RespectRequiredConstructorParameters = true,
        RespectNullableAnnotations = true,
    };

    public string Place => options.Value.BaseAddress!.Authority;

    public int BatchSize => 1_000;

    public bool TakesIdsOnce => true;

    public TimeSpan? SettleAfter => null;

    /// <summary>Receipts of tests come to a place of their own.</summary>
    public async Task<SendAnswer> SendAsync(VendorBatch batch, CancellationToken cancellationToken)
    {
        var callback = batch.IsTest ? TestCallback() : options.Value.CallbackUrl!;
        var body = JsonSerializer.SerializeToUtf8Bytes(new SendRequest(callback, batch.Messages), Json);
        using var request = Signed(HttpMethod.Post, "vendor/send", body);
        request.Content = new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
        try
        {
            using var response = await http.SendAsync(request, cancellationToken);
            if (response.IsSuccessStatusCode)
            {
                var accepted = await ReadAsync<SendResponse>(response, cancellationToken);
                return new SendAnswer.Accepted(
                    accepted.Accepted.DistinctBy(one => one.Id).ToDictionary(one => one.Id, one => one.VendorMessageId));
            }

            if (response.StatusCode
                is HttpStatusCode.BadRequest or HttpStatusCode.RequestEntityTooLarge or HttpStatusCode.UnprocessableEntity)
            {
                var (detail, isOurs) = await ReadRefusalAsync(response, cancellationToken);
                var refusal = detail is null ? Describe(response.StatusCode) : $"{Describe(response.StatusCode)}: {detail}";
                return isOurs ? new SendAnswer.Unavailable(refusal, null, MaybeHanded: false) : new SendAnswer.Rejected(refusal);
            }

            var retryAfter = RetryAfter.Read(response.Headers.RetryAfter, time);
            return new SendAnswer.Unavailable(Describe(response.StatusCode), retryAfter, IsMaybeHanded(response.StatusCode));
        }
        catch (Exception e) when (IsTransport(e, cancellationToken))
        {
            return new SendAnswer.Unavailable(Describe(e), null, MaybeHanded: !IsBeforeSending(e));
        }
    }

    public async Task<AskAnswer> AskAsync(MessageId id, CancellationToken cancellationToken)
    {
        try
        {
            using var request = Signed(HttpMethod.Get, $"vendor/messages/{Uri.EscapeDataString(id.ToString())}", []);
            using var response = await http.SendAsync(request, cancellationToken);
            if (response.StatusCode == HttpStatusCode.NotFound)
            {
                return new AskAnswer.Unknown();
            }

            if (!response.IsSuccessStatusCode)
            {
                return new AskAnswer.Unavailable(Describe(response.StatusCode), RetryAfter.Read(response.Headers.RetryAfter, time));
            }

            var message = await ReadAsync<MessageResponse>(response, cancellationToken);
            return message.Status.ToUpperInvariant() switch
            {
                "PENDING" => new AskAnswer.Known(message.VendorMessageId, DeliveryStatus.Pending, null),
                "SENT" => new AskAnswer.Known(message.VendorMessageId, DeliveryStatus.Sent, null),
                "FAILED" => new AskAnswer.Known(message.VendorMessageId, DeliveryStatus.Failed, Words(message.Reason)),
                _ => new AskAnswer.Unavailable($"the vendor named a status that is none: {Words(message.Status)}", null),
            };
        }
        catch (Exception e) when (IsTransport(e, cancellationToken))
        {
            return new AskAnswer.Unavailable(Describe(e), null);
        }
    }

    /// <summary>Asks for a message that is not there.</summary>
    public async Task<SendAnswer.Unavailable?> ProbeAsync(CancellationToken cancellationToken) =>
        await AskAsync(new MessageId("probe", 1), cancellationToken) is AskAnswer.Unavailable away
            ? new SendAnswer.Unavailable(away.Reason, away.RetryAfter, MaybeHanded: false)
            : null;

    public string? Refusal(IHeaderDictionary headers, ReadOnlySpan<byte> body) => signature.Refusal(headers, body);

    public ReceiptReading Read(ReadOnlySpan<byte> body) => ReceiptReader.Read(body);

    private Uri TestCallback()
    {
        var callback = new UriBuilder(options.Value.CallbackUrl!);
        callback.Path = callback.Path.TrimEnd('/') + "/test";
        return callback.Uri;
    }

    private HttpRequestMessage Signed(HttpMethod method, string path, ReadOnlySpan<byte> body)
    {
        var request = new HttpRequestMessage(method, path);
        signature.Sign(request.Headers, Guid.CreateVersion7(time.GetUtcNow()).ToString(), body);
        return request;
    }

    private static async Task<T> ReadAsync<T>(HttpResponseMessage response, CancellationToken cancellationToken) =>
        await response.Content.ReadFromJsonAsync<T>(Json, cancellationToken) ?? throw new JsonException("The answer is null.");

    /// <summary>What the vendor says, and whether it is of our address for receipts, for which no message can help.</summary>
    private static async Task<(string? Detail, bool IsOurs)> ReadRefusalAsync(
        HttpResponseMessage response, CancellationToken cancellationToken)
    {
        try
        {
            var problem = await ReadAsync<ProblemResponse>(response, cancellationToken);
            var detail = problem.Errors?.Values.SelectMany(messages => messages).FirstOrDefault() ?? problem.Detail ?? problem.Title;
            var isOurs = problem.Errors is { Count: > 0 } errors
                && errors.Keys.All(field => field.Equals("callbackUrl", StringComparison.OrdinalIgnoreCase));
            return (Words(detail), isOurs);
        }
        catch (Exception e) when (IsTransport(e, cancellationToken))
        {
            return (null, false);
        }
    }

    private sealed record SendRequest(Uri CallbackUrl, IReadOnlyList<VendorMessage> Messages);

    private sealed record SendResponse(IReadOnlyList<AcceptedMessage> Accepted);

    private sealed record AcceptedMessage(string Id, string VendorMessageId);

    private sealed record MessageResponse(string VendorMessageId, string Status, string? Reason = null);

    private sealed record ProblemResponse(string? Title = null, string? Detail = null, Dictionary<string, string[]>? Errors = null);
}
