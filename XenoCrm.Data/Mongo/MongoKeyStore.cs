using MongoDB.Bson;
using MongoDB.Driver;
using XenoCrm.Core;
using XenoCrm.Core.Keys;
using Names = XenoCrm.Data.Mongo.MongoKey.Names;

namespace XenoCrm.Data.Mongo;

internal sealed class MongoKeyStore(MongoStore store) : IKeyStore
{
    private const string List = "keys";

    public Task<bool> AddAsync(ApiKey key, CancellationToken cancellationToken) => store.RunAsync(
        async token =>
        {
            try
            {
                await store.Keys.InsertOneAsync(MongoKey.Of(key), cancellationToken: token);
                return true;
            }
            catch (MongoWriteException e) when (MongoFaults.IsDuplicateKey(e))
            {
                return false;
            }
        },
        cancellationToken);

    public Task<ApiKey?> FindByHashAsync(string hash, CancellationToken cancellationToken) => store.RunAsync(
        async token => (await store.Find(store.Keys, new BsonDocument(Names.Hash, hash)).FirstOrDefaultAsync(token))?.ToKey(),
        cancellationToken);

    public Task<Page<ApiKey>> ListAsync(PageRequest page, CancellationToken cancellationToken)
    {
        var filter = page.Cursor is { } cursor ? new BsonDocument(Names.Id, Query.Lt(Cursor.Decode(List, cursor))) : Query.Everything;
        return store.RunAsync(
            async token =>
            {
                var keys = await store.Find(store.Keys, filter).Sort(new BsonDocument(Names.Id, -1)).Limit(page.Limit + 1).ToListAsync(token);
                return Cursor.Page(List, keys, page.Limit, key => key.Id).Select(key => key.ToKey());
            },
            cancellationToken);
    }

    public Task<ApiKey?> RevokeAsync(string id, CancellationToken cancellationToken) => store.RunAsync(
        async token => (await store.Keys.FindOneAndDeleteAsync(new BsonDocument(Names.Id, id), cancellationToken: token))?.ToKey(),
        cancellationToken);

    public Task NoteUsesAsync(IReadOnlyDictionary<string, DateTimeOffset> uses, CancellationToken cancellationToken) => store.RunAsync(
        token => store.Keys.BulkWriteAsync(uses.Select(use => new UpdateOneModel<MongoKey>(
            new BsonDocument(Names.Id, use.Key), new BsonDocument("$max", new BsonDocument(Names.LastUsedAt, use.Value.ToBson())))), cancellationToken: token),
        cancellationToken);
}
