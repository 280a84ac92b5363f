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
internal sealed class MongoImportStore(MongoStore store, MongoCustomerWriter customers, IOrderStore orders, MongoErasures erasures, TimeProvider time) : IImportStore
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
        var erased = await erasures.SinceAsync(import.CreatedAt, cancellationToken);
        CustomerChange[] rows = [.. batch.Values.Where(row => erased.RefusalOf(row) is null)];
        var results = await store.RunAsync(token => customers.UpsertAsync(rows, token), cancellationToken);

        // Whoever was erased while the rows were written is erased once more.
        var since = await erasures.SinceAsync(import.CreatedAt, cancellationToken);
        foreach (var id in rows.Zip(results).Where(row => since.RefusalOf(row.First) is not null).Select(row => row.Second.Id).OfType<string>())
        {
            await erasures.FinishAsync(id, cancellationToken);
        }

        var stored = new Queue<FieldError?>(results.Select(result => result.Refusal));
        return await AdvanceAsync(import, batch.Settle(batch.Values.Select(row => erased.RefusalOf(row) ?? stored.Dequeue())), cancellationToken);
    }

    public async Task<Import> StoreAsync(Import import, RowBatch<Order> batch, CancellationToken cancellationToken)
    {
        await CheckAsync(import, cancellationToken);
        var erased = await erasures.SinceAsync(import.CreatedAt, cancellationToken);
        Order[] rows = [.. batch.Values.Where(row => erased.RefusalOf(row) is null)];
        await orders.AddAsync(rows, cancellationToken);
        var since = await erasures.SinceAsync(import.CreatedAt, cancellationToken);
        if (rows.Where(row => since.RefusalOf(row) is not null).Select(row => row.Id).ToArray() is { Length: > 0 } ids)
        {
            await store.RunAsync(
                token => store.Orders.UpdateManyAsync(
                    new BsonDocument(MongoOrder.Names.Id, Query.In(ids)), Query.Change(null, MongoOrder.Names.EmailKey, MongoOrder.Names.Items), cancellationToken: token),
                cancellationToken);
        }

        return await AdvanceAsync(import, batch.Settle(batch.Values.Select(erased.RefusalOf)), cancellationToken);
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
