using Microsoft.Extensions.Options;
using XenoCrm.Api.Access;
using XenoCrm.Core.Keys;

namespace XenoCrm.Api.Keys;

/// <summary>A key that is good now.</summary>
/// <param name="Id">Null for one from configuration.</param>
internal sealed record KnownKey(string? Id, string Name, IReadOnlyList<string> Scopes);

/// <summary>Knows a key when it comes: those from configuration, and those that were made over the API.</summary>
internal sealed class KeyRing(IKeyStore store, ShortCache<ApiKey> cache, IOptions<ApiKeyOptions> options, TimeProvider time)
{
    /// <summary>What a key may be made for. None may administer: a key makes no keys.</summary>
    public static readonly IReadOnlyList<string> Scopes = [Permission.Read, Permission.Ingest, Permission.Send];

    /// <summary>Null if it is unknown, revoked or expired.</summary>
    public async Task<KnownKey?> FindAsync(string key, CancellationToken cancellationToken)
    {
        var hash = KeySecret.Hash(key);
        string? configured = null;
        foreach (var (name, hexadecimal) in options.Value.Keys)
        {
            if (KeySecret.IsHash(hash, hexadecimal))
            {
                configured = name;
            }
        }

        if (configured is not null)
        {
            return new KnownKey(null, configured, Scopes);
        }

        return KeySecret.IsOurs(key)
            && await cache.GetAsync(Convert.ToHexStringLower(hash), store.FindByHashAsync, cancellationToken) is { } made
            && KeySecret.IsHash(hash, made.Hash)
            && !(made.ExpiresAt <= time.GetUtcNow())
            ? new KnownKey(made.Id, made.Name, made.Scopes)
            : null;
    }

    public IReadOnlyList<string> Configured => [.. options.Value.Keys.Keys.Order(StringComparer.OrdinalIgnoreCase)];

    public bool IsConfigured(string name) => options.Value.Keys.Keys.Contains(name, StringComparer.OrdinalIgnoreCase);

    /// <summary>After a key was revoked: here at once, at other replicas within the cache's five seconds.</summary>
    public void Forget(ApiKey key) => cache.Forget(key.Hash);
}
