using Microsoft.Extensions.Time.Testing;
using Ours = XenoCrm.Api.Webhooks.WebhookSignature;
using Vendors = XenoCrm.VendorSimulator.Http.WebhookSignature;

namespace XenoCrm.Tests.Webhooks;

/// <summary>Two companies sign, each with code of its own; the example that Standard Webhooks publishes holds both to one form.</summary>
public sealed class StandardWebhooksTests
{
    private const string Id = "msg_p5jXN8AQM9LWM0D4loKWxJek";
    private const long Timestamp = 1614265330;
    private const string Signature = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";

    // whsec_ and this.
    private static readonly byte[] Secret = Convert.FromBase64String("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
    private static readonly byte[] Body = """{"test": 2432232314}"""u8.ToArray();
    private static readonly DateTimeOffset At = DateTimeOffset.FromUnixTimeSeconds(Timestamp);

    private static Ours Us => new([Secret], new FakeTimeProvider(At));

    private static Vendors TheVendor => new([Secret]);

    [Fact]
    public void We_sign_the_published_example_as_published() => Assert.Equal(Signature, Us.Sign(Id, $"{Timestamp}", Body));

    [Fact]
    public void The_vendor_signs_the_published_example_as_published() => Assert.Equal(Signature, TheVendor.Sign(Id, Timestamp, Body));

    [Fact]
    public void We_accept_the_published_example()
    {
        var headers = new HeaderDictionary
        {
            [Ours.IdHeader] = Id,
            [Ours.TimestampHeader] = $"{Timestamp}",
            [Ours.SignatureHeader] = Signature,
        };
        Assert.Null(Us.Refusal(headers, Body));
    }

    [Fact]
    public void The_vendor_accepts_the_published_example() => Assert.Null(TheVendor.Fault(Id, $"{Timestamp}", Signature, Body, At));
}
