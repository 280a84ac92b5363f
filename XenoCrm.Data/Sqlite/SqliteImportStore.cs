using System.Globalization;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using XenoCrm.Core;
using XenoCrm.Core.Customers;
using XenoCrm.Core.Imports;
using XenoCrm.Core.Orders;
using XenoCrm.Core.Rows;
using XenoCrm.Core.Suppressions;

namespace XenoCrm.Data.Sqlite;

internal sealed class SqliteImportStore(SqliteDatabase database, TimeProvider time) : IImportStore
{
    private const string Columns =
        "id, kind, status, rows_read, accepted, rejected, errors, message, created_at, completed_at, replica, form, uploaded_by";

    internal const string Running = $"SELECT {Columns} FROM imports WHERE status = 'running' ORDER BY id";

    private const string CursorList = "imports";

    // Above every UUID's text.
    private const string LaterThanAll = "~";

    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web);

    public Task AddAsync(Import import, CancellationToken cancellationToken) => database.WriteAsync(
        connection => connection.Execute(
            $"INSERT INTO imports ({Columns}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)",
            import.Id,
            Name(import.Kind),
            Name(import.Status),
            import.Tally.Rows,
            import.Tally.Accepted,
            import.Tally.Rejected,
            Json(import.Tally),
            import.Message,
            import.CreatedAt,
            import.CompletedAt,
            import.Replica,
            import.Form is null ? null : JsonSerializer.Serialize(import.Form, Options),
            import.By),
        cancellationToken);

    public Task<Import?> FindAsync(string id, CancellationToken cancellationToken) => database.ReadAsync(
        connection => connection.Find($"SELECT {Columns} FROM imports WHERE id = ?1", Read, id), cancellationToken);

    public Task<Page<Import>> ListAsync(PageRequest page, CancellationToken cancellationToken) => database.ReadAsync(
        connection =>
        {
            var imports = connection.List(
                $"SELECT {Columns} FROM imports WHERE id < ?1 ORDER BY id DESC LIMIT ?2",
                Read,
                page.Cursor is null ? LaterThanAll : Cursor.Decode(CursorList, page.Cursor), page.Limit + 1);
            return Cursor.Page(CursorList, imports, page.Limit, import => import.Id);
        },
        cancellationToken);

    public Task<Page<RowError>> ListRejectedAsync(string id, PageRequest page, CancellationToken cancellationToken) => database.ReadAsync(
        connection =>
        {
            var cursors = $"rejected/{id}";
            var after = page.Cursor is null ? 0 : long.Parse(Cursor.Decode(cursors, page.Cursor), CultureInfo.InvariantCulture);
            var errors = connection.List(
                "SELECT n, line, field, reason FROM import_rejections WHERE import_id = ?1 AND n > ?2 ORDER BY n LIMIT ?3",
                row => (N: row.GetInt64(0), Error: new RowError(row.GetInt64(1), row.GetString(2), row.GetString(3))),
                id, after, page.Limit + 1);
            return Cursor.Page(cursors, errors, page.Limit, error => error.N.ToString(CultureInfo.InvariantCulture))
                .Select(error => error.Error);
        },
        cancellationToken);

    public Task<IReadOnlyList<Import>> ListRunningAsync(CancellationToken cancellationToken) => database.ReadAsync<IReadOnlyList<Import>>(
        connection => connection.List(Running, Read), cancellationToken);

    public Task<Import> StoreAsync(Import import, RowBatch<CustomerChange> batch, CancellationToken cancellationToken) =>
        database.WriteAsync(
            connection =>
            {
                Begin(connection, import);
                using var customers = new SqliteCustomerWriter(connection, time.GetUtcNow());
                var erased = SqliteErasures.Since(connection, import.CreatedAt);
                FieldError?[] refusals =
                [
                    .. batch.Values.Select(value => erased.RefusalOf(value.Id, value.Email) ?? customers.Upsert(value).Refusal),
                ];
                return Advance(connection, import, batch.Settle(refusals));
            },
            cancellationToken);

    public Task<Import> StoreAsync(Import import, RowBatch<Order> batch, CancellationToken cancellationToken) => database.WriteAsync(
        connection =>
        {
            Begin(connection, import);
            using var orders = new SqliteOrderWriter(connection);
            var erased = SqliteErasures.Since(connection, import.CreatedAt);
            FieldError?[] refusals =
            [
                .. batch.Values.Select(order => erased.RefusalOf(order.CustomerId, order.CustomerEmail) ?? orders.Add(order).Refusal()),
            ];
            orders.AddTotals();
            return Advance(connection, import, batch.Settle(refusals));
        },
        cancellationToken);

    public Task<Import> StoreAsync(Import import, RowBatch<SuppressionRow> batch, CancellationToken cancellationToken) =>
        database.WriteAsync(
            connection =>
            {
                Begin(connection, import);
                using var suppressions = SqliteSuppressions.Open(connection);
                var now = time.GetUtcNow();
                suppressions.Add([.. batch.Values.Select(row => row.Of(import.By, now))]);
                return Advance(connection, import, batch.Settle());
            },
            cancellationToken);

    public Task EndAsync(string id, ImportStatus status, string? message, CancellationToken cancellationToken) => database.WriteAsync(
        connection => connection.Execute(
            "UPDATE imports SET status = ?2, message = ?3, completed_at = ?4 WHERE id = ?1 AND status = 'running'",
            id, Name(status), message, time.GetUtcNow()),
        cancellationToken);

    // Rows that are only judged are taken back. Others have no savepoint: it keeps each changed page a second time.
    private static void Begin(SqliteConnection connection, Import import)
    {
        if (import.IsDryRun)
        {
            connection.Execute("SAVEPOINT before_rows");
        }
    }

    // Thrown out of here, the batch is undone with the checkpoint.
    private static Import Advance(SqliteConnection connection, Import import, RowTally batch)
    {
        if (import.IsDryRun)
        {
            connection.Execute("ROLLBACK TO before_rows");
        }

        AddRejections(connection, import.Id, batch.Errors);
        var tally = import.Tally.Plus(batch);
        var advanced = connection.Execute(
            """
            UPDATE imports SET rows_read = ?3, accepted = ?4, rejected = ?5, errors = ?6
            WHERE id = ?1 AND rows_read = ?2 AND status = 'running'
            """,
            import.Id, import.Tally.Rows, tally.Rows, tally.Accepted, tally.Rejected, Json(tally));
        return advanced == 1 ? import with { Tally = tally } : throw new ImportMovedException();
    }

    private static void AddRejections(SqliteConnection connection, string id, IReadOnlyList<RowError> errors)
    {
        var n = connection.Scalar<long>("SELECT coalesce(max(n), 0) FROM import_rejections WHERE import_id = ?1", id);
        using var insert = new SqliteStatement(
            connection, "INSERT INTO import_rejections (import_id, n, line, field, reason) VALUES (?1, ?2, ?3, ?4, ?5)");
        foreach (var error in errors)
        {
            insert.Execute(id, ++n, error.Row, error.Field, error.Message);
        }
    }

    private static Import Read(SqliteDataReader row) => new()
    {
        Id = row.GetString(0),
        Kind = Enum.Parse<ImportKind>(row.GetString(1), ignoreCase: true),
        Status = Enum.Parse<ImportStatus>(row.GetString(2), ignoreCase: true),
        Tally = new RowTally(
            row.GetInt64(3), row.GetInt64(4), row.GetInt64(5), JsonSerializer.Deserialize<RowError[]>(row.GetString(6), Options)!),
        Message = row.Text(7),
        CreatedAt = row.Time(8),
        CompletedAt = row.TimeOrNull(9),
        Replica = row.Text(10),
        Form = row.Text(11) is { } form ? JsonSerializer.Deserialize<ImportForm>(form, Options) : null,
        By = row.Text(12),
    };

    private static string Json(RowTally tally) => JsonSerializer.Serialize(tally.Errors, Options);

    private static string Name<T>(T value)
        where T : struct, Enum => value.ToString().ToLowerInvariant();
}
