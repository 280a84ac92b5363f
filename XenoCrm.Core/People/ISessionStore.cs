namespace XenoCrm.Core.People;

/// <summary>Who is signed in. A session that is not here is none, whatever a cookie says.</summary>
public interface ISessionStore
{
    Task BeginAsync(Session session, CancellationToken cancellationToken);

    /// <summary>Null if it was ended, or is over.</summary>
    Task<Session?> FindAsync(string id, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>One that was ended meanwhile stays ended.</summary>
    Task ExtendAsync(string id, DateTimeOffset expiresAt, CancellationToken cancellationToken);

    Task EndAsync(string id, CancellationToken cancellationToken);

    /// <summary>All of a person's. Answers how many there were.</summary>
    Task<int> EndAllAsync(string personId, CancellationToken cancellationToken);
}

/// <summary>From a sign-in to the sign-out, in one browser.</summary>
/// <param name="Id">Random; the cookie has it.</param>
/// <param name="PersonId">Whose it is.</param>
/// <param name="StartedAt">When they signed in.</param>
/// <param name="ExpiresAt">When it is over unless it is used before.</param>
public sealed record Session(string Id, string PersonId, DateTimeOffset StartedAt, DateTimeOffset ExpiresAt);
