using XenoCrm.Core;
using XenoCrm.Core.Audit;

namespace XenoCrm.Data.Sqlite;

internal sealed class SqliteAuditStore(SqliteDatabase database) : IAuditStore
{
    // Above every UUID's text.
    private const string LaterThanAll = "~";
    private const string Columns = "id, at, actor, action, subject, detail";

    public Task AddAsync(AuditEntry entry, CancellationToken cancellationToken) => database.WriteAsync(
        connection => connection.Execute(
            $"INSERT INTO audit ({Columns}) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            entry.Id, entry.At, entry.Actor, entry.Action, entry.Subject, entry.Detail),
        cancellationToken);

    public Task<Page<AuditEntry>> ListAsync(AuditFilter filter, PageRequest page, CancellationToken cancellationToken)
    {
        var before = page.Cursor is null ? LaterThanAll : Cursor.Decode(filter.ListName, page.Cursor);
        return database.ReadAsync(
            connection =>
            {
                // By id in any case: a filter passes over what it does not let pass.
                var entries = connection.List(
                    $"""
                    SELECT {Columns} FROM audit
                    WHERE id < ?1 AND (?3 IS NULL OR action = ?3) AND (?4 IS NULL OR actor = ?4) ORDER BY id DESC LIMIT ?2
                    """,
                    row => new AuditEntry(row.GetString(0), row.Time(1), row.GetString(2), row.GetString(3), row.Text(4), row.Text(5)),
                    before, page.Limit + 1, filter.Action, filter.Actor);
                return Cursor.Page(filter.ListName, entries, page.Limit, entry => entry.Id);
            },
            cancellationToken);
    }
}
