using System.Net;
using XenoCrm.Tests.Support;

namespace XenoCrm.Tests.Vendor;

public sealed class SignatureTests
{
    private const string Body = """{"recipient":"mara@example.com","text":"Hello","callbackUrl":"http://localhost:1/receipts"}""";

    private static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    [Fact]
    public async Task A_right_signature_is_accepted()
    {
        using var vendor = new VendorServer(environment: "Production");
        Assert.Equal(
            HttpStatusCode.OK, await StatusAsync(vendor, Webhook.Signed(HttpMethod.Post, "/vendor/send", Body, VendorServer.Secret, Now)));
    }

    [Fact]
    public async Task A_signature_with_another_secret_is_refused()
    {
        using var vendor = new VendorServer();
        Assert.Equal(
            HttpStatusCode.Unauthorized,
            await StatusAsync(vendor, Webhook.Signed(HttpMethod.Post, "/vendor/send", Body, "another-secret-that-is-long", Now)));
    }

    [Fact]
    public async Task A_signature_of_another_body_is_refused()
    {
        using var vendor = new VendorServer();
        var request = Webhook.Signed(HttpMethod.Post, "/vendor/send", Body, VendorServer.Secret, Now);
        request.Content = new StringContent(
            Body.Replace("Hello", "Goodbye", StringComparison.Ordinal), System.Text.Encoding.UTF8, "application/json");
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(vendor, request));
    }

    [Theory]
    [InlineData(-301)]
    [InlineData(400)]
    public async Task A_signature_of_another_time_is_refused(int seconds)
    {
        using var vendor = new VendorServer();
        Assert.Equal(
            HttpStatusCode.Unauthorized,
            await StatusAsync(vendor, Webhook.Signed(HttpMethod.Post, "/vendor/send", Body, VendorServer.Secret, Now.AddSeconds(seconds))));
    }

    [Theory]
    [InlineData("webhook-id")]
    [InlineData("webhook-timestamp")]
    [InlineData("webhook-signature")]
    public async Task A_signature_with_a_header_missing_is_refused(string header)
    {
        using var vendor = new VendorServer();
        var request = Webhook.Signed(HttpMethod.Post, "/vendor/send", Body, VendorServer.Secret, Now);
        request.Headers.Remove(header);
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(vendor, request));
    }

    [Fact]
    public async Task One_right_signature_among_several_is_enough()
    {
        using var vendor = new VendorServer();
        var request = Webhook.Signed(HttpMethod.Post, "/vendor/send", Body, VendorServer.Secret, Now);
        var right = request.Headers.GetValues("webhook-signature").Single();
        request.Headers.Remove("webhook-signature");
        request.Headers.Add("webhook-signature", "v1,bm90IHRoaXM= v2,other " + right);
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(vendor, request));
    }

    [Fact]
    public async Task The_old_secret_counts_while_a_new_one_comes_in()
    {
        using var vendor = new VendorServer(
            new() { ["Webhooks:Secrets:0"] = "the-new-secret-of-the-vendor", ["Webhooks:Secrets:1"] = VendorServer.Secret });
        Assert.Equal(
            HttpStatusCode.OK, await StatusAsync(vendor, Webhook.Signed(HttpMethod.Post, "/vendor/send", Body, VendorServer.Secret, Now)));
    }

    [Theory]
    [InlineData("POST", "/vendor/send")]
    [InlineData("GET", "/vendor/messages/one")]
    [InlineData("GET", "/vendor/faults")]
    [InlineData("PUT", "/vendor/faults")]
    public async Task Outside_Development_an_unsigned_request_is_refused(string method, string path)
    {
        using var vendor = new VendorServer(environment: "Production");
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(vendor, Unsigned(method, path)));
    }

    [Fact]
    public async Task In_Development_an_unsigned_request_is_accepted()
    {
        using var vendor = new VendorServer();
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(vendor, Unsigned("POST", "/vendor/send")));
    }

    [Fact]
    public async Task Configuration_can_ask_for_signatures_in_Development_too()
    {
        using var vendor = new VendorServer(new() { ["Vendor:RequireSignature"] = "true" });
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(vendor, Unsigned("POST", "/vendor/send")));
    }

    [Fact]
    public async Task A_signed_question_is_answered()
    {
        using var vendor = new VendorServer(environment: "Production");
        Assert.Equal(
            HttpStatusCode.NotFound,
            await StatusAsync(vendor, Webhook.Signed(HttpMethod.Get, "/vendor/messages/one", "", VendorServer.Secret, Now)));
    }

    [Fact]
    public async Task Health_needs_no_signature()
    {
        using var vendor = new VendorServer(environment: "Production");
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(vendor, Unsigned("GET", "/health")));
    }

    private static HttpRequestMessage Unsigned(string method, string path) => new(new HttpMethod(method), path)
    {
        Content = method == "GET" ? null : new StringContent(Body, System.Text.Encoding.UTF8, "application/json"),
    };

    private static async Task<HttpStatusCode> StatusAsync(VendorServer vendor, HttpRequestMessage request)
    {
        using (request)
        {
            using var answer = await vendor.Client.SendAsync(request, TestContext.Current.CancellationToken);
            return answer.StatusCode;
        }
    }
}
