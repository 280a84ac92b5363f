using MongoDB.Driver;
using XenoCrm.Core;
using XenoCrm.Core.Customers;
using XenoCrm.Core.Imports;
using XenoCrm.Core.Orders;
using XenoCrm.Core.Rows;
using XenoCrm.Core.Suppressions;

namespace XenoCrm.Data.Mongo;

/// <remarks>
/// The rows are stored before the checkpoint moves, and so are their errors. A crash in between stores them again, which changes
/// nothing: a customer's row sets the same fields, an order counts once, and a batch's errors replace those that it left.
/// </remarks>
internal sealed class MongoImportStore(
    MongoStore store, MongoCustomerWriter customers, IOrderStore orders, MongoErasures erasures, MongoSuppressions suppressions,
    TimeProvider time) : IImportStore
{
    private const string List = "imports";

    private static readonly FilterDefinitionBuilder<MongoRejection> Rejections = Builders<MongoRejection>.Filter;

    public Task AddAsync(Import import, CancellationToken cancellationToken) =>
        store.RunAsync(token => store.Imports.InsertOneAsync(MongoImport.Of(import), cancellationToken: token), cancellationToken);

    public Task<Import?> FindAsync(string id, CancellationToken cancellationToken) => store.RunAsync(
        async token => (await store.Find(store.Imports, import => import.Id == id).FirstOrDefaultAsync(token))?.ToImport(),
        cancellationToken);

    public Task<Page<Import>> ListAsync(PageRequest page, CancellationToken cancellationToken) => store.RunAsync(
        async token =>
        {
            var imports = await store.FindPageAsync(store.Imports, List, page, import => import.Id, token);
            return imports.Select(import => import.ToImport());
        },
        cancellationToken);

    public async Task<Page<RowError>> ListRejectedAsync(string id, PageRequest page, CancellationToken cancellationToken)
    {
        var list = $"rejected/{id}";
        var after = page.Cursor is { } cursor ? Cursor.Decode(list, cursor) : MongoRejection.IdAt(id, 0);

        // What a batch has left that is not behind the checkpoint yet is not to be seen.
        var rows = (await FindAsync(id, cancellationToken))?.Tally.Rows ?? 0;
        var filter = Between(after, MongoRejection.IdAt(id, rows));
        return await store.RunAsync(
            async token =>
            {
                var found = await store.Find(store.Rejections, filter)
                    .SortBy(rejection => rejection.Id)
                    .Limit(page.Limit + 1)
                    .ToListAsync(token);
                return Cursor.Page(list, found, page.Limit, rejection => rejection.Id).Select(rejection => rejection.ToError());
            },
            cancellationToken);
    }

    public Task<IReadOnlyList<Import>> ListRunningAsync(CancellationToken cancellationToken) => store.RunAsync<IReadOnlyList<Import>>(
        async token =>
        {
            var running = await store.Find(store.Imports, import => import.Status == MongoImport.Running)
                .SortBy(import => import.Id)
                .ToListAsync(token);
            return [.. running.Select(import => import.ToImport())];
        },
        cancellationToken);

    public async Task<Import> StoreAsync(Import import, RowBatch<CustomerChange> batch, CancellationToken cancellationToken)
    {
        await CheckAsync(import, cancellationToken);
        var erased = await erasures.SinceAsync(import.CreatedAt, cancellationToken);
        CustomerChange[] rows = [.. batch.Values.Where(row => erased.RefusalOf(row.Id, row.Email) is null)];
        if (import.IsDryRun)
        {
            var verdicts = new Queue<CustomerResult>(await store.RunAsync(token => customers.JudgeAsync(rows, token), cancellationToken));
            var refusals = batch.Values.Select(row => erased.RefusalOf(row.Id, row.Email) ?? verdicts.Dequeue().Refusal);
            return await AdvanceAsync(import, batch.Settle(refusals), cancellationToken);
        }

        var results = await store.RunAsync(token => customers.UpsertAsync(rows, token), cancellationToken);

        // Whoever was erased while the rows were written is erased once more.
        var since = await erasures.SinceAsync(import.CreatedAt, cancellationToken);
        var late = rows.Zip(results).Where(row => since.RefusalOf(row.First.Id, row.First.Email) is not null);
        foreach (var id in late.Select(row => row.Second.Id).OfType<string>())
        {
            await erasures.FinishAsync(id, cancellationToken);
        }

        var stored = new Queue<FieldError?>(results.Select(result => result.Refusal));
        var all = batch.Values.Select(row => erased.RefusalOf(row.Id, row.Email) ?? stored.Dequeue());
        return await AdvanceAsync(import, batch.Settle(all), cancellationToken);
    }

    public async Task<Import> StoreAsync(Import import, RowBatch<Order> batch, CancellationToken cancellationToken)
    {
        await CheckAsync(import, cancellationToken);
        var erased = await erasures.SinceAsync(import.CreatedAt, cancellationToken);
        if (import.IsDryRun)
        {
            return await AdvanceAsync(import, batch.Settle(batch.Values.Select(row => RefusalOf(erased, row))), cancellationToken);
        }

        Order[] rows = [.. batch.Values.Where(row => RefusalOf(erased, row) is null)];
        var outcomes = await orders.AddAsync(rows, cancellationToken);
        var since = await erasures.SinceAsync(import.CreatedAt, cancellationToken);
        if (rows.Where(row => RefusalOf(since, row) is not null).Select(row => row.Id).ToArray() is { Length: > 0 } ids)
        {
            await store.RunAsync(
                token => store.Orders.UpdateManyAsync(
                    order => ids.Contains(order.Id), MongoOrder.WithoutPerson, cancellationToken: token),
                cancellationToken);
        }

        var stored = new Queue<FieldError?>(outcomes.Select(outcome => outcome.Refusal()));
        var all = batch.Values.Select(row => RefusalOf(erased, row) ?? stored.Dequeue());
        return await AdvanceAsync(import, batch.Settle(all), cancellationToken);
    }

    public async Task<Import> StoreAsync(Import import, RowBatch<SuppressionRow> batch, CancellationToken cancellationToken)
    {
        await CheckAsync(import, cancellationToken);
        if (!import.IsDryRun)
        {
            var now = time.GetUtcNow();
            await store.RunLongAsync(
                async token =>
                {
                    await suppressions.AddAsync([.. batch.Values.Select(row => row.Of(import.By, now))], token);
                    return true;
                },
                cancellationToken);
        }

        return await AdvanceAsync(import, batch.Settle(), cancellationToken);
    }

    public Task EndAsync(string id, ImportStatus status, string? message, CancellationToken cancellationToken)
    {
        var end = Builders<MongoImport>.Update
            .Set(import => import.Status, MongoImport.Name(status))
            .Set(import => import.CompletedAt, time.GetUtcNow());
        return store.RunAsync(
            token => store.Imports.UpdateOneAsync(
                import => import.Id == id && import.Status == MongoImport.Running,
                message is null ? end : end.Set(import => import.Message, message),
                cancellationToken: token),
            cancellationToken);
    }

    private static FieldError? RefusalOf(ErasedPeople erased, Order row) => erased.RefusalOf(row.CustomerId, row.CustomerEmail);

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
        var document = MongoImport.Of(moved);
        var advanced = await store.RunAsync(
            token => store.Imports.UpdateOneAsync(
                At(import),
                Builders<MongoImport>.Update
                    .Set(one => one.Rows, document.Rows)
                    .Set(one => one.Accepted, document.Accepted)
                    .Set(one => one.Rejected, document.Rejected)
                    .Set(one => one.Errors, document.Errors),
                cancellationToken: token),
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
        return store.RunAsync(
            token => store.Rejections.BulkWriteAsync(
                [
                    new DeleteManyModel<MongoRejection>(Between(after, end)),
                    .. rejections.Select(rejection =>
                        new ReplaceOneModel<MongoRejection>(Rejections.Eq(one => one.Id, rejection.Id), rejection) { IsUpsert = true }),
                ],
                new BulkWriteOptions { IsOrdered = false },
                token),
            cancellationToken);
    }

    private static FilterDefinition<MongoRejection> Between(string after, string before) =>
        Rejections.Gt(rejection => rejection.Id, after) & Rejections.Lt(rejection => rejection.Id, before);

    private static FilterDefinition<MongoImport> At(Import import) => Builders<MongoImport>.Filter.Where(
        one => one.Id == import.Id && one.Rows == import.Tally.Rows && one.Status == MongoImport.Running);
}
