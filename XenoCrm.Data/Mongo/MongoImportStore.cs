using MongoDB.Bson;
using MongoDB.Driver;
using XenoCrm.Core;
using XenoCrm.Core.Customers;
using XenoCrm.Core.Imports;
using XenoCrm.Core.Orders;
using XenoCrm.Core.Rows;
using Names = XenoCrm.Data.Mongo.MongoImport.Names;

namespace XenoCrm.Data.Mongo;

/// <remarks>
/// The rows are stored before the checkpoint moves, and so are their errors. A crash in between stores them again, which changes
/// nothing: a customer's row sets the same fields, an order counts once, and a batch's errors replace those that it left.
/// </remarks>
internal sealed class MongoImportStore(MongoStore store, MongoCustomerWriter customers, IOrderStore orders, MongoErasures erasures, TimeProvider time) : IImportStore
{
    private const string List = "imports";

    public Task AddAsync(Import import, CancellationToken cancellationToken) =>
        store.RunAsync(token => store.Imports.InsertOneAsync(MongoImport.Of(import), cancellationToken: token), cancellationToken);

    public Task<Import?> FindAsync(string id, CancellationToken cancellationToken) => store.RunAsync(
        async token => (await store.Find(store.Imports, new BsonDocument(Names.Id, id)).FirstOrDefaultAsync(token))?.ToImport(),
        cancellationToken);

    public Task<Page<Import>> ListAsync(PageRequest page, CancellationToken cancellationToken)
    {
        var filter = page.Cursor is { } cursor ? new BsonDocument(Names.Id, Query.Lt(Cursor.Decode(List, cursor))) : Query.Everything;
        return store.RunAsync(
            async token =>
            {
                var found = await store.Find(store.Imports, filter).Sort(new BsonDocument(Names.Id, -1)).Limit(page.Limit + 1)
                    .ToListAsync(token);
                return Cursor.Page(List, found, page.Limit, import => import.Id).Select(import => import.ToImport());
            },
            cancellationToken);
    }

    public async Task<Page<RowError>> ListRejectedAsync(string id, PageRequest page, CancellationToken cancellationToken)
    {
        var list = $"rejected/{id}";
        var after = page.Cursor is { } cursor ? Cursor.Decode(list, cursor) : MongoRejection.IdAt(id, 0);

        // What a batch has left that is not behind the checkpoint yet is not to be seen.
        var rows = (await FindAsync(id, cancellationToken))?.Tally.Rows ?? 0;
        var filter = new BsonDocument(Names.Id, new BsonDocument { { "$gt", after }, { "$lt", MongoRejection.IdAt(id, rows) } });
        return await store.RunAsync(
            async token =>
            {
                var found = await store.Find(store.Rejections, filter).Sort(new BsonDocument(Names.Id, 1)).Limit(page.Limit + 1)
                    .ToListAsync(token);
                return Cursor.Page(list, found, page.Limit, rejection => rejection.Id).Select(rejection => rejection.ToError());
            },
            cancellationToken);
    }

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
        CustomerChange[] rows = [.. batch.Values.Where(row => erased.RefusalOf(row.Id, row.Email) is null)];
        if (import.Form?.DryRun == true)
        {
            var verdicts = new Queue<CustomerResult>(await store.RunAsync(token => customers.JudgeAsync(rows, token), cancellationToken));
            var refusals = batch.Values.Select(row => erased.RefusalOf(row.Id, row.Email) ?? verdicts.Dequeue().Refusal);
            return await AdvanceAsync(import, batch.Settle(refusals), cancellationToken);
        }

        var results = await store.RunAsync(token => customers.UpsertAsync(rows, token), cancellationToken);

        // Whoever was erased while the rows were written is erased once more.
        var since = await erasures.SinceAsync(import.CreatedAt, cancellationToken);
        foreach (var id in rows.Zip(results).Where(row => since.RefusalOf(row.First.Id, row.First.Email) is not null).Select(row => row.Second.Id).OfType<string>())
        {
            await erasures.FinishAsync(id, cancellationToken);
        }

        var stored = new Queue<FieldError?>(results.Select(result => result.Refusal));
        return await AdvanceAsync(import, batch.Settle(batch.Values.Select(row => erased.RefusalOf(row.Id, row.Email) ?? stored.Dequeue())), cancellationToken);
    }

    public async Task<Import> StoreAsync(Import import, RowBatch<Order> batch, CancellationToken cancellationToken)
    {
        await CheckAsync(import, cancellationToken);
        var erased = await erasures.SinceAsync(import.CreatedAt, cancellationToken);
        if (import.Form?.DryRun == true)
        {
            return await AdvanceAsync(import, batch.Settle(batch.Values.Select(row => erased.RefusalOf(row.CustomerId, row.CustomerEmail))), cancellationToken);
        }

        Order[] rows = [.. batch.Values.Where(row => erased.RefusalOf(row.CustomerId, row.CustomerEmail) is null)];
        var outcomes = await orders.AddAsync(rows, cancellationToken);
        var since = await erasures.SinceAsync(import.CreatedAt, cancellationToken);
        if (rows.Where(row => since.RefusalOf(row.CustomerId, row.CustomerEmail) is not null).Select(row => row.Id).ToArray() is { Length: > 0 } ids)
        {
            await store.RunAsync(
                token => store.Orders.UpdateManyAsync(
                    new BsonDocument(MongoOrder.Names.Id, Query.In(ids)), Query.Change(
                        null, MongoOrder.Names.EmailKey, MongoOrder.Names.EmailHash, MongoOrder.Names.Items), cancellationToken: token),
                cancellationToken);
        }

        var stored = new Queue<FieldError?>(outcomes.Select(outcome => outcome.Refusal()));
        return await AdvanceAsync(
            import, batch.Settle(batch.Values.Select(row => erased.RefusalOf(row.CustomerId, row.CustomerEmail) ?? stored.Dequeue())), cancellationToken);
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
        await AddRejectionsAsync(import, batch.Errors, cancellationToken);
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

    // Whoever was here before, in a process that ended, may have judged otherwise.
    private Task AddRejectionsAsync(Import import, IReadOnlyList<RowError> errors, CancellationToken cancellationToken)
    {
        MongoRejection[] rejections = [.. errors.Select((error, index) => MongoRejection.Of(import, index, error))];
        var after = rejections.Length == 0 ? MongoRejection.IdAt(import.Id, import.Tally.Rows) : rejections[^1].Id;
        var end = MongoRejection.IdAfter(import.Id, import.Tally.Rows);
        var left = new BsonDocument(Names.Id, new BsonDocument { { "$gt", after }, { "$lt", end } });
        return store.RunAsync(
            token => store.Rejections.BulkWriteAsync(
                [
                    new DeleteManyModel<MongoRejection>(left),
                    .. rejections.Select(rejection =>
                        new ReplaceOneModel<MongoRejection>(new BsonDocument(Names.Id, rejection.Id), rejection) { IsUpsert = true }),
                ],
                new BulkWriteOptions { IsOrdered = false },
                token),
            cancellationToken);
    }

    private static BsonDocument At(Import import) => new() { { Names.Id, import.Id }, { Names.Rows, import.Tally.Rows }, { Names.Status, MongoImport.Running } };
}
