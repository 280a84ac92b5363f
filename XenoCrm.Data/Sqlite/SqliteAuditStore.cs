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
        connection => connection.Execute(
            $"INSERT INTO audit ({Columns}) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            entry.Id, entry.At, entry.Actor, entry.Action, entry.Subject, entry.Detail),
        cancellationToken);

    public Task<Page<AuditEntry>> ListAsync(PageRequest page, CancellationToken cancellationToken) => database.ReadAsync(
        connection =>
        {
            var entries = connection.List(
                $"SELECT {Columns} FROM audit WHERE id < ?1 ORDER BY id DESC LIMIT ?2",
                row => new AuditEntry(row.GetString(0), row.Time(1), row.GetString(2), row.GetString(3), row.Text(4), row.Text(5)),
                page.Cursor is null ? LaterThanAll : Cursor.Decode(CursorList, page.Cursor), page.Limit + 1);
            return Cursor.Page(CursorList, entries, page.Limit, entry => entry.Id);
        },
        cancellationToken);
}
