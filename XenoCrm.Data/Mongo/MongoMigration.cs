using MongoDB.Bson;
using MongoDB.Driver;
using XenoCrm.Core.Customers;
using XenoCrm.Core.Text;

namespace XenoCrm.Data.Mongo;

/// <summary>
/// Brings an older store to the one form in which text and numbers are kept: before anything else is done with it, once, as the
/// document of <c>schema</c> says (<c>{ _id: "store", version: 11 }</c>). It can be broken off, and run twice at once: what is
/// in that form already is left alone, and a document is changed only as it was read. In BSON, by the names that older
/// documents have: the types of today may call their fields otherwise one day.
/// </summary>
internal sealed class MongoMigration(IMongoDatabase database, string? country, TimeSpan timeout)
{
    private const int Version = 11;
    private const int StepSize = 500;
    private const string OldOrderIndex = "by_customer";

    private static readonly string[] Fields = ["name", "phone", "phoneE164", "city", "country", "tags", "attributes", "keys"];

    private static readonly BsonDocument Mark = new("_id", "store");
    private static readonly BsonDocument Absent = new("$exists", false);
    private static readonly UpdateDefinitionBuilder<BsonDocument> Update = Builders<BsonDocument>.Update;

    private readonly IMongoCollection<BsonDocument> customers = database.GetCollection<BsonDocument>("customers");
    private readonly IMongoCollection<BsonDocument> schema = database.GetCollection<BsonDocument>("schema");

    public async Task RunAsync()
    {
        var mark = await FindAsync(schema, Mark).FirstOrDefaultAsync();
        if (mark is not null && mark["version"].ToInt32() >= Version)
        {
            return;
        }

        await ChangeAllAsync();
        await FindItemsAsync();
        await KeyAsync("people", "email", "emailKey");
        await KeyAsync("keys", "name", "nameKey");
        await SettleWaitingAsync();
        await DropOldIndexAsync();
        await schema.UpdateOneAsync(Mark, Update.Set("version", Version), new UpdateOptions { IsUpsert = true });
    }

    private IFindFluent<BsonDocument, BsonDocument> FindAsync(IMongoCollection<BsonDocument> collection, BsonDocument filter) =>
        collection.Find(filter, new FindOptions { MaxTime = timeout, BatchSize = StepSize });

    private async Task ChangeAllAsync()
    {
        BsonValue after = BsonNull.Value;
        while (true)
        {
            var filter = after.IsBsonNull ? [] : new BsonDocument("_id", new BsonDocument("$gt", after));
            var step = await FindAsync(customers, filter).Sort(new BsonDocument("_id", 1)).Limit(StepSize).ToListAsync();
            if (step.Count == 0)
            {
                return;
            }

            // Read anew until none is left that somebody else changed in between.
            var (writes, changed) = (Changes(step), 0L);
            if (writes.Count > 0)
            {
                changed = (await customers.BulkWriteAsync(writes, new BulkWriteOptions { IsOrdered = false })).MatchedCount;
            }

            if (changed == writes.Count)
            {
                await MoveAddressesAsync(step);
                after = step[^1]["_id"];
            }
        }
    }

    private List<WriteModel<BsonDocument>> Changes(List<BsonDocument> documents)
    {
        var changes = new List<WriteModel<BsonDocument>>();
        foreach (var document in documents)
        {
            var form = FormOf(document);
            var asRead = new BsonDocument("_id", document["_id"]);
            var updates = new List<UpdateDefinition<BsonDocument>>();
            foreach (var name in Fields)
            {
                var (old, today) = (document.GetValue(name, null), form.GetValue(name, null));
                if (!Same(old, today))
                {
                    asRead.Add(name, old ?? Absent);
                    updates.Add(today is null ? Update.Unset(name) : Update.Set(name, today));
                }
            }

            if (updates.Count > 0)
            {
                changes.Add(new UpdateOneModel<BsonDocument>(asRead, Update.Combine(updates)));
            }
        }

        return changes;
    }

    // 3.5 as a double and as a decimal are equal, and are not the same.
    private static bool Same(BsonValue? one, BsonValue? other) => one is null || other is null
        ? one == other
        : new BsonDocument("v", one).ToBson().AsSpan().SequenceEqual(new BsonDocument("v", other).ToBson());

    /// <summary>The customer as it would be stored today; but its address and that's key are as they are.</summary>
    private BsonDocument FormOf(BsonDocument document)
    {
        var tags = document.TryGetValue("tags", out var stored) ? stored.AsBsonArray.Select(tag => tag.AsString) : [];
        var old = MongoDB.Bson.Serialization.BsonSerializer.Deserialize<OldCustomer>(document);
        var phone = CustomerForm.Line(old.Phone);
        var customer = new Core.Customers.Customer
        {
            Id = document["_id"].AsString,
            Name = CustomerForm.Line(document["name"].AsString)!,
            Phone = phone,
            PhoneE164 = old.PhoneE164 ?? CustomerForm.E164(phone, country),
            City = CustomerForm.Line(old.City),
            Country = CustomerForm.Line(old.Country),
            Tags = CustomerForm.Tags(tags),
            Attributes = CustomerForm.Attributes(
                old.Attributes?.ToDictionary(attribute => attribute.Name, attribute => MongoCustomer.ToAttribute(attribute.Value)) ?? []),
            CreatedAt = default,
        };
        var form = MongoCustomer.Of(customer).ToBsonDocument();
        if (document["keys"].AsBsonDocument.TryGetValue("email", out var emailKey))
        {
            form["keys"].AsBsonDocument.InsertAt(1, new BsonElement("email", emailKey));
        }

        return form;
    }

