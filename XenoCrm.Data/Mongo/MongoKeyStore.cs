using MongoDB.Driver;
using XenoCrm.Core;
using XenoCrm.Core.Keys;

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
        async token => (await store.Find(store.Keys, key => key.Hash == hash).FirstOrDefaultAsync(token))?.ToKey(),
        cancellationToken);

    public Task<Page<ApiKey>> ListAsync(PageRequest page, CancellationToken cancellationToken) => store.RunAsync(
        async token =>
        {
            var keys = await store.FindPageAsync(store.Keys, List, page, key => key.Id, token);
            return keys.Select(key => key.ToKey());
        },
        cancellationToken);

    public Task<ApiKey?> RevokeAsync(string id, CancellationToken cancellationToken) => store.RunAsync(
        async token => (await store.Keys.FindOneAndDeleteAsync(key => key.Id == id, cancellationToken: token))?.ToKey(),
        cancellationToken);

    public Task NoteUsesAsync(IReadOnlyDictionary<string, DateTimeOffset> uses, CancellationToken cancellationToken) => store.RunAsync(
        token => store.Keys.BulkWriteAsync(
            uses.Select(use => new UpdateOneModel<MongoKey>(
                Builders<MongoKey>.Filter.Eq(key => key.Id, use.Key),
                Builders<MongoKey>.Update.Max(key => key.LastUsedAt, use.Value))),
            cancellationToken: token),
        cancellationToken);
}
