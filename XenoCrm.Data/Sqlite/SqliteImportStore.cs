using System.Globalization;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using XenoCrm.Core;
using XenoCrm.Core.Customers;
using XenoCrm.Core.Imports;
using XenoCrm.Core.Orders;
using XenoCrm.Core.Rows;

namespace XenoCrm.Data.Sqlite;

internal sealed class SqliteImportStore(SqliteDatabase database, TimeProvider time) : IImportStore
{
    private const string Columns = "id, kind, status, rows_read, accepted, rejected, errors, message, created_at, completed_at, replica, form";
    private const string CursorList = "imports";

    // Above every UUID's text.
    private const string LaterThanAll = "~";
    private const string BeforeRows = "before_rows";

    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web);

    public Task AddAsync(Import import, CancellationToken cancellationToken) => database.WriteAsync(
        (connection, transaction) =>
        {
            using var insert = new SqliteStatement(connection, transaction, $"""
                INSERT INTO imports ({Columns}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)
                """);
            insert.Execute(
                import.Id,
                Name(import.Kind),
                Name(import.Status),
                import.Tally.Rows,
                import.Tally.Accepted,
                import.Tally.Rejected,
                Json(import.Tally),
                import.Message,
                import.CreatedAt.ToUnixTimeMilliseconds(),
                import.CompletedAt?.ToUnixTimeMilliseconds(),
                import.Replica,
                import.Form is null ? null : JsonSerializer.Serialize(import.Form, Options));
        },
        cancellationToken);

    public Task<Import?> FindAsync(string id, CancellationToken cancellationToken) => database.ReadAsync(
        connection =>
        {
            using var find = new SqliteStatement(connection, null, $"SELECT {Columns} FROM imports WHERE id = ?1");
            using var row = find.Query(id);
            return row.Read() ? Read(row) : null;
        },
        cancellationToken);

    public Task<Page<Import>> ListAsync(PageRequest page, CancellationToken cancellationToken) => database.ReadAsync(
        connection =>
        {
            var after = page.Cursor is null ? LaterThanAll : Cursor.Decode(CursorList, page.Cursor);
            using var list = new SqliteStatement(
                connection, null, $"SELECT {Columns} FROM imports WHERE id < ?1 ORDER BY id DESC LIMIT ?2");
            using var row = list.Query(after, page.Limit + 1);
            var imports = new List<Import>();
            while (row.Read())
            {
                imports.Add(Read(row));
            }

            return Cursor.Page(CursorList, imports, page.Limit, import => import.Id);
        },
        cancellationToken);

    public Task<Page<RowError>> ListRejectedAsync(string id, PageRequest page, CancellationToken cancellationToken) => database.ReadAsync(
        connection =>
        {
            var cursors = $"rejected/{id}";
            var after = page.Cursor is null ? 0 : long.Parse(Cursor.Decode(cursors, page.Cursor), CultureInfo.InvariantCulture);
            using var list = new SqliteStatement(
                connection,
                null,
                "SELECT n, line, field, reason FROM import_rejections WHERE import_id = ?1 AND n > ?2 ORDER BY n LIMIT ?3");
            using var row = list.Query(id, after, page.Limit + 1);
            var errors = new List<(long N, RowError Error)>();
            while (row.Read())
            {
                errors.Add((row.GetInt64(0), new RowError(row.GetInt64(1), row.GetString(2), row.GetString(3))));
            }

            return Cursor.Page(cursors, errors, page.Limit, error => error.N.ToString(CultureInfo.InvariantCulture))
                .Select(error => error.Error);
        },
        cancellationToken);

    public Task<IReadOnlyList<Import>> ListRunningAsync(CancellationToken cancellationToken) => database.ReadAsync<IReadOnlyList<Import>>(
        connection =>
        {
            using var list = new SqliteStatement(connection, null, $"SELECT {Columns} FROM imports WHERE status = 'running' ORDER BY id");
            using var row = list.Query();
            var imports = new List<Import>();
            while (row.Read())
            {
                imports.Add(Read(row));
            }

            return imports;
        },
        cancellationToken);

    public Task<Import> StoreAsync(Import import, RowBatch<CustomerChange> batch, CancellationToken cancellationToken) => database.WriteAsync(
        (connection, transaction) =>
        {
            transaction.Save(BeforeRows);
            using var customers = new SqliteCustomerWriter(connection, transaction, time.GetUtcNow());
            var erased = SqliteErasures.Since(connection, transaction, import.CreatedAt);
            FieldError?[] refusals = [.. batch.Values.Select(value => erased.RefusalOf(value.Id, value.Email) ?? customers.Upsert(value).Refusal)];
            return Advance(connection, transaction, import, batch.Settle(refusals));
        },
        cancellationToken);

    public Task<Import> StoreAsync(Import import, RowBatch<Order> batch, CancellationToken cancellationToken) => database.WriteAsync(
        (connection, transaction) =>
        {
            transaction.Save(BeforeRows);
            using var orders = new SqliteOrderWriter(connection, transaction);
            var erased = SqliteErasures.Since(connection, transaction, import.CreatedAt);
            FieldError?[] refusals = [.. batch.Values.Select(order => erased.RefusalOf(order.CustomerId, order.CustomerEmail) ?? orders.Add(order).Refusal())];
            orders.AddTotals();
            return Advance(connection, transaction, import, batch.Settle(refusals));
        },
        cancellationToken);

    public Task EndAsync(string id, ImportStatus status, string? message, CancellationToken cancellationToken) => database.WriteAsync(
        (connection, transaction) =>
        {
            using var end = new SqliteStatement(connection, transaction, """
                UPDATE imports SET status = ?2, message = ?3, completed_at = ?4 WHERE id = ?1 AND status = 'running'
                """);
            end.Execute(id, Name(status), message, time.GetUtcNow().ToUnixTimeMilliseconds());
        },
        cancellationToken);

    // Thrown out of here, the batch is undone with the checkpoint.
    private static Import Advance(SqliteConnection connection, SqliteTransaction transaction, Import import, RowTally batch)
    {
        if (import.Form?.DryRun == true)
        {
            transaction.Rollback(BeforeRows);
        }

        AddRejections(connection, transaction, import.Id, batch.Errors);
        var tally = import.Tally.Plus(batch);
        using var advance = new SqliteStatement(connection, transaction, """
            UPDATE imports SET rows_read = ?3, accepted = ?4, rejected = ?5, errors = ?6
            WHERE id = ?1 AND rows_read = ?2 AND status = 'running'
            """);
        return advance.Execute(import.Id, import.Tally.Rows, tally.Rows, tally.Accepted, tally.Rejected, Json(tally)) == 1
            ? import with { Tally = tally }
            : throw new ImportMovedException();
    }

    private static void AddRejections(SqliteConnection connection, SqliteTransaction transaction, string id, IReadOnlyList<RowError> errors)
    {
        using var last = new SqliteStatement(
            connection, transaction, "SELECT coalesce(max(n), 0) FROM import_rejections WHERE import_id = ?1");
        var n = (long)last.Scalar(id)!;
        using var insert = new SqliteStatement(
            connection, transaction, "INSERT INTO import_rejections (import_id, n, line, field, reason) VALUES (?1, ?2, ?3, ?4, ?5)");
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
        Tally = new RowTally(row.GetInt64(3), row.GetInt64(4), row.GetInt64(5), JsonSerializer.Deserialize<RowError[]>(row.GetString(6), Options)!),
        Message = row.IsDBNull(7) ? null : row.GetString(7),
        CreatedAt = DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(8)),
        CompletedAt = row.IsDBNull(9) ? null : DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(9)),
        Replica = row.IsDBNull(10) ? null : row.GetString(10),
        Form = row.IsDBNull(11) ? null : JsonSerializer.Deserialize<ImportForm>(row.GetString(11), Options),
    };

    private static string Json(RowTally tally) => JsonSerializer.Serialize(tally.Errors, Options);

    private static string Name<T>(T value)
        where T : struct, Enum => value.ToString().ToLowerInvariant();
}