    /// <summary>An address that is another customer's in that form stays as it is, for people to decide.</summary>
    private async Task MoveAddressesAsync(List<BsonDocument> documents)
    {
        foreach (var document in documents.Where(document => document.Contains("email")))
        {
            var email = document["email"].AsString;
            var address = CustomerForm.Address(email)!;
            if (address == email && document["keys"]["email"] == TextKey.Of(address))
            {
                continue;
            }

            await IgnoreDuplicateAsync(() => customers.UpdateOneAsync(
                new BsonDocument { { "_id", document["_id"] }, { "email", email } },
                Update.Set("email", address).Set("keys.email", TextKey.Of(address))));
        }
    }

    private async Task KeyAsync(string collection, string field, string key)
    {
        var documents = database.GetCollection<BsonDocument>(collection);
        foreach (var document in await FindAsync(documents, new BsonDocument()).ToListAsync())
        {
            if (document.TryGetValue(field, out var text) && text.IsString
                && TextKey.Of(text.AsString) is var today && document.GetValue(key, BsonNull.Value) != today)
            {
                await IgnoreDuplicateAsync(() => documents.UpdateOneAsync(
                    new BsonDocument { { "_id", document["_id"] }, { field, text } }, Update.Set(key, today)));
            }
        }
    }

    /// <summary>Orders that wait for an address in an older form; whose they are now, the repair finds out.</summary>
    private async Task SettleWaitingAsync()
    {
        var orders = database.GetCollection<BsonDocument>("orders");
        using var waiting = await FindAsync(orders, new BsonDocument("emailKey", new BsonDocument("$exists", true))).ToCursorAsync();
        while (await waiting.MoveNextAsync())
        {
            var moved = new HashSet<string>();
            foreach (var order in waiting.Current)
            {
                var old = order["emailKey"].AsString;
                if (TextKey.Of(old) is var key && key != old)
                {
                    await orders.UpdateOneAsync(
                        new BsonDocument { { "_id", order["_id"] }, { "emailKey", old } }, Update.Set("emailKey", key));
                    moved.Add(key);
                }
            }

            if (moved.Count > 0)
            {
                await database.GetCollection<MongoUnsettled>("unsettled").InsertOneAsync(
                    new MongoUnsettled
                    {
                        Id = ObjectId.GenerateNewId(),
                        At = DateTimeOffset.UnixEpoch,
                        Customers = [],
                        Emails = [.. moved],
                    });
            }
        }
    }

    /// <summary>What orders are found by.</summary>
    private async Task FindItemsAsync()
    {
        var orders = database.GetCollection<BsonDocument>("orders");
        using var those = await FindAsync(orders, new BsonDocument("items", new BsonDocument("$exists", true))).ToCursorAsync();
        while (await those.MoveNextAsync())
        {
            var changes = those.Current
                .Select(order => (order, Keys: MongoOrder.KeysOf(order["items"].AsString)))
                .Where(found => found.Keys is not null && !found.order.Contains("itemKeys"))
                .Select(found => new UpdateOneModel<BsonDocument>(
                    new BsonDocument { { "_id", found.order["_id"] }, { "items", found.order["items"] } },
                    Update.Set("itemKeys", new BsonArray(found.Keys))))
                .ToArray();
            if (changes.Length > 0)
            {
                await orders.BulkWriteAsync(changes, new BulkWriteOptions { IsOrdered = false });
            }
        }
    }

    private async Task DropOldIndexAsync()
    {
        var indexes = database.GetCollection<BsonDocument>("orders").Indexes;
        var names = await (await indexes.ListAsync()).ToListAsync();
        if (names.Exists(index => index["name"] == OldOrderIndex))
        {
            await indexes.DropOneAsync(OldOrderIndex);
        }
    }

    private static async Task IgnoreDuplicateAsync(Func<Task> write)
    {
        try
        {
            await write();
        }
        catch (MongoWriteException e) when (MongoFaults.IsDuplicateKey(e))
        {
            // As said above.
        }
    }

    /// <summary>The fields that are read, whatever their keys were like.</summary>
    private sealed record OldCustomer
    {
        public string? Phone { get; init; }

        public string? PhoneE164 { get; init; }

        public string? City { get; init; }

        public string? Country { get; init; }

        public BsonDocument? Attributes { get; init; }
    }
}
