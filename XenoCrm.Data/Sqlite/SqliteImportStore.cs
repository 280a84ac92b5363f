using System.Text.Json;
using Microsoft.Data.Sqlite;
using XenoCrm.Data.Customers;
using XenoCrm.Data.Imports;
using XenoCrm.Data.Orders;

namespace XenoCrm.Data.Sqlite;

internal sealed class SqliteImportStore(SqliteDatabase database, TimeProvider time) : IImportStore
{
    private const string Columns = "id, kind, status, rows_read, accepted, rejected, errors, message, created_at, completed_at, replica";

    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web);

    public Task AddAsync(Import import, CancellationToken cancellationToken) => database.WriteAsync(
        (connection, transaction) =>
        {
            using var insert = new SqliteStatement(connection, transaction, $"""
                INSERT INTO imports ({Columns}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)
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
                import.Replica);
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
            using var customers = new SqliteCustomerWriter(connection, transaction, time.GetUtcNow());
            var erased = SqliteErasures.Since(connection, transaction, import.CreatedAt);
            FieldError?[] refusals = [.. batch.Values.Select(value => erased.RefusalOf(value) ?? customers.Upsert(value).Refusal)];
            return Advance(connection, transaction, import, batch.Settle(refusals));
        },
        cancellationToken);

    public Task<Import> StoreAsync(Import import, RowBatch<Order> batch, CancellationToken cancellationToken) => database.WriteAsync(
        (connection, transaction) =>
        {
            using var orders = new SqliteOrderWriter(connection, transaction);
            var erased = SqliteErasures.Since(connection, transaction, import.CreatedAt);
            FieldError?[] refusals = [.. batch.Values.Select(erased.RefusalOf)];
            foreach (var (order, refusal) in batch.Values.Zip(refusals))
            {
                if (refusal is null)
                {
                    orders.Add(order);
                }
            }

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
        var tally = import.Tally.Plus(batch);
        using var advance = new SqliteStatement(connection, transaction, """
            UPDATE imports SET rows_read = ?3, accepted = ?4, rejected = ?5, errors = ?6
            WHERE id = ?1 AND rows_read = ?2 AND status = 'running'
            """);
        return advance.Execute(import.Id, import.Tally.Rows, tally.Rows, tally.Accepted, tally.Rejected, Json(tally)) == 1
            ? import with { Tally = tally }
            : throw new ImportMovedException();
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
    };

    private static string Json(RowTally tally) => JsonSerializer.Serialize(tally.Errors, Options);

    private static string Name<T>(T value)
        where T : struct, Enum => value.ToString().ToLowerInvariant();
}
