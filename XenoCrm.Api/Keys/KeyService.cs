using System.Security.Claims;
using XenoCrm.Api.Audit;
using XenoCrm.Api.Http;
using XenoCrm.Core;
using XenoCrm.Core.Keys;

namespace XenoCrm.Api.Keys;

/// <summary>Programs' keys: made, listed and ended, for the API's routes and the pages.</summary>
internal sealed class KeyService(IKeyStore keys, KeyRing ring, AuditLog audit, TimeProvider time)
{
    private readonly OnceOnly<NewKeyResponse> once = new(time);

    /// <summary>The names of those that are in the configuration, and are changed there.</summary>
    public IReadOnlyList<string> Configured => ring.Configured;

    /// <summary>Newest first; never the keys themselves.</summary>
    public async Task<Page<KeyResponse>> ListAsync(PageRequest page, CancellationToken cancellationToken) =>
        (await keys.ListAsync(page, cancellationToken)).Select(KeyResponse.Of);

    /// <returns>The one answer that has the key itself.</returns>
    /// <exception cref="RefusedRequestException">400: a scope that is none, or a day that is over. 409: the name is taken.</exception>
    public async Task<NewKeyResponse> CreateAsync(KeyRequest request, ClaimsPrincipal admin, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (request.Scopes.FirstOrDefault(scope => !KeyRing.Scopes.Contains(scope)) is { } unknown)
        {
            throw RefusedRequestException.Invalid(
                "scopes", $"'{unknown}' is no scope of a key. There are {string.Join(", ", KeyRing.Scopes)}.");
        }

        if (request.ExpiresAt <= now)
        {
            throw RefusedRequestException.Invalid("expiresAt", "The key would have expired already.");
        }

        var secret = KeySecret.Create();
        var key = new ApiKey
        {
            Id = Guid.CreateVersion7(now).ToString(),
            Name = request.Name,
            Hash = Convert.ToHexStringLower(KeySecret.Hash(secret)),
            Scopes = [.. request.Scopes.Distinct()],
            CreatedBy = admin.Identity?.Name ?? "",
            CreatedAt = now,
            ExpiresAt = request.ExpiresAt,
        };
        if (ring.IsConfigured(key.Name) || !await keys.AddAsync(key, cancellationToken))
        {
            throw RefusedRequestException.Conflict("There is a key of that name. Revoke it, or choose another name.");
        }

        await audit.WriteAsync(admin, AuditAction.KeyCreated, key.Id, $"{key.Name}: {string.Join(", ", key.Scopes)}");
        return NewKeyResponse.Of(key, secret);
    }

    /// <summary>The same for a form, whose second click gets the first one's answer, key and all.</summary>
    /// <inheritdoc cref="CreateAsync"/>
    public Task<NewKeyResponse> CreateOnceAsync(string form, KeyRequest request, ClaimsPrincipal admin) =>
        once.RunAsync($"{admin.Identity?.Name} {form}", () => CreateAsync(request, admin, CancellationToken.None));

    /// <summary>Ends a key, here at once. Answers its name; null if there is none.</summary>
    public async Task<string?> RevokeAsync(string id, ClaimsPrincipal admin, CancellationToken cancellationToken)
    {
        if (await keys.RevokeAsync(id, cancellationToken) is not { } key)
        {
            return null;
        }

        ring.Forget(key);
        await audit.WriteAsync(admin, AuditAction.KeyRevoked, key.Id, key.Name);
        return key.Name;
    }
}
