using MongoDB.Bson;
using MongoDB.Driver;
using XenoCrm.Data.Customers;
using Names = XenoCrm.Data.Mongo.MongoCustomer.Names;

namespace XenoCrm.Data.Mongo;

internal sealed class MongoCustomerStore(MongoStore store, MongoCustomerWriter writer, MongoErasures erasures) : ICustomerStore
{
    private const string List = "customers";

    public Task<IReadOnlyList<CustomerResult>> UpsertAsync(IReadOnlyList<CustomerChange> batch, CancellationToken cancellationToken) =>
        store.RunAsync(token => writer.UpsertAsync(batch, token), cancellationToken);

    public Task<Customer?> FindAsync(string id, CancellationToken cancellationToken) => store.RunAsync(
        async token => (await store.Find(store.Customers, new BsonDocument(Names.Id, id)).FirstOrDefaultAsync(token))?.ToCustomer(),
        cancellationToken);

    public Task<Page<Customer>> ListAsync(string? query, PageRequest page, CancellationToken cancellationToken)
    {
        var filter = new BsonDocument();
        if (page.Cursor is { } cursor)
        {
            filter.Add(Names.Id, Query.Gt(Cursor.Decode(List, cursor)));
        }

        if (query is not null)
        {
            var part = Query.Contains(TextKey.Of(query));
            filter.Add("$or", new BsonArray { new BsonDocument(Names.NameKey, part), new BsonDocument(Names.EmailKey, part) });
        }

        return store.RunAsync(
            async token =>
            {
                var customers = await store.Find(store.Customers, filter).Sort(new BsonDocument(Names.Id, 1)).Limit(page.Limit + 1).ToListAsync(token);
                return Cursor.Page(List, customers, page.Limit, customer => customer.Id).Select(customer => customer.ToCustomer());
            },
            cancellationToken);
    }

    public Task<bool> EraseAsync(string id, CancellationToken cancellationToken) => erasures.EraseAsync(id, cancellationToken);

    public Task<CustomerWords> CountWordsAsync(int most, CancellationToken cancellationToken) => store.RunAsync(
        async token => new CustomerWords(
            CustomerWords.Fold(await CountWordsAsync([], "$" + Names.City, 3 * most, token), most),
            CustomerWords.Fold(await CountWordsAsync([], "$" + Names.Country, 3 * most, token), most),
            CustomerWords.Fold(await CountWordsAsync([Unwind("$" + Names.Tags)], "$" + Names.Tags, 3 * most, token), most),
            await CountWordsAsync(
                [new BsonDocument("$project", new BsonDocument("pair", new BsonDocument("$objectToArray", "$" + Names.Attributes))), Unwind("$pair")], "$pair.k", most, token)),
        cancellationToken);

    private async Task<List<WordCount>> CountWordsAsync(BsonDocument[] stages, string word, int most, CancellationToken cancellationToken)
    {
        // What is absent has no field, and $group takes it for null.
        var pipeline = store.Aggregate(store.Customers).Limit(CustomerWords.MaxCustomers).As<BsonDocument>();
        pipeline = stages.Aggregate(pipeline, (stream, stage) => stream.AppendStage<BsonDocument>(stage));
        var words = await pipeline
            .Group(new BsonDocument { { Names.Id, word }, { "customers", new BsonDocument("$sum", 1) } })
            .Match(new BsonDocument(Names.Id, new BsonDocument("$type", "string")))
            .Sort(new BsonDocument { { "customers", -1 }, { Names.Id, 1 } })
            .Limit(most)
            .ToListAsync(cancellationToken);
        return words.ConvertAll(found => new WordCount(found[Names.Id].AsString, found["customers"].ToInt64()));
    }

    private static BsonDocument Unwind(string path) => new("$unwind", path);
}
