using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Time.Testing;
using XenoCrm.Api.Webhooks;

namespace XenoCrm.Tests.Webhooks;

public sealed class WebhookSignatureTests
{
    private static readonly byte[] Old = "an old secret, soon to be retired"u8.ToArray();
    private static readonly byte[] New = "a new secret that takes its place"u8.ToArray();
    private static readonly byte[] Body = """{"vendorMessageId":"v-1","status":"SENT"}"""u8.ToArray();

    private readonly FakeTimeProvider clock = new(new DateTimeOffset(2026, 11, 22, 8, 0, 0, TimeSpan.Zero));

    [Fact]
    public void A_signature_is_the_base64_of_the_HMAC_over_id_timestamp_and_body()
    {
        var expected = Convert.ToBase64String(
            HMACSHA256.HashData(New, Encoding.UTF8.GetBytes($"msg-1.1795334400.{Encoding.UTF8.GetString(Body)}")));
        Assert.Equal("v1," + expected, Signer(New).Sign("msg-1", "1795334400", Body));
    }

    [Fact]
    public void What_one_side_signs_the_other_accepts()
    {
        using var request = new HttpRequestMessage();
        Signer(New).Sign(request.Headers, "msg-1", Body);
        var headers = new HeaderDictionary();
        foreach (var (name, values) in request.Headers)
        {
            headers[name] = values.ToArray();
        }

        Assert.Null(Signer(New).Refusal(headers, Body));
    }

    [Fact]
    public void While_a_secret_rotates_each_side_may_have_either()
    {
        Assert.Null(Signer(New, Old).Refusal(Headers(Signer(Old)), Body));
        Assert.Null(Signer(Old).Refusal(Headers(Signer(New, Old)), Body));
        Assert.NotNull(Signer(New).Refusal(Headers(Signer(Old)), Body));
    }

    [Fact]
    public void A_signature_of_an_unknown_version_is_passed_over()
    {
        var headers = Headers(Signer(New));
        headers[WebhookSignature.SignatureHeader] = "v2,abc v1,not-base64 " + headers[WebhookSignature.SignatureHeader];
        Assert.Null(Signer(New).Refusal(headers, Body));
    }

    [Theory]
    [InlineData(300, true)]
    [InlineData(-300, true)]
    [InlineData(301, false)]
    [InlineData(-301, false)]
    public void A_signature_lives_for_300_seconds_either_way(int seconds, bool accepted)
    {
        var headers = Headers(Signer(New));
        clock.AdjustTime(clock.GetUtcNow().AddSeconds(seconds));
        Assert.Equal(accepted, Signer(New).Refusal(headers, Body) is null);
    }

    [Theory]
    [InlineData(WebhookSignature.IdHeader, "msg-2")]
    [InlineData(WebhookSignature.IdHeader, "")]
    [InlineData(WebhookSignature.IdHeader, "msg\u00e9")]
    [InlineData(WebhookSignature.TimestampHeader, "1795334401")]
    [InlineData(WebhookSignature.TimestampHeader, "-1795334400")]
    [InlineData(WebhookSignature.TimestampHeader, "99999999999999999999")]
    [InlineData(WebhookSignature.TimestampHeader, "9223372036854775807")]
    [InlineData(WebhookSignature.TimestampHeader, "now")]
    [InlineData(WebhookSignature.SignatureHeader, "")]
    [InlineData(WebhookSignature.SignatureHeader, "v1,")]
    [InlineData(WebhookSignature.SignatureHeader, "v1,AAAA")]
    public void A_header_that_was_changed_is_refused(string header, string value)
    {
        var headers = Headers(Signer(New));
        headers[header] = value;
        Assert.NotNull(Signer(New).Refusal(headers, Body));
    }

    [Fact]
    public void A_body_that_was_changed_is_refused()
    {
        var forged = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(Body).Replace("SENT", "FAILED", StringComparison.Ordinal));
        Assert.NotNull(Signer(New).Refusal(Headers(Signer(New)), forged));
    }

    private WebhookSignature Signer(params byte[][] secrets) => new(secrets, clock);

    private HeaderDictionary Headers(WebhookSignature signer)
    {
        const string id = "msg-1";
        var timestamp = clock.GetUtcNow().ToUnixTimeSeconds().ToString(System.Globalization.CultureInfo.InvariantCulture);
        return new HeaderDictionary
        {
            [WebhookSignature.IdHeader] = id,
            [WebhookSignature.TimestampHeader] = timestamp,
            [WebhookSignature.SignatureHeader] = signer.Sign(id, timestamp, Body),
        };
    }
}
