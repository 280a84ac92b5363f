using Microsoft.Extensions.Caching.Memory;
using XenoCrm.ServiceDefaults;

namespace XenoCrm.Api.Access;

/// <summary>
/// What every request asks the store for, kept for five seconds: for so long may a change that another replica made go
/// unnoticed here. Only what was found is kept, so that guessing fills no memory.
/// </summary>
internal sealed class ShortCache<T>(TimeProvider time) : IDisposable
    where T : class
{
    private static readonly TimeSpan Keep = TimeSpan.FromSeconds(5);

    private readonly MemoryCache entries = new(new MemoryCacheOptions { Clock = new CacheClock(time), ExpirationScanFrequency = Keep });

    public async ValueTask<T?> GetAsync(string key, Func<string, CancellationToken, Task<T?>> find, CancellationToken cancellationToken) =>
        entries.TryGetValue(key, out T? known) ? known
            : await find(key, cancellationToken) is { } found ? entries.Set(key, found, Keep)
            : null;

    public void Forget(string key) => entries.Remove(key);

    public void ForgetAll() => entries.Clear();

    public void Dispose() => entries.Dispose();
}
