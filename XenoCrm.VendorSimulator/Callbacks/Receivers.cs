namespace XenoCrm.VendorSimulator.Callbacks;

/// <summary>
/// Who is in trouble. A receiver that does not take a callback is left alone for a while and then asked with one callback
/// at a time until it takes one: a backlog of thousands neither storms it nor keeps the others waiting.
/// </summary>
internal sealed class Receivers(Retries retries)
{
    // Longer than any back-off: who has rested for so long has nothing left to be asked for.
    private static readonly TimeSpan Forgotten = TimeSpan.FromDays(2);

    private readonly Lock gate = new();
    private readonly Dictionary<string, Trouble> troubled = [];

    /// <summary>URLs that must not be called at this moment.</summary>
    public IReadOnlyCollection<string> Resting(DateTimeOffset now)
    {
        lock (gate)
        {
            foreach (var (url, _) in troubled.Where(receiver => !receiver.Value.Asking && now - receiver.Value.Until > Forgotten))
            {
                troubled.Remove(url);
            }

            return [.. troubled.Where(receiver => receiver.Value.Asking || now < receiver.Value.Until).Select(receiver => receiver.Key)];
        }
    }

    /// <summary>When the next one that rests now may be asked; null if none does.</summary>
    public DateTimeOffset? NextAsk(DateTimeOffset now)
    {
        lock (gate)
        {
            return troubled.Values.Where(trouble => !trouble.Asking && trouble.Until > now).Min(trouble => (DateTimeOffset?)trouble.Until);
        }
    }

    /// <summary>A callback goes out.</summary>
    public void Calling(string url)
    {
        lock (gate)
        {
            if (troubled.TryGetValue(url, out var trouble))
            {
                trouble.Asking = true;
            }
        }
    }

    public void Took(string url)
    {
        lock (gate)
        {
            troubled.Remove(url);
        }
    }

    /// <summary>It did not take a callback.</summary>
    /// <param name="url">The receiver.</param>
    /// <param name="begun">When the attempt began: those that were under way together count as one failure.</param>
    /// <param name="now">When it failed.</param>
    /// <param name="retryAfter">What it asked for, if it did.</param>
    public void Failed(string url, DateTimeOffset begun, DateTimeOffset now, TimeSpan? retryAfter)
    {
        lock (gate)
        {
            if (!troubled.TryGetValue(url, out var trouble))
            {
                troubled[url] = trouble = new Trouble();
            }
            else if (begun <= trouble.Since)
            {
                return;
            }

            trouble.Failures++;
            trouble.Since = now;
            trouble.Until = now + retries.After(trouble.Failures, retryAfter);
            trouble.Asking = false;
        }
    }

    private sealed class Trouble
    {
        public int Failures { get; set; }

        public DateTimeOffset Since { get; set; }

        public DateTimeOffset Until { get; set; }

        public bool Asking { get; set; }
    }
}
