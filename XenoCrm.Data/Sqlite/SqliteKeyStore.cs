using System.Text.Json;
using Microsoft.Data.Sqlite;
using XenoCrm.Core;
using XenoCrm.Core.Keys;
using XenoCrm.Core.Text;

namespace XenoCrm.Data.Sqlite;

internal sealed class SqliteKeyStore(SqliteDatabase database) : IKeyStore
{
    private const string CursorList = "keys";
    private const string Columns = "id, name, hash, scopes, created_by, created_at, expires_at, last_used_at";

    public Task<bool> AddAsync(ApiKey key, CancellationToken cancellationToken) => database.WriteAsync(
        (connection, transaction) =>
        {
            using var insert = new SqliteStatement(connection, transaction, $"""
                INSERT INTO api_keys ({Columns}, name_key) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) ON CONFLICT (name_key) DO NOTHING
                """);
            return insert.Execute(
                key.Id,
                key.Name,
                key.Hash,
                JsonSerializer.Serialize(key.Scopes),
                key.CreatedBy,
                key.CreatedAt.ToUnixTimeMilliseconds(),
                key.ExpiresAt?.ToUnixTimeMilliseconds(),
                key.LastUsedAt?.ToUnixTimeMilliseconds(),
                TextKey.Of(key.Name)) == 1;
        },
        cancellationToken);

    public Task<ApiKey?> FindByHashAsync(string hash, CancellationToken cancellationToken) => database.ReadAsync(
        connection =>
        {
            using var find = new SqliteStatement(connection, null, $"SELECT {Columns} FROM api_keys WHERE hash = ?1");
            return One(find, hash);
        },
        cancellationToken);

    public Task<Page<ApiKey>> ListAsync(PageRequest page, CancellationToken cancellationToken) => database.ReadAsync(
        connection =>
        {
            var after = page.Cursor is null ? null : Cursor.Decode(CursorList, page.Cursor);
            using var list = new SqliteStatement(connection, null, $"SELECT {Columns} FROM api_keys WHERE ?1 IS NULL OR id < ?1 ORDER BY id DESC LIMIT ?2");
            using var row = list.Query(after, page.Limit + 1);
            var keys = new List<ApiKey>();
            while (row.Read())
            {
                keys.Add(Read(row));
            }

            return Cursor.Page(CursorList, keys, page.Limit, key => key.Id);
        },
        cancellationToken);

    public Task<ApiKey?> RevokeAsync(string id, CancellationToken cancellationToken) => database.WriteAsync(
        (connection, transaction) =>
        {
            using var revoke = new SqliteStatement(connection, transaction, $"DELETE FROM api_keys WHERE id = ?1 RETURNING {Columns}");
            return One(revoke, id);
        },
        cancellationToken);

    public Task NoteUsesAsync(IReadOnlyDictionary<string, DateTimeOffset> uses, CancellationToken cancellationToken) => database.WriteAsync(
        (connection, transaction) =>
        {
            using var note = new SqliteStatement(connection, transaction, "UPDATE api_keys SET last_used_at = max(coalesce(last_used_at, 0), ?2) WHERE id = ?1");
            foreach (var (id, at) in uses)
            {
                note.Execute(id, at.ToUnixTimeMilliseconds());
            }
        },
        cancellationToken);

    private static ApiKey? One(SqliteStatement statement, string value)
    {
        using var row = statement.Query(value);
        return row.Read() ? Read(row) : null;
    }

    private static ApiKey Read(SqliteDataReader row) => new()
    {
        Id = row.GetString(0),
        Name = row.GetString(1),
        Hash = row.GetString(2),
        Scopes = JsonSerializer.Deserialize<string[]>(row.GetString(3))!,
        CreatedBy = row.GetString(4),
        CreatedAt = DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(5)),
        ExpiresAt = row.IsDBNull(6) ? null : DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(6)),
        LastUsedAt = row.IsDBNull(7) ? null : DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(7)),
    };
}
