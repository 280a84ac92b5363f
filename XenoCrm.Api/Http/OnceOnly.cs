using System.Collections.Concurrent;

namespace XenoCrm.Api.Http;

/// <summary>
/// Two clicks are one: what a form made is remembered for a minute under the key that the form carries, and the second click is given the
/// same. In this process's memory, for what must not be stored.
/// </summary>
internal sealed class OnceOnly<T>(TimeProvider time)
{
    private static readonly TimeSpan Memory = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<string, (Lazy<Task<T>> Made, DateTimeOffset At)> known = new();

    /// <param name="key">The form's own.</param>
    /// <param name="make">Makes it; if it throws, nothing is remembered.</param>
    public async Task<T> RunAsync(string key, Func<Task<T>> make)
    {
        var now = time.GetUtcNow();
        foreach (var (old, _) in known.Where(entry => now - entry.Value.At > Memory))
        {
            known.TryRemove(old, out _);
        }

        var made = known.GetOrAdd(key, _ => (new Lazy<Task<T>>(make), now)).Made;
        try
        {
            return await made.Value;
        }
        catch
        {
            known.TryRemove(key, out _);
            throw;
        }
    }
}
