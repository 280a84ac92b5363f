using System.Globalization;
using XenoCrm.Core;
using XenoCrm.Core.Suppressions;

namespace XenoCrm.Data.Sqlite;

internal sealed class SqliteSuppressionStore(SqliteDatabase database) : ISuppressionStore
{
    private const string CursorList = "suppressions";

    public Task<(Suppression Entry, bool IsNew)> AddAsync(NewSuppression suppression, CancellationToken cancellationToken) =>
        database.WriteAsync(
            connection =>
            {
                using var list = SqliteSuppressions.Open(connection);
                var isNew = list.Add([suppression]);
                return (list.Find([suppression.Address])!, isNew);
            },
            cancellationToken);

    public Task<Suppression?> FindAsync(IReadOnlyList<ContactAddress> forms, CancellationToken cancellationToken) => database.ReadAsync(
        connection =>
        {
            using var list = SqliteSuppressions.Open(connection);
            return list.Find(forms);
        },
        cancellationToken);

    public Task<Suppression?> RemoveAsync(IReadOnlyList<ContactAddress> forms, CancellationToken cancellationToken) => database.WriteAsync(
        connection =>
        {
            using var list = SqliteSuppressions.Open(connection);
            return list.Remove(forms);
        },
        cancellationToken);

    public Task<Page<Suppression>> ListAsync(PageRequest page, CancellationToken cancellationToken) => database.ReadAsync(
        connection =>
        {
            var (at, hash) = After(page.Cursor);
            var entries = connection.List(
                $"""
                SELECT {SqliteSuppressions.Columns} FROM suppressions
                WHERE (at, hash) < (?1, ?2) ORDER BY at DESC, hash DESC LIMIT ?3
                """,
                SqliteSuppressions.Read,
                at, hash, page.Limit + 1);
            return Cursor.Page(
                CursorList, entries, page.Limit,
                entry => string.Create(CultureInfo.InvariantCulture, $"{entry.At.ToUnixTimeMilliseconds()} {entry.Hash}"));
        },
        cancellationToken);

    public Task<long> CountAsync(CancellationToken cancellationToken) => database.ReadAsync(
        connection => connection.Scalar<long>("SELECT count(*) FROM suppressions"), cancellationToken);

    private static (long At, string Hash) After(string? cursor)
    {
        if (cursor is null)
        {
            return (long.MaxValue, "");
        }

        var place = Cursor.Decode(CursorList, cursor).Split(' ');
        return (long.Parse(place[0], CultureInfo.InvariantCulture), place[1]);
    }
}
