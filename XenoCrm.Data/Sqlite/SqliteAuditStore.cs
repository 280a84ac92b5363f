using XenoCrm.Core;
using XenoCrm.Core.Audit;

namespace XenoCrm.Data.Sqlite;

internal sealed class SqliteAuditStore(SqliteDatabase database) : IAuditStore
{
    private const string CursorList = "audit";

    // Above every UUID's text.
    private const string LaterThanAll = "~";
    private const string Columns = "id, at, actor, action, subject, detail";

    public Task AddAsync(AuditEntry entry, CancellationToken cancellationToken) => database.WriteAsync(
        (connection, transaction) =>
        {
            using var insert = new SqliteStatement(connection, transaction, $"INSERT INTO audit ({Columns}) VALUES (?1, ?2, ?3, ?4, ?5, ?6)");
            insert.Execute(entry.Id, entry.At.ToUnixTimeMilliseconds(), entry.Actor, entry.Action, entry.Subject, entry.Detail);
        },
        cancellationToken);

    public Task<Page<AuditEntry>> ListAsync(PageRequest page, CancellationToken cancellationToken) => database.ReadAsync(
        connection =>
        {
            var after = page.Cursor is null ? LaterThanAll : Cursor.Decode(CursorList, page.Cursor);
            using var list = new SqliteStatement(connection, null, $"SELECT {Columns} FROM audit WHERE id < ?1 ORDER BY id DESC LIMIT ?2");
            using var row = list.Query(after, page.Limit + 1);
            var entries = new List<AuditEntry>();
            while (row.Read())
            {
                entries.Add(new AuditEntry(
                    row.GetString(0),
                    DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(1)),
                    row.GetString(2),
                    row.GetString(3),
                    row.IsDBNull(4) ? null : row.GetString(4),
                    row.IsDBNull(5) ? null : row.GetString(5)));
            }

            return Cursor.Page(CursorList, entries, page.Limit, entry => entry.Id);
        },
        cancellationToken);
}
