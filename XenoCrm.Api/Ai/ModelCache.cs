using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.Options;
using XenoCrm.ServiceDefaults;

namespace XenoCrm.Api.Ai;

/// <summary>Good answers for the same question again: in memory, so many, for so long. Questions are kept as hashes.</summary>
internal sealed class ModelCache(IOptions<OpenAIOptions> options, TimeProvider time) : IDisposable
{
    private readonly MemoryCache cache = new(
        new MemoryCacheOptions { SizeLimit = options.Value.CacheEntries, Clock = new CacheClock(time) });

    public bool TryGet<T>(ModelQuestion<T> question, out T? value) => cache.TryGetValue(Key(question), out value);

    public void Set<T>(ModelQuestion<T> question, T value) =>
        cache.Set(Key(question), value,
            new MemoryCacheEntryOptions { Size = 1, AbsoluteExpirationRelativeToNow = options.Value.CacheLifetime });

    public void Dispose() => cache.Dispose();

    private string Key<T>(ModelQuestion<T> question) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(
        string.Join('\0', question.Purpose, options.Value.Model, question.Instructions, question.Schema.ToJsonString(), question.Data))));
}
