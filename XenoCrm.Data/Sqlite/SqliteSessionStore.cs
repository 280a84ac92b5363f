using XenoCrm.Core.People;

namespace XenoCrm.Data.Sqlite;

internal sealed class SqliteSessionStore(SqliteDatabase database) : ISessionStore
{
    public Task BeginAsync(Session session, CancellationToken cancellationToken) => database.WriteAsync(
        connection =>
        {
            // Those that are over go when the next one begins.
            connection.Execute("DELETE FROM sessions WHERE expires_at <= ?1", session.StartedAt);
            connection.Execute(
                "INSERT INTO sessions (id, person_id, started_at, expires_at) VALUES (?1, ?2, ?3, ?4)",
                session.Id, session.PersonId, session.StartedAt, session.ExpiresAt);
        },
        cancellationToken);

    public Task<Session?> FindAsync(string id, DateTimeOffset now, CancellationToken cancellationToken) => database.ReadAsync(
        connection => connection.Find(
            "SELECT person_id, started_at, expires_at FROM sessions WHERE id = ?1 AND expires_at > ?2",
            row => new Session(id, row.GetString(0), row.Time(1), row.Time(2)),
            id, now),
        cancellationToken);

    public Task ExtendAsync(string id, DateTimeOffset expiresAt, CancellationToken cancellationToken) => database.WriteAsync(
        connection => connection.Execute("UPDATE sessions SET expires_at = max(expires_at, ?2) WHERE id = ?1", id, expiresAt),
        cancellationToken);

    public Task EndAsync(string id, CancellationToken cancellationToken) => database.WriteAsync(
        connection => connection.Execute("DELETE FROM sessions WHERE id = ?1", id), cancellationToken);

    public Task<int> EndAllAsync(string personId, CancellationToken cancellationToken) => database.WriteAsync(
        connection => connection.Execute("DELETE FROM sessions WHERE person_id = ?1", personId), cancellationToken);
}
