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
    private static readonly MongoField<MongoAdminList, IReadOnlyList<string>> Ids = new(list => list.Ids);
    private static readonly FilterDefinitionBuilder<MongoAdminList> Where = Builders<MongoAdminList>.Filter;
    private static readonly UpdateDefinitionBuilder<MongoAdminList> Update = Builders<MongoAdminList>.Update;

    public async Task<IReadOnlyList<string>> ListAsync(string via, CancellationToken cancellationToken) =>
        (await store.Find(store.Admins, list => list.Id == via).FirstOrDefaultAsync(cancellationToken))?.Ids ?? [];

    /// <summary>Of every way of signing in.</summary>
    public async Task<HashSet<string>> ListAllAsync(CancellationToken cancellationToken)
    {
        var lists = await store.Find(store.Admins, FilterDefinition<MongoAdminList>.Empty).ToListAsync(cancellationToken);
        return [.. lists.SelectMany(list => list.Ids)];
    }

    /// <summary>Makes <paramref name="id"/> the first admin; nothing happens if there is one.</summary>
    public async Task ClaimAsync(string via, string id, CancellationToken cancellationToken)
    {
        try
        {
            await ChangeAsync(
                Where.Eq(list => list.Id, via) & Where.Exists($"{Ids.Name}.0", exists: false),
                Update.Push(list => list.Ids, id),
                isUpsert: true,
                cancellationToken);
        }
        catch (MongoWriteException e) when (MongoFaults.IsDuplicateKey(e))
        {
            // The list is there and has somebody in it.
        }
    }

    public Task AddAsync(string via, string id, CancellationToken cancellationToken) => ChangeAsync(
        Where.Eq(list => list.Id, via), Update.AddToSet(list => list.Ids, id), isUpsert: true, cancellationToken);

    /// <summary>False, and nothing changed, if <paramref name="id"/> is the only one.</summary>
    public async Task<bool> TryRemoveAsync(string via, string id, CancellationToken cancellationToken)
    {
        var others = await ChangeAsync(
            Where.Where(list => list.Id == via && list.Ids.Contains(id)) & Where.Exists($"{Ids.Name}.1"),
            Update.Pull(list => list.Ids, id),
            isUpsert: false,
            cancellationToken);
        return others.ModifiedCount > 0 || !(await ListAsync(via, cancellationToken)).Contains(id);
    }

    /// <summary>Whoever else there is: for somebody who is gone.</summary>
    public Task RemoveAsync(string via, string id, CancellationToken cancellationToken) =>
        ChangeAsync(Where.Eq(list => list.Id, via), Update.Pull(list => list.Ids, id), isUpsert: false, cancellationToken);

    private Task<UpdateResult> ChangeAsync(
        FilterDefinition<MongoAdminList> filter, UpdateDefinition<MongoAdminList> change, bool isUpsert,
        CancellationToken cancellationToken) => MongoFaults.AgainAfterConflictAsync(
            () => store.Admins.UpdateOneAsync(filter, change, new UpdateOptions { IsUpsert = isUpsert }, cancellationToken));
}
