using XenoCrm.Core.People;

namespace XenoCrm.Data.Sqlite;

internal sealed class SqliteSessionStore(SqliteDatabase database) : ISessionStore
{
    public Task BeginAsync(Session session, CancellationToken cancellationToken) => database.WriteAsync(
        (connection, transaction) =>
        {
            // Those that are over go when the next one begins.
            using var clear = new SqliteStatement(connection, transaction, "DELETE FROM sessions WHERE expires_at <= ?1");
            clear.Execute(session.StartedAt.ToUnixTimeMilliseconds());
            using var insert = new SqliteStatement(
                connection, transaction, "INSERT INTO sessions (id, person_id, started_at, expires_at) VALUES (?1, ?2, ?3, ?4)");
            insert.Execute(
                session.Id, session.PersonId, session.StartedAt.ToUnixTimeMilliseconds(), session.ExpiresAt.ToUnixTimeMilliseconds());
        },
        cancellationToken);

    public Task<Session?> FindAsync(string id, DateTimeOffset now, CancellationToken cancellationToken) => database.ReadAsync(
        connection =>
        {
            using var find = new SqliteStatement(
                connection, null, "SELECT person_id, started_at, expires_at FROM sessions WHERE id = ?1 AND expires_at > ?2");
            using var row = find.Query(id, now.ToUnixTimeMilliseconds());
            return row.Read() ? new Session(id, row.GetString(0), Time(row.GetInt64(1)), Time(row.GetInt64(2))) : null;
        },
        cancellationToken);

    public Task ExtendAsync(string id, DateTimeOffset expiresAt, CancellationToken cancellationToken) => ExecuteAsync(
        "UPDATE sessions SET expires_at = max(expires_at, ?2) WHERE id = ?1", cancellationToken, id, expiresAt.ToUnixTimeMilliseconds());

    public Task EndAsync(string id, CancellationToken cancellationToken) =>
        ExecuteAsync("DELETE FROM sessions WHERE id = ?1", cancellationToken, id);

    public Task<int> EndAllAsync(string personId, CancellationToken cancellationToken) =>
        ExecuteAsync("DELETE FROM sessions WHERE person_id = ?1", cancellationToken, personId);

    private Task<int> ExecuteAsync(string sql, CancellationToken cancellationToken, params object?[] values) => database.WriteAsync(
        (connection, transaction) =>
        {
            using var statement = new SqliteStatement(connection, transaction, sql);
            return statement.Execute(values);
        },
        cancellationToken);

    private static DateTimeOffset Time(long milliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);
}
