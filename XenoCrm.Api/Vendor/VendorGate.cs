using XenoCrm.ServiceDefaults;

namespace XenoCrm.Api.Vendor;

/// <summary>The vendor has been away since then; the last reason, in words of ours.</summary>
internal sealed record VendorOutage(DateTimeOffset Since, string Reason);

/// <summary>
/// Holds all sending back while the vendor is away or asks for patience, so that an outage costs a few requests and no
/// message a try. The pause doubles with each failure and ends with the first success.
/// </summary>
/// <param name="vendor">What it is called in the log: <c>vendor</c>.</param>
/// <param name="time">The clock.</param>
/// <param name="random">For the pauses' jitter.</param>
/// <param name="logger">Told once that it is away, and once that it is back.</param>
internal sealed partial class VendorGate(string vendor, TimeProvider time, Random random, ILogger<VendorGate> logger)
{
    private static readonly Backoff Pauses = new(TimeSpan.FromSeconds(0.5), TimeSpan.FromSeconds(30));

    // A vendor that comes and goes is told of this often at most.
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(10);

    // What waits for the end of a pause comes first: a vendor that answers a question need not take messages.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private readonly Lock gate = new();
    private readonly HashSet<string> held = [];
    private DateTimeOffset heldUntil = DateTimeOffset.MinValue;
    private DateTimeOffset quietUntil = DateTimeOffset.MinValue;
    private VendorOutage? outage;
    private bool isOfSending;
    private bool isTold;
    private int failures;

    /// <summary>Null while the vendor is there, or nothing else is known.</summary>
    public VendorOutage? Outage
    {
        get
        {
            lock (gate)
            {
                return outage;
            }
        }
    }

    /// <summary>How much longer nothing may be sent; zero when the way is free.</summary>
    public TimeSpan Remaining
    {
        get
        {
            lock (gate)
            {
                var remaining = heldUntil - time.GetUtcNow();
                return remaining > TimeSpan.Zero ? remaining : TimeSpan.Zero;
            }
        }
    }

    /// <summary>Whether the pause is long over and nothing was sent since: then somebody has to look whether the vendor is back.</summary>
    public bool IsForgotten
    {
        get
        {
            lock (gate)
            {
                return outage is not null && time.GetUtcNow() - heldUntil >= Patience;
            }
        }
    }

    /// <summary>Whether messages of that campaign wait for the vendor.</summary>
    public bool Holds(string campaignId)
    {
        lock (gate)
        {
            return held.Contains(campaignId);
        }
    }

    /// <summary>Messages of that campaign wait until the vendor is back.</summary>
    public void Hold(string campaignId)
    {
        lock (gate)
        {
            if (outage is not null)
            {
                held.Add(campaignId);
            }
        }
    }

    /// <param name="sending">Whether it took messages. That it answers a question does not say that it would take them.</param>
    public void Succeeded(bool sending)
    {
        lock (gate)
        {
            if (outage is null || (isOfSending && !sending))
            {
                return;
            }

            if (isTold)
            {
                Log.Back(logger, vendor, time.GetUtcNow() - outage.Since);
                quietUntil = time.GetUtcNow() + Quiet;
            }

            (outage, isTold, failures, heldUntil) = (null, false, 0, DateTimeOffset.MinValue);
            held.Clear();
        }
    }

    /// <param name="reason">Of ours, for people.</param>
    /// <param name="retryAfter">What the vendor asked for, if it did; never less than our own pause, at most an hour.</param>
    /// <param name="sending">Whether it was asked to take messages.</param>
    public void Failed(string reason, TimeSpan? retryAfter, bool sending)
    {
        lock (gate)
        {
            var now = time.GetUtcNow();
            isOfSending = sending || (outage is not null && isOfSending);
            outage = new VendorOutage(outage?.Since ?? now, reason);
            if (!isTold && now >= quietUntil)
            {
                isTold = true;
                Log.Away(logger, vendor, reason);
            }

            // Within a pause it is one of the requests that were under way when the first failed: it tells nothing else that is new.
            var pause = now < heldUntil ? heldUntil - now : Pauses.After(++failures, random.NextDouble());
            heldUntil = now + RetryAfter.Honour(retryAfter, pause);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "The {Vendor} is away, and messages wait until it is back: {Reason}")]
        public static partial void Away(ILogger logger, string vendor, string reason);

        [LoggerMessage(Level = LogLevel.Warning, Message = "The {Vendor} is back after {Duration}; messages go out again")]
        public static partial void Back(ILogger logger, string vendor, TimeSpan duration);
    }
}
