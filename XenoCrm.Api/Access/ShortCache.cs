using System.Collections.Concurrent;

namespace XenoCrm.Api.Access;

/// <summary>
/// What every request asks the store for, kept for five seconds: for so long may a change that another replica made go
/// unnoticed here. Only what was found is kept, so that guessing fills no memory.
/// </summary>
internal sealed class ShortCache<T>(TimeProvider clock)
    where T : class
{
    private static readonly TimeSpan Keep = TimeSpan.FromSeconds(5);

    private const int SweepAbove = 1_000;

    private readonly ConcurrentDictionary<string, (T Value, DateTimeOffset Until)> entries = new();
    private long nextSweep;

    public async ValueTask<T?> GetAsync(string key, Func<string, CancellationToken, Task<T?>> find, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        if (entries.TryGetValue(key, out var entry) && now < entry.Until)
        {
            return entry.Value;
        }

        if (await find(key, cancellationToken) is { } found)
        {
            entries[key] = (found, now + Keep);
            Sweep(now);
            return found;
        }

        Forget(key);
        return null;
    }

    public void Forget(string key) => entries.TryRemove(key, out _);

    public void ForgetAll() => entries.Clear();

    /// <summary>What nobody asks for any more goes, now and then.</summary>
    private void Sweep(DateTimeOffset now)
    {
        var due = Volatile.Read(ref nextSweep);
        if (entries.Count <= SweepAbove || now.UtcTicks < due
            || Interlocked.CompareExchange(ref nextSweep, (now + Keep).UtcTicks, due) != due)
        {
            return;
        }

        foreach (var old in entries.Where(entry => entry.Value.Until <= now))
        {
            entries.TryRemove(old);
        }
    }
}
