namespace XenoCrm.Core.Keys;

/// <summary>The keys that were made over the API and not revoked.</summary>
public interface IKeyStore
{
    /// <summary>False, and nothing stored, if a key has that name.</summary>
    Task<bool> AddAsync(ApiKey key, CancellationToken cancellationToken);

    /// <summary>An expired one too.</summary>
    Task<ApiKey?> FindByHashAsync(string hash, CancellationToken cancellationToken);

    /// <summary>Newest first.</summary>
    /// <exception cref="InvalidCursorException">The cursor is not this list's.</exception>
    Task<Page<ApiKey>> ListAsync(PageRequest page, CancellationToken cancellationToken);

    /// <summary>Removes a key, which is good no more. Null if there is none.</summary>
    Task<ApiKey?> RevokeAsync(string id, CancellationToken cancellationToken);

    /// <summary>
    /// When keys were last used, by their ids. A time that is older than the one known changes nothing, as does a key that is gone.
    /// </summary>
    Task NoteUsesAsync(IReadOnlyDictionary<string, DateTimeOffset> uses, CancellationToken cancellationToken);
}
