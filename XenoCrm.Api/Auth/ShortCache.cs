using System.Collections.Concurrent;

namespace XenoCrm.Api.Auth;

/// <summary>
/// What every request asks the store for, kept for five seconds: for so long may a change that another replica made go
/// unnoticed here. Only what was found is kept, so that guessing fills no memory.
/// </summary>
internal sealed class ShortCache<T>(TimeProvider clock)
    where T : class
{
    private static readonly TimeSpan Keep = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<string, (T Value, DateTimeOffset Until)> entries = new();

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
            return found;
        }

        Forget(key);
        return null;
    }

    public void Forget(string key) => entries.TryRemove(key, out _);
}
