using System.Net;
using System.Net.Http.Headers;
using System.Text;
using XenoCrm.Api.Webhooks;
using XenoCrm.Tests.Support;

namespace XenoCrm.Tests.Webhooks;

/// <summary>The secrets that receipts are signed with, as an operator configures and changes them.</summary>
public sealed class ReceiptSecretTests
{
    private const string Old = "the old secret of both of us, 32 characters";
    private const string New = "the new secret of both of us, 32 characters";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>
    /// Add the new one second on our side, then the vendor signs with both, then it is first everywhere, then the old one goes.
    /// </summary>
    [Fact]
    public async Task A_secret_is_replaced_while_receipts_come_in_and_none_is_refused()
    {
        (string[] Ours, string[] Theirs)[] steps =
        [
            ([Old], [Old]),
            ([Old, New], [Old]),
            ([Old, New], [Old, New]),
            ([New, Old], [New, Old]),
            ([New, Old], [New]),
            ([New], [New]),
        ];
        foreach (var (ours, theirs) in steps)
        {
            using var api = new ApiServer(ours.Select((secret, i) => new KeyValuePair<string, string?>($"Webhooks:Secrets:{i}", secret)));
            Assert.Equal(HttpStatusCode.OK, await CallAsync(api, theirs));
            Assert.Equal(HttpStatusCode.Unauthorized, await CallAsync(api, ["a secret that neither of us has ever had"]));
        }

        using var over = new ApiServer([new("Webhooks:Secrets:0", New)]);
        Assert.Equal(HttpStatusCode.Unauthorized, await CallAsync(over, [Old]));
    }

    [Theory]
    [InlineData("Production")]
    [InlineData("Staging")]
    public async Task A_signature_is_asked_for_in_every_environment(string environment)
    {
        using var api = new ApiServer([new("environment", environment), new("Webhooks:Secrets:0", New)]);
        using var client = api.Anonymous();
        using var body = new StringContent("[]", Encoding.UTF8, "application/json");
        Assert.Equal(HttpStatusCode.Unauthorized, (await client.PostAsync("/vendor/receipt", body, Cancellation)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, await CallAsync(api, [New]));
    }

    [Theory]
    [InlineData(null, "Webhooks:Secrets:0 is not set")]
    [InlineData("too short", "fewer than 24 characters")]
    public void Without_a_secret_nothing_starts_outside_Development(string? secret, string sentence)
    {
        var failure = Assert.ThrowsAny<Exception>(
            () => new ApiServer([new("environment", "Production"), new("Webhooks:Secrets:0", secret)]));
        Assert.Contains(sentence, failure.ToString(), StringComparison.Ordinal);
        Assert.Contains("openssl rand", failure.ToString(), StringComparison.Ordinal);
    }

    private static async Task<HttpStatusCode> CallAsync(ApiServer api, string[] secrets)
    {
        var body = Encoding.UTF8.GetBytes("""{"vendorMessageId":"v-1","status":"SENT"}""");
        using var request = new HttpRequestMessage(HttpMethod.Post, "/vendor/receipt") { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        new WebhookSignature([.. secrets.Select(Encoding.UTF8.GetBytes)], TimeProvider.System).Sign(request.Headers, "msg-1", body);
        using var client = api.Anonymous();
        using var answer = await client.SendAsync(request, Cancellation);
        return answer.StatusCode;
    }
}
