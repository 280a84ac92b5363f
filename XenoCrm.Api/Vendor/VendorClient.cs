using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Microsoft.Extensions.Options;
using XenoCrm.Api.Webhooks;
using XenoCrm.Data.Campaigns;

namespace XenoCrm.Api.Vendor;

/// <summary>
/// Speaks the vendor's protocol, one try a call. Whether and when to try again is the sender's to decide, because it is
/// kept in the outbox, where a crash cannot lose it.
/// </summary>
internal sealed class VendorClient(HttpClient http, WebhookSignature signature, IOptions<VendorOptions> options, TimeProvider clock)
{
    private const int MaxReasonLength = 200;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { RespectRequiredConstructorParameters = true, RespectNullableAnnotations = true };

    /// <summary>Hands over up to 1,000 messages. The same id again is the same message to the vendor.</summary>
    public async Task<SendAnswer> SendAsync(IReadOnlyList<VendorMessage> messages, CancellationToken cancellationToken)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(new SendRequest(options.Value.CallbackUrl!, messages), Json);
        using var request = Signed(HttpMethod.Post, "vendor/send", body);
        request.Content = new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
        try
        {
            using var response = await http.SendAsync(request, cancellationToken);
            if (response.IsSuccessStatusCode)
            {
                var accepted = await ReadAsync<SendResponse>(response, cancellationToken);
                return new SendAnswer.Accepted(accepted.Accepted.DistinctBy(one => one.Id).ToDictionary(one => one.Id, one => one.VendorMessageId));
            }

            var reason = Describe(response.StatusCode);
            return response.StatusCode is HttpStatusCode.BadRequest or HttpStatusCode.RequestEntityTooLarge or HttpStatusCode.UnprocessableEntity
                ? new SendAnswer.Rejected(await DetailAsync(response, reason, cancellationToken))
                : new SendAnswer.Unavailable(reason, RetryAfter(response));
        }
        catch (Exception e) when (IsTransport(e, cancellationToken))
        {
            return new SendAnswer.Unavailable(Describe(e), null);
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
                return new AskAnswer.Unavailable(Describe(response.StatusCode), RetryAfter(response));
            }

            var message = await ReadAsync<MessageResponse>(response, cancellationToken);
            return Enum.TryParse<DeliveryStatus>(message.Status, ignoreCase: true, out var status)
                ? new AskAnswer.Known(message.VendorMessageId, status, Cut(message.Reason))
                : new AskAnswer.Unavailable($"the vendor named a status that is none: {Cut(message.Status)}", null);
        }
        catch (Exception e) when (IsTransport(e, cancellationToken))
        {
            return new AskAnswer.Unavailable(Describe(e), null);
        }
    }

    private HttpRequestMessage Signed(HttpMethod method, string path, ReadOnlySpan<byte> body)
    {
        var request = new HttpRequestMessage(method, path);
        signature.Sign(request.Headers, Guid.CreateVersion7(clock.GetUtcNow()).ToString(), body);
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
        _ => "the vendor cannot be reached",
    };

    private static async Task<string> DetailAsync(HttpResponseMessage response, string otherwise, CancellationToken cancellationToken)
    {
        try
        {
            var problem = await ReadAsync<ProblemResponse>(response, cancellationToken);
            return Cut(problem.Detail ?? problem.Title) is { } detail ? $"{otherwise}: {detail}" : otherwise;
        }
        catch (Exception e) when (IsTransport(e, cancellationToken))
        {
            return otherwise;
        }
    }

    private TimeSpan? RetryAfter(HttpResponseMessage response) => response.Headers.RetryAfter switch
    {
        { Delta: { } delta } => delta,
        { Date: { } date } when date > clock.GetUtcNow() => date - clock.GetUtcNow(),
        _ => null,
    };

    private static string? Cut(string? text)
    {
        var kept = text is null ? null : VendorText.WithoutAddresses(text);
        return kept is { Length: > MaxReasonLength } ? kept[..MaxReasonLength] : kept;
    }

    private sealed record SendRequest(Uri CallbackUrl, IReadOnlyList<VendorMessage> Messages);

    private sealed record SendResponse(IReadOnlyList<AcceptedMessage> Accepted);

    private sealed record AcceptedMessage(string Id, string VendorMessageId);

    private sealed record MessageResponse(string VendorMessageId, string Status, string? Reason = null);

    private sealed record ProblemResponse(string? Title = null, string? Detail = null);
}
