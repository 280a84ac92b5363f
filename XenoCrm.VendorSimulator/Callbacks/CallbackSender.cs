using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using Microsoft.Extensions.Options;
using XenoCrm.ServiceDefaults;
using XenoCrm.VendorSimulator.Faults;
using XenoCrm.VendorSimulator.Http;
using XenoCrm.VendorSimulator.Receipts;
using XenoCrm.VendorSimulator.Storage;

namespace XenoCrm.VendorSimulator.Callbacks;

/// <summary>What came of one attempt.</summary>
/// <param name="Taken">The receiver answered 2xx.</param>
/// <param name="Answer">Its status, or how it could not be reached.</param>
/// <param name="RetryAfter">What it asked for.</param>
internal sealed record Attempt(bool Taken, string Answer, TimeSpan? RetryAfter = null);

/// <summary>Posts a callback, signed, as a part of the trace that its first message was sent in.</summary>
internal sealed class CallbackSender(
    HttpClient http,
    VendorDatabase database,
    WebhookSignature signature,
    FaultSwitches faults,
    VendorMetrics metrics,
    IOptions<VendorOptions> options,
    TimeProvider time)
{
    public async Task<Attempt> SendAsync(Callback callback, CancellationToken cancellationToken)
    {
        using var activity = Begin(callback);
        var id = string.Create(CultureInfo.InvariantCulture, $"cb_{database.Epoch}_{callback.Id:x}");
        var genuine = new Posting(id, callback.Body, signature);
        foreach (var forged in faults.ForgedFor(callback, genuine))
        {
            await PostAsync(callback, forged, cancellationToken);
            metrics.Forged();
        }

        var attempt = await PostAsync(callback, genuine, cancellationToken);
        if (!attempt.Taken)
        {
            activity?.SetStatus(ActivityStatusCode.Error, attempt.Answer);
        }

        return attempt;
    }

    // The first message's send is the parent; batches of the same trace that travel with it are linked.
    private static Activity? Begin(Callback callback)
    {
        ActivityContext.TryParse(callback.Traceparent, null, isRemote: true, out var parent);
        var links = callback.Links.Select(link => new ActivityLink(ActivityContext.Parse(link, null)));
        var activity = VendorMetrics.Source.StartActivity(ActivityKind.Producer, parent, links: links, name: "vendor callback");
        return activity?.SetTag("vendor.receipts", callback.Receipts).SetTag("vendor.attempt", callback.Attempts + 1);
    }

    private async Task<Attempt> PostAsync(Callback callback, Posting posting, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(options.Value.CallbackTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            using var request = Request(callback, posting);
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
            var retryAfter = RetryAfter.Read(response.Headers.RetryAfter, time);
            return new Attempt(response.IsSuccessStatusCode, response.StatusCode.ToString("D"), retryAfter);
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested)
        {
            return new Attempt(false, "Timeout");
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // Whatever is wrong with somebody's URL, it is theirs alone: the loop goes on.
            return new Attempt(false, e is HttpRequestException { HttpRequestError: var error } ? error.ToString() : e.GetType().Name);
        }
    }

    private HttpRequestMessage Request(Callback callback, Posting posting)
    {
        var timestamp = time.GetUtcNow().ToUnixTimeSeconds();
        var request = new HttpRequestMessage(HttpMethod.Post, callback.Url) { Content = new ByteArrayContent(posting.Body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.TryAddWithoutValidation(WebhookSignature.IdHeader, posting.Id);
        request.Headers.TryAddWithoutValidation(WebhookSignature.TimestampHeader, timestamp.ToString(CultureInfo.InvariantCulture));
        request.Headers.TryAddWithoutValidation(
            WebhookSignature.SignatureHeader, posting.Signature.Sign(posting.Id, timestamp, posting.Body));

        // Where nobody records, no activity carries the trace on: the header does.
        if (Activity.Current is null && callback.Traceparent is { } traceparent)
        {
            request.Headers.TryAddWithoutValidation("traceparent", traceparent);
        }

        return request;
    }
}
