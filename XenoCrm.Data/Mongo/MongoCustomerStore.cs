using MongoDB.Bson;
using MongoDB.Driver;
using XenoCrm.Core;
using XenoCrm.Core.Account;
using XenoCrm.Core.Customers;
using XenoCrm.Core.Rules;

namespace XenoCrm.Data.Mongo;

/// <remarks>The counting of words is a pipeline, in BSON: attributes are counted by their names, which no type knows.</remarks>
internal sealed class MongoCustomerStore(
    MongoStore store, MongoCustomerWriter writer, MongoErasures erasures, AccountSettings account) : ICustomerStore
{
    private static readonly FilterDefinitionBuilder<MongoCustomer> Where = Builders<MongoCustomer>.Filter;
    private static readonly MongoField<MongoCustomer, string> Id = new(customer => customer.Id);
    private static readonly MongoField<MongoCustomer, string> NameKey = new(customer => customer.Keys.Name);
    private static readonly MongoField<MongoCustomer, string?> City = new(customer => customer.City);
    private static readonly MongoField<MongoCustomer, string?> Country = new(customer => customer.Country);
    private static readonly MongoField<MongoCustomer, IReadOnlyList<string>?> Tags = new(customer => customer.Tags);
    private static readonly MongoField<MongoCustomer, BsonDocument?> Attributes = new(customer => customer.Attributes);

    public Task<IReadOnlyList<CustomerResult>> UpsertAsync(IReadOnlyList<CustomerChange> batch, CancellationToken cancellationToken) =>
        store.RunAsync(token => writer.UpsertAsync(batch, token), cancellationToken);

    public Task<Customer?> FindAsync(string id, CancellationToken cancellationToken) => store.RunAsync(
        async token => (await store.Find(store.Customers, customer => customer.Id == id).FirstOrDefaultAsync(token))?.ToCustomer(),
        cancellationToken);

    public Task<IReadOnlyDictionary<string, string>> FindNamesAsync(IReadOnlyCollection<string> ids, CancellationToken cancellationToken) =>
        store.RunAsync<IReadOnlyDictionary<string, string>>(
            async token =>
            {
                var found = await store.Find(store.Customers, Where.In(customer => customer.Id, ids))
                    .Project(customer => new { customer.Id, customer.Name })
                    .ToListAsync(token);
                return found.ToDictionary(customer => customer.Id, customer => customer.Name);
            },
            cancellationToken);

    public async Task<Page<Customer>> ListAsync(CustomerQuery query, PageRequest page, CancellationToken cancellationToken)
    {
        var filter = Where.Empty;
        if (CustomerCursor.Read(query, page.Cursor) is { } after)
        {
            filter &= Beyond(query.Sort, after);
        }

        if (query.TextKey is { } key)
        {
            var part = MongoPattern.Contains(key);
            filter &= Where.Regex(customer => customer.Keys.Name, part) | Where.Regex(customer => customer.Keys.Email, part);
        }

        // One more than asked for says that there is a next page.
        var (customers, most) = (new List<Customer>(), page.Limit + 1);
        var (order, time) = (OrderOf(query.Sort), new RuleTime(query.Now, account.Current.Zone));
        await foreach (var those in store.FiltersAsync(query.Rule ?? new Everyone(), time, filter, order, cancellationToken))
        {
            var found = await store.RunAsync(
                token => store.Find(store.Customers, those).Sort(order).Limit(most - customers.Count).ToListAsync(token),
                cancellationToken);
            customers.AddRange(found.Select(customer => customer.ToCustomer()));
            if (customers.Count == most)
            {
                break;
            }
        }

        return CustomerCursor.Page(query, customers, page.Limit);
    }

    public Task<bool> EraseAsync(string id, CancellationToken cancellationToken) => erasures.EraseAsync(id, cancellationToken);

    public Task<CustomerWords> CountWordsAsync(int most, CancellationToken cancellationToken) => store.RunAsync(
        async token =>
        {
            var pairs = new BsonDocument("$project", new BsonDocument("pair", new BsonDocument("$objectToArray", Attributes.Value)));
            return new CustomerWords(
                CustomerWords.Fold(await CountWordsAsync([], City.Value, 3 * most, token), most),
                CustomerWords.Fold(await CountWordsAsync([], Country.Value, 3 * most, token), most),
                CustomerWords.Fold(await CountWordsAsync([Unwind(Tags.Value)], Tags.Value, 3 * most, token), most),
                await CountWordsAsync([pairs, Unwind("$pair")], "$pair.k", most, token));
        },
        cancellationToken);

    // What customers are sorted by is called as it is stored, but for the name, which is sorted by its key.
    private static string FieldOf(CustomerSort sort) => sort.Field switch
    {
        "id" => Id.Name,
        "name" => NameKey.Name,
        _ => sort.Field,
    };

    /// <summary>Those after that place. What is absent comes before every value.</summary>
    private static FilterDefinition<MongoCustomer> Beyond(CustomerSort sort, CustomerCursor.Place after)
    {
        FilterDefinition<MongoCustomer> Past(string name, BsonValue value) =>
            sort.IsDescending ? Where.Lt(name, value) : Where.Gt(name, value);
        var id = Past(Id.Name, after.Id);
        if (sort.Field == "id")
        {
            return id;
        }

        var field = FieldOf(sort);
        if (after.Value is null)
        {
            var absent = Where.Exists(field, exists: false) & id;
            return sort.IsDescending ? absent : absent | Where.Exists(field);
        }

        BsonValue value = sort.Field switch
        {
            "name" => after.Value,
            "totalSpend" => new BsonDecimal128(Money.FromUnits(after.Units!.Value)),
            "orderCount" => after.Units!.Value,
            _ => new BsonDateTime(after.Units!.Value),
        };
        var beyond = (Where.Eq(field, value) & id) | Past(field, value);
        return sort.IsDescending ? beyond | Where.Exists(field, exists: false) : beyond;
    }

    private static SortDefinition<MongoCustomer> OrderOf(CustomerSort sort)
    {
        var order = Builders<MongoCustomer>.Sort;
        string[] fields = sort.Field == "id" ? [Id.Name] : [FieldOf(sort), Id.Name];
        return order.Combine(fields.Select(field => sort.IsDescending ? order.Descending(field) : order.Ascending(field)));
    }

    private async Task<List<WordCount>> CountWordsAsync(
        BsonDocument[] stages, string word, int most, CancellationToken cancellationToken)
    {
        // What is absent has no field, and $group takes it for null.
        var pipeline = store.Aggregate(store.Customers).Limit(CustomerWords.MaxCustomers).As<BsonDocument>();
        pipeline = stages.Aggregate(pipeline, (stream, stage) => stream.AppendStage<BsonDocument>(stage));
        var words = await pipeline
            .Group(new BsonDocument { { "_id", word }, { "customers", new BsonDocument("$sum", 1) } })
            .Match(new BsonDocument("_id", new BsonDocument("$type", "string")))
            .Sort(new BsonDocument { { "customers", -1 }, { "_id", 1 } })
            .Limit(most)
            .ToListAsync(cancellationToken);
        return words.ConvertAll(found => new WordCount(found["_id"].AsString, found["customers"].ToInt64()));
    }

    private static BsonDocument Unwind(string path) => new("$unwind", path);
}
