using MongoDB.Bson;
using MongoDB.Driver;

namespace XenoCrm.Data.Mongo;

/// <summary>
/// A document of <c>admins</c>, one for each way of signing in:
/// <code>
/// { _id: "google", ids: ["0199…", …] }
/// </code>
/// All admins in one document: a change of one document is atomic, so that the first is one only and the last one stays.
/// </summary>
internal sealed record MongoAdminList
{
    public required string Id { get; init; }

    public required IReadOnlyList<string> Ids { get; init; }
}

/// <summary>Who is an admin. Each call is inside a <see cref="MongoStore.RunAsync{T}"/>.</summary>
internal sealed class MongoAdmins(MongoStore store)
{
    private const string Ids = "ids";

    public async Task<IReadOnlyList<string>> ListAsync(string via, CancellationToken cancellationToken) =>
        (await store.Find(store.Admins, new BsonDocument("_id", via)).FirstOrDefaultAsync(cancellationToken))?.Ids ?? [];

    /// <summary>Of every way of signing in.</summary>
    public async Task<HashSet<string>> ListAllAsync(CancellationToken cancellationToken) =>
        [.. (await store.Find(store.Admins, Query.Everything).ToListAsync(cancellationToken)).SelectMany(list => list.Ids)];

    /// <summary>Makes <paramref name="id"/> the first admin; nothing happens if there is one.</summary>
    public async Task ClaimAsync(string via, string id, CancellationToken cancellationToken)
    {
        try
        {
            await store.Admins.UpdateOneAsync(
                new BsonDocument { { "_id", via }, { $"{Ids}.0", Query.Absent } },
                new BsonDocument("$push", new BsonDocument(Ids, id)),
                new UpdateOptions { IsUpsert = true },
                cancellationToken);
        }
        catch (MongoWriteException e) when (MongoFaults.IsDuplicateKey(e))
        {
            // The list is there and has somebody in it.
        }
    }

    public Task AddAsync(string via, string id, CancellationToken cancellationToken) => store.Admins.UpdateOneAsync(
        new BsonDocument("_id", via), new BsonDocument("$addToSet", new BsonDocument(Ids, id)), new UpdateOptions { IsUpsert = true }, cancellationToken);

    /// <summary>False, and nothing changed, if <paramref name="id"/> is the only one.</summary>
    public async Task<bool> TryRemoveAsync(string via, string id, CancellationToken cancellationToken)
    {
        var others = await store.Admins.UpdateOneAsync(
            new BsonDocument { { "_id", via }, { Ids, id }, { $"{Ids}.1", Query.Present } }, Without(id), cancellationToken: cancellationToken);
        return others.ModifiedCount > 0 || !(await ListAsync(via, cancellationToken)).Contains(id);
    }

    /// <summary>Whoever else there is: for somebody who is gone.</summary>
    public Task RemoveAsync(string via, string id, CancellationToken cancellationToken) =>
        store.Admins.UpdateOneAsync(new BsonDocument("_id", via), Without(id), cancellationToken: cancellationToken);

    private static BsonDocument Without(string id) => new("$pull", new BsonDocument(Ids, id));
}
