using System.Net.Http.Headers;
using System.Text;
using XenoCrm.Api.Webhooks;
using XenoCrm.Tests.Support;

namespace XenoCrm.Tests.Receipts;

/// <summary>Calls the receipt endpoint as the vendor does.</summary>
internal sealed class VendorCallback(ApiServer api)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <param name="body">Signed as it is.</param>
    /// <param name="change">Changes the request after it was signed.</param>
    public async Task<HttpResponseMessage> PostAsync(string body, Action<HttpRequestMessage>? change = null)
    {
        var bytes = Encoding.UTF8.GetBytes(body);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/vendor/receipt") { Content = new ByteArrayContent(bytes) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        api.Services.GetRequiredService<WebhookSignature>().Sign(request.Headers, "msg-1", bytes);
        change?.Invoke(request);
        using var client = api.Anonymous();
        return await client.SendAsync(request, Cancellation);
    }
}
