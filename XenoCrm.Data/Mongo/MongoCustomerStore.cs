using Microsoft.Extensions.Options;
using MongoDB.Bson;
using MongoDB.Driver;
using XenoCrm.Core;
using XenoCrm.Core.Account;
using XenoCrm.Core.Customers;
using XenoCrm.Core.Rules;
using Names = XenoCrm.Data.Mongo.MongoCustomer.Names;

namespace XenoCrm.Data.Mongo;

internal sealed class MongoCustomerStore(
    MongoStore store, MongoCustomerWriter writer, MongoErasures erasures, IOptions<AccountOptions> account) : ICustomerStore
{
    public Task<IReadOnlyList<CustomerResult>> UpsertAsync(IReadOnlyList<CustomerChange> batch, CancellationToken cancellationToken) =>
        store.RunAsync(token => writer.UpsertAsync(batch, token), cancellationToken);

    public Task<Customer?> FindAsync(string id, CancellationToken cancellationToken) => store.RunAsync(
        async token => (await store.Find(store.Customers, new BsonDocument(Names.Id, id)).FirstOrDefaultAsync(token))?.ToCustomer(),
        cancellationToken);

    public Task<Page<Customer>> ListAsync(CustomerQuery query, PageRequest page, CancellationToken cancellationToken)
    {
        var (filters, sort) = (new BsonArray(), SortOf(query.Sort));
        if (CustomerCursor.Read(query, page.Cursor) is { } after)
        {
            filters.Add(Beyond(query.Sort, sort, after));
        }

        if (query.Rule is { } rule)
        {
            filters.Add(MongoRule.Filter(rule, new RuleTime(query.Now, account.Value.Zone)));
        }

        if (query.TextKey is { } key)
        {
            var part = Query.Contains(key);
            filters.Add(
                new BsonDocument("$or", new BsonArray { new BsonDocument(Names.NameKey, part), new BsonDocument(Names.EmailKey, part) }));
        }

        var direction = query.Sort.IsDescending ? -1 : 1;
        var order = sort == Names.Id ? new BsonDocument(Names.Id, direction)
            : new BsonDocument { { sort, direction }, { Names.Id, direction } };
        return store.RunAsync(
            async token =>
            {
                var filter = filters.Count == 0 ? Query.Everything : new BsonDocument("$and", filters);
                var customers = await store.Find(store.Customers, filter).Sort(order).Limit(page.Limit + 1).ToListAsync(token);
                return CustomerCursor.Page(query, customers.ConvertAll(customer => customer.ToCustomer()), page.Limit);
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

    private static string SortOf(CustomerSort sort) => sort.Field switch
    {
        "id" => Names.Id,
        "name" => Names.NameKey,
        _ => sort.Field,
    };

    /// <summary>Those after that place. What is absent comes before every value.</summary>
    private static BsonDocument Beyond(CustomerSort sort, string field, CustomerCursor.Place after)
    {
        var next = sort.IsDescending ? "$lt" : "$gt";
        var id = new BsonDocument(Names.Id, new BsonDocument(next, after.Id));
        if (field == Names.Id)
        {
            return id;
        }

        BsonValue? value = sort.Field switch
        {
            _ when after.Value is null => null,
            "name" => (BsonString)after.Value,
            "totalSpend" => new BsonDecimal128(Money.FromUnits(after.Units!.Value)),
            "orderCount" => (BsonInt64)after.Units!.Value,
            _ => new BsonDateTime(after.Units!.Value),
        };
        var same = new BsonDocument { { field, value ?? Query.Absent }, { Names.Id, new BsonDocument(next, after.Id) } };
        return (value, sort.IsDescending) switch
        {
            (null, true) => same,
            (null, false) => new BsonDocument("$or", new BsonArray { same, new BsonDocument(field, Query.Present) }),
            (_, true) => new BsonDocument(
                "$or", new BsonArray { same, new BsonDocument(field, Query.Lt(value)), new BsonDocument(field, Query.Absent) }),
            _ => new BsonDocument("$or", new BsonArray { same, new BsonDocument(field, Query.Gt(value)) }),
        };
    }

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
