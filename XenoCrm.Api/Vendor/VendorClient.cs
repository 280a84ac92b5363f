using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Microsoft.Extensions.Options;
using XenoCrm.Api.Webhooks;
using XenoCrm.Core.Campaigns;
using XenoCrm.ServiceDefaults;

namespace XenoCrm.Api.Vendor;

/// <summary>
/// Speaks the vendor's protocol, one try a call. Whether and when to try again is the sender's to decide, because it is
/// kept in the outbox, where a crash cannot lose it.
/// </summary>
internal sealed class VendorClient(HttpClient http, WebhookSignature signature, IOptions<VendorOptions> options, TimeProvider time)
{
    private const int MaxReasonLength = 200;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        RespectRequiredConstructorParameters = true,
        RespectNullableAnnotations = true,
    };

    /// <summary>Hands over up to 1,000 messages. The same id again is the same message to the vendor.</summary>
    public Task<SendAnswer> SendAsync(IReadOnlyList<VendorMessage> messages, CancellationToken cancellationToken) =>
        SendAsync(messages, options.Value.CallbackUrl!, cancellationToken);

    /// <summary>The same with messages of no campaign, whose receipts come to a place of their own and count nowhere.</summary>
    public Task<SendAnswer> SendTestAsync(IReadOnlyList<VendorMessage> messages, CancellationToken cancellationToken)
    {
        var callback = new UriBuilder(options.Value.CallbackUrl!);
        callback.Path = callback.Path.TrimEnd('/') + "/test";
        return SendAsync(messages, callback.Uri, cancellationToken);
    }

    private async Task<SendAnswer> SendAsync(IReadOnlyList<VendorMessage> messages, Uri callback, CancellationToken cancellationToken)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(new SendRequest(callback, messages), Json);
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

            // 503 is the one 5xx that a vendor gives of itself before it takes anything; others may come from something in between.
            var maybeHanded = (int)response.StatusCode >= 500 && response.StatusCode != HttpStatusCode.ServiceUnavailable;
            var retryAfter = RetryAfter.Read(response.Headers.RetryAfter, time);
            return new SendAnswer.Unavailable(Describe(response.StatusCode), retryAfter, maybeHanded);
        }
        catch (Exception e) when (IsTransport(e, cancellationToken))
        {
            return new SendAnswer.Unavailable(Describe(e), null, MaybeHanded: !IsBeforeSending(e));
        }
    }

    /// <summary>Asks what became of a message, by our id.</summary>
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
                "FAILED" => new AskAnswer.Known(message.VendorMessageId, DeliveryStatus.Failed, Cut(message.Reason)),
                _ => new AskAnswer.Unavailable($"the vendor named a status that is none: {Cut(message.Status)}", null),
            };
        }
        catch (Exception e) when (IsTransport(e, cancellationToken))
        {
            return new AskAnswer.Unavailable(Describe(e), null);
        }
    }

    private HttpRequestMessage Signed(HttpMethod method, string path, ReadOnlySpan<byte> body)
    {
        var request = new HttpRequestMessage(method, path);
        signature.Sign(request.Headers, Guid.CreateVersion7(time.GetUtcNow()).ToString(), body);
        return request;
    }

    private static async Task<T> ReadAsync<T>(HttpResponseMessage response, CancellationToken cancellationToken) =>
        await response.Content.ReadFromJsonAsync<T>(Json, cancellationToken) ?? throw new JsonException("The answer is null.");

    // A time-out is a cancellation that is not ours; JSON that does not parse is a vendor gone mad.
    private static bool IsTransport(Exception e, CancellationToken cancellationToken) =>
        e is HttpRequestException or JsonException or IOException or NotSupportedException
        || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested);

    private static string Describe(HttpStatusCode status) => $"the vendor answered {(int)status}";

    private static string Describe(Exception e) => e switch
    {
        OperationCanceledException => "the vendor did not answer in time",
        JsonException or NotSupportedException => "the vendor's answer is not the JSON that it should be",
        HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError } => "the vendor's host name is not known",
        HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } =>
            "no secure connection to the vendor came about",
        HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.ProxyTunnelError } =>
            "the vendor cannot be reached",
        _ => "the connection to the vendor broke off",
    };

    private static bool IsBeforeSending(Exception e) => e is HttpRequestException
    {
        HttpRequestError: HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError
            or HttpRequestError.SecureConnectionError or HttpRequestError.ProxyTunnelError
    };

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
            return (Cut(detail), isOurs);
        }
        catch (Exception e) when (IsTransport(e, cancellationToken))
        {
            return (null, false);
        }
    }

    private static string? Cut(string? text)
    {
        var kept = text is null ? null : VendorText.WithoutAddresses(text);
        return kept is { Length: > MaxReasonLength } ? kept[..MaxReasonLength] : kept;
    }

    private sealed record SendRequest(Uri CallbackUrl, IReadOnlyList<VendorMessage> Messages);

    private sealed record SendResponse(IReadOnlyList<AcceptedMessage> Accepted);

    private sealed record AcceptedMessage(string Id, string VendorMessageId);

    private sealed record MessageResponse(string VendorMessageId, string Status, string? Reason = null);

    private sealed record ProblemResponse(string? Title = null, string? Detail = null, Dictionary<string, string[]>? Errors = null);
}
