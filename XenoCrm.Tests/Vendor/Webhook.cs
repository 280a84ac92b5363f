using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;

namespace XenoCrm.Tests.Vendor;

/// <summary>The contract's signature, written down a second time.</summary>
internal static class Webhook
{
    public static string Signature(string secret, string id, string timestamp, byte[] body)
    {
        byte[] content = [.. Encoding.UTF8.GetBytes($"{id}.{timestamp}."), .. body];
        return "v1," + Convert.ToBase64String(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), content));
    }

    public static HttpRequestMessage Signed(HttpMethod method, string path, string body, string secret, DateTimeOffset at)
    {
        var bytes = Encoding.UTF8.GetBytes(body);
        var timestamp = at.ToUnixTimeSeconds().ToString(System.Globalization.CultureInfo.InvariantCulture);
        var request = new HttpRequestMessage(method, path);
        if (method != HttpMethod.Get)
        {
            request.Content = new ByteArrayContent(bytes);
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        }

        request.Headers.Add("webhook-id", "request-1");
        request.Headers.Add("webhook-timestamp", timestamp);
        request.Headers.Add("webhook-signature", Signature(secret, "request-1", timestamp, bytes));
        return request;
    }
}
