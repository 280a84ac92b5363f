using Microsoft.Extensions.Options;

namespace XenoCrm.VendorSimulator.Http;

/// <summary>
/// Reads a request's whole body, as the signature is over its bytes, and lets it pass if the signature is right. A request
/// without one passes only where <see cref="VendorOptions.RequireSignature"/> says so; a wrong one never does.
/// </summary>
internal sealed class SignatureMiddleware(
    RequestDelegate next,
    WebhookSignature signature,
    IOptions<VendorOptions> options,
    IHostEnvironment environment,
    TimeProvider time)
{
    private readonly bool required = options.Value.RequireSignature ?? !environment.IsDevelopment();

    public async Task InvokeAsync(HttpContext http)
    {
        using var body = new MemoryStream((int)Math.Min(http.Request.ContentLength ?? 0, HttpConventions.MaxBodyBytes));
        await http.Request.Body.CopyToAsync(body, http.RequestAborted);
        body.Position = 0;
        http.Request.Body = body;

        if (Fault(http.Request.Headers, body) is { } fault)
        {
            await TypedResults.Problem(fault, statusCode: StatusCodes.Status401Unauthorized).ExecuteAsync(http);
            return;
        }

        await next(http);
    }

    private string? Fault(IHeaderDictionary headers, MemoryStream body)
    {
        var id = headers[WebhookSignature.IdHeader].ToString();
        var timestamp = headers[WebhookSignature.TimestampHeader].ToString();
        var signatures = headers[WebhookSignature.SignatureHeader].ToString();
        if (id.Length + timestamp.Length + signatures.Length == 0)
        {
            return required ? "This vendor takes signed requests only (Vendor:RequireSignature)." : null;
        }

        return signature.Fault(id, timestamp, signatures, body.GetBuffer().AsSpan(0, (int)body.Length), time.GetUtcNow());
    }
}
