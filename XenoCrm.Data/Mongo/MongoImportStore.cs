using MongoDB.Bson;
using MongoDB.Driver;
using XenoCrm.Data.Customers;
using XenoCrm.Data.Imports;
using XenoCrm.Data.Orders;
using Names = XenoCrm.Data.Mongo.MongoImport.Names;

namespace XenoCrm.Data.Mongo;

/// <remarks>
/// The rows are stored before the checkpoint moves. A crash in between stores them again, which changes nothing: a
/// customer's row sets the same fields, and an order counts once.
/// </remarks>
internal sealed class MongoImportStore(MongoStore store, MongoCustomerWriter customers, IOrderStore orders, TimeProvider time) : IImportStore
{
    public Task AddAsync(Import import, CancellationToken cancellationToken) =>
        store.RunAsync(token => store.Imports.InsertOneAsync(MongoImport.Of(import), cancellationToken: token), cancellationToken);

    public Task<Import?> FindAsync(string id, CancellationToken cancellationToken) => store.RunAsync(
        async token => (await store.Find(store.Imports, new BsonDocument(Names.Id, id)).FirstOrDefaultAsync(token))?.ToImport(),
        cancellationToken);

    public Task<IReadOnlyList<Import>> ListRunningAsync(CancellationToken cancellationToken) => store.RunAsync<IReadOnlyList<Import>>(
        async token =>
        {
            var running = await store.Find(store.Imports, new BsonDocument(Names.Status, MongoImport.Running)).Sort(new BsonDocument(Names.Id, 1)).ToListAsync(token);
            return [.. running.Select(import => import.ToImport())];
        },
        cancellationToken);

    public async Task<Import> StoreAsync(Import import, RowBatch<CustomerChange> batch, CancellationToken cancellationToken)
    {
        await CheckAsync(import, cancellationToken);
        var results = await store.RunAsync(token => customers.UpsertAsync(batch.Values, token), cancellationToken);
        return await AdvanceAsync(import, batch.Settle(results.Select(result => result.Refusal)), cancellationToken);
    }

    public async Task<Import> StoreAsync(Import import, RowBatch<Order> batch, CancellationToken cancellationToken)
    {
        await CheckAsync(import, cancellationToken);
        await orders.AddAsync(batch.Values, cancellationToken);
        return await AdvanceAsync(import, batch.Settle(), cancellationToken);
    }

    public Task EndAsync(string id, ImportStatus status, string? message, CancellationToken cancellationToken)
    {
        var end = new BsonDocument { { Names.Status, MongoImport.Name(status) }, { Names.CompletedAt, time.GetUtcNow().ToBson() } };
        if (message is not null)
        {
            end.Add(Names.Message, message);
        }

        return store.RunAsync(
            token => store.Imports.UpdateOneAsync(
                new BsonDocument { { Names.Id, id }, { Names.Status, MongoImport.Running } }, Query.Change(end), cancellationToken: token),
            cancellationToken);
    }

    private async Task CheckAsync(Import import, CancellationToken cancellationToken)
    {
        if (!await store.RunAsync(token => store.Find(store.Imports, At(import)).AnyAsync(token), cancellationToken))
        {
            throw new ImportMovedException();
        }
    }

    private async Task<Import> AdvanceAsync(Import import, RowTally batch, CancellationToken cancellationToken)
    {
        var moved = import with { Tally = import.Tally.Plus(batch) };
        var document = MongoImport.Of(moved).ToBsonDocument();
        string[] changed = [Names.Rows, Names.Accepted, Names.Rejected, Names.Errors];
        var advanced = await store.RunAsync(
            token => store.Imports.UpdateOneAsync(
                At(import), Query.Change(new BsonDocument(changed.Select(document.GetElement))), cancellationToken: token),
            cancellationToken);

        // A batch that says nothing matches and modifies nothing.
        return advanced.MatchedCount > 0 ? moved : throw new ImportMovedException();
    }

    private static BsonDocument At(Import import) => new() { { Names.Id, import.Id }, { Names.Rows, import.Tally.Rows }, { Names.Status, MongoImport.Running } };
}
