namespace XenoCrm.Api.Vendor;

/// <summary>
/// Holds all sending back while the vendor is down or asks for patience, so that an outage costs a few tries and not the
/// tries of every message. The pause doubles with each failure and ends with the first success.
/// </summary>
internal sealed class VendorGate(TimeProvider clock, Random random)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(0.5);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    private readonly Lock gate = new();
    private DateTimeOffset heldUntil = DateTimeOffset.MinValue;
    private int failures;

    /// <summary>How much longer nothing may be sent; zero when the way is free.</summary>
    public TimeSpan Remaining
    {
        get
        {
            lock (gate)
            {
                var remaining = heldUntil - clock.GetUtcNow();
                return remaining > TimeSpan.Zero ? remaining : TimeSpan.Zero;
            }
        }
    }

    public void Succeeded()
    {
        lock (gate)
        {
            failures = 0;
            heldUntil = DateTimeOffset.MinValue;
        }
    }

    /// <param name="retryAfter">What the vendor asked for, if it did; never less than our own pause, at most five minutes.</param>
    public void Failed(TimeSpan? retryAfter)
    {
        lock (gate)
        {
            var now = clock.GetUtcNow();
            if (now < heldUntil)
            {
                // One of the batches that were under way when the first failed: it tells nothing new.
                return;
            }

            var pause = Backoff.Delay(++failures, FirstPause, LongestPause, random);
            if (retryAfter is { } asked && asked > pause)
            {
                pause = asked < TimeSpan.FromMinutes(5) ? asked : TimeSpan.FromMinutes(5);
            }

            heldUntil = now + pause;
        }
    }
}
