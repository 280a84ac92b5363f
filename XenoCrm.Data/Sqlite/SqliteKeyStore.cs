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
        connection => connection.Execute(
            $"INSERT INTO api_keys ({Columns}, name_key) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) ON CONFLICT (name_key) DO NOTHING",
            key.Id,
            key.Name,
            key.Hash,
            JsonSerializer.Serialize(key.Scopes),
            key.CreatedBy,
            key.CreatedAt,
            key.ExpiresAt,
            key.LastUsedAt,
            TextKey.Of(key.Name)) == 1,
        cancellationToken);

    public Task<ApiKey?> FindByHashAsync(string hash, CancellationToken cancellationToken) => database.ReadAsync(
        connection => connection.Find($"SELECT {Columns} FROM api_keys WHERE hash = ?1", Read, hash), cancellationToken);

    public Task<Page<ApiKey>> ListAsync(PageRequest page, CancellationToken cancellationToken) => database.ReadAsync(
        connection =>
        {
            var keys = connection.List(
                $"SELECT {Columns} FROM api_keys WHERE ?1 IS NULL OR id < ?1 ORDER BY id DESC LIMIT ?2",
                Read,
                page.Cursor is null ? null : Cursor.Decode(CursorList, page.Cursor), page.Limit + 1);
            return Cursor.Page(CursorList, keys, page.Limit, key => key.Id);
        },
        cancellationToken);

    public Task<ApiKey?> RevokeAsync(string id, CancellationToken cancellationToken) => database.WriteAsync(
        connection => connection.Find($"DELETE FROM api_keys WHERE id = ?1 RETURNING {Columns}", Read, id), cancellationToken);

    public Task NoteUsesAsync(IReadOnlyDictionary<string, DateTimeOffset> uses, CancellationToken cancellationToken) => database.WriteAsync(
        connection =>
        {
            using var note = new SqliteStatement(
                connection, "UPDATE api_keys SET last_used_at = max(coalesce(last_used_at, 0), ?2) WHERE id = ?1");
            foreach (var (id, at) in uses)
            {
                note.Execute(id, at);
            }
        },
        cancellationToken);

    private static ApiKey Read(SqliteDataReader row) => new()
    {
        Id = row.GetString(0),
        Name = row.GetString(1),
        Hash = row.GetString(2),
        Scopes = JsonSerializer.Deserialize<string[]>(row.GetString(3))!,
        CreatedBy = row.GetString(4),
        CreatedAt = row.Time(5),
        ExpiresAt = row.TimeOrNull(6),
        LastUsedAt = row.TimeOrNull(7),
    };
}
