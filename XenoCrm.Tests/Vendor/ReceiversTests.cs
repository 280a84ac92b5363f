using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using XenoCrm.VendorSimulator;
using XenoCrm.VendorSimulator.Callbacks;

namespace XenoCrm.Tests.Vendor;

public sealed class ReceiversTests
{
    private const string Url = "http://localhost/receipts";

    private static readonly DateTimeOffset Start = DateTimeOffset.UnixEpoch.AddYears(60);

    private static readonly IOptions<VendorOptions> Options = Microsoft.Extensions.Options.Options.Create(new VendorOptions
    {
        Seed = 1,
        RetryDelay = TimeSpan.FromSeconds(1),
        MaxRetryDelay = TimeSpan.FromSeconds(30),
    });

    private readonly Retries retries = new(Options, new RandomSource(Options, NullLogger<RandomSource>.Instance));

    [Fact]
    public void Back_off_doubles_with_jitter_up_to_its_limit()
    {
        for (var failures = 1; failures < 100; failures++)
        {
            var full = Math.Min(30, Math.Pow(2, failures - 1));
            Assert.InRange(retries.After(failures, retryAfter: null).TotalSeconds, full / 2, full);
        }

        Assert.NotEqual(retries.After(5, null), retries.After(5, null));
    }

    [Fact]
    public void A_receivers_wish_for_more_time_is_honoured_within_reason()
    {
        Assert.Equal(TimeSpan.FromMinutes(2), retries.After(1, TimeSpan.FromMinutes(2)));
        Assert.InRange(retries.After(5, TimeSpan.FromSeconds(1)).TotalSeconds, 8, 16);
        Assert.Equal(TimeSpan.FromHours(1), retries.After(1, TimeSpan.FromDays(400)));
        Assert.InRange(retries.After(1, TimeSpan.FromDays(-1)).TotalSeconds, 0.5, 1);
    }

    [Fact]
    public void A_receiver_in_trouble_rests_and_is_then_asked_with_one_callback_at_a_time()
    {
        var receivers = new Receivers(retries);
        Assert.Empty(receivers.Resting(Start));
        receivers.Failed(Url, Start, Start, retryAfter: TimeSpan.FromSeconds(5));

        Assert.Equal([Url], receivers.Resting(Start.AddSeconds(4)));
        Assert.Equal(Start.AddSeconds(5), receivers.NextAsk(Start.AddSeconds(4)));
        Assert.Empty(receivers.Resting(Start.AddSeconds(5)));
        Assert.Null(receivers.NextAsk(Start.AddSeconds(5)));
        receivers.Calling(Url);
        Assert.Equal([Url], receivers.Resting(Start.AddSeconds(6)));
        Assert.Null(receivers.NextAsk(Start.AddSeconds(6)));

        receivers.Took(Url);
        Assert.Empty(receivers.Resting(Start.AddSeconds(6)));
    }

    [Fact]
    public void Callbacks_that_fail_together_are_one_failure()
    {
        var receivers = new Receivers(retries);
        for (var i = 0; i < 20; i++)
        {
            receivers.Failed(Url, Start, Start.AddMilliseconds(i), retryAfter: null);
        }

        Assert.Empty(receivers.Resting(Start.AddSeconds(1)));
    }

    [Fact]
    public void A_receiver_that_is_not_asked_any_more_is_forgotten()
    {
        var receivers = new Receivers(retries);
        receivers.Failed(Url, Start, Start, retryAfter: null);
        receivers.Resting(Start.AddDays(3));
        Assert.Null(receivers.NextAsk(Start));
    }
}
