using System.Globalization;
using MongoDB.Driver;
using XenoCrm.Core;
using XenoCrm.Core.Suppressions;

namespace XenoCrm.Data.Mongo;

internal sealed class MongoSuppressionStore(MongoStore store, MongoSuppressions suppressions) : ISuppressionStore
{
    private const string List = "suppressions";

    public Task<(Suppression Entry, bool IsNew)> AddAsync(NewSuppression suppression, CancellationToken cancellationToken) =>
        store.RunLongAsync(
            async token =>
            {
                var (entry, isNew) = await suppressions.AddAsync(suppression, token);
                return (entry.ToSuppression(), isNew);
            },
            cancellationToken);

    public Task<Suppression?> FindAsync(IReadOnlyList<ContactAddress> forms, CancellationToken cancellationToken) => store.RunAsync(
        async token => (await suppressions.FindAsync(forms, token))?.ToSuppression(), cancellationToken);

    public Task<Suppression?> RemoveAsync(IReadOnlyList<ContactAddress> forms, CancellationToken cancellationToken) => store.RunLongAsync(
        async token => (await suppressions.RemoveAsync(forms, token))?.ToSuppression(), cancellationToken);

    public Task<Page<Suppression>> ListAsync(PageRequest page, CancellationToken cancellationToken) => store.RunAsync(
        async token =>
        {
            var newest = Builders<MongoSuppression>.Sort.Descending(entry => entry.At).Descending(entry => entry.Id);
            var found = await store.Find(store.Suppressions, After(page.Cursor)).Sort(newest).Limit(page.Limit + 1).ToListAsync(token);
            return Cursor
                .Page(
                    List, found, page.Limit,
                    entry => string.Create(CultureInfo.InvariantCulture, $"{entry.At.ToUnixTimeMilliseconds()} {entry.Id}"))
                .Select(entry => entry.ToSuppression());
        },
        cancellationToken);

    public Task<long> CountAsync(CancellationToken cancellationToken) => store.RunAsync(
        token => store.CountAsync(store.Suppressions, _ => true, token), cancellationToken);

    private static FilterDefinition<MongoSuppression> After(string? cursor)
    {
        if (cursor is null)
        {
            return FilterDefinition<MongoSuppression>.Empty;
        }

        var place = Cursor.Decode(List, cursor).Split(' ');
        var at = DateTimeOffset.FromUnixTimeMilliseconds(long.Parse(place[0], CultureInfo.InvariantCulture));
        var id = place[1];
        var entries = Builders<MongoSuppression>.Filter;
        return entries.Lt(entry => entry.At, at) | (entries.Eq(entry => entry.At, at) & entries.Lt(entry => entry.Id, id));
    }
}
