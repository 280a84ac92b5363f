using MongoDB.Bson;
using MongoDB.Driver;
using XenoCrm.Core.Customers;
using XenoCrm.Core.Text;
using Customer = XenoCrm.Data.Mongo.MongoCustomer.Names;
using Order = XenoCrm.Data.Mongo.MongoOrder.Names;

namespace XenoCrm.Data.Mongo;

/// <summary>
/// Brings an older store to the one form in which text and numbers are kept: before anything else is done with it, once, as the
/// document of <c>schema</c> says (<c>{ _id: "store", version: 10 }</c>). It can be broken off, and run twice at once: what is
/// in that form already is left alone, and a document is changed only as it was read.
/// </summary>
internal sealed class MongoMigration(IMongoDatabase database, string? country, TimeSpan timeout)
{
    private const int Version = 10;
    private const int StepSize = 500;
    private const string OldOrderIndex = "by_customer";

    private static readonly BsonDocument Mark = new("_id", "store");

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
        await KeyAsync("people", "email", "emailKey");
        await KeyAsync("keys", "name", "nameKey");
        await SettleWaitingAsync();
        await DropOldIndexAsync();
        await schema.UpdateOneAsync(Mark, Query.Change(new BsonDocument("version", Version)), new UpdateOptions { IsUpsert = true });
    }

    private IFindFluent<BsonDocument, BsonDocument> FindAsync(IMongoCollection<BsonDocument> collection, BsonDocument filter) =>
        collection.Find(filter, new FindOptions { MaxTime = timeout, BatchSize = StepSize });

    private async Task ChangeAllAsync()
    {
        BsonValue after = BsonNull.Value;
        while (true)
        {
            var filter = after.IsBsonNull ? Query.Everything : new BsonDocument(Customer.Id, Query.Gt(after));
            var step = await FindAsync(customers, filter).Sort(new BsonDocument(Customer.Id, 1)).Limit(StepSize).ToListAsync();
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
                after = step[^1][Customer.Id];
            }
        }
    }

    private List<WriteModel<BsonDocument>> Changes(List<BsonDocument> documents)
    {
        var changes = new List<WriteModel<BsonDocument>>();
        foreach (var document in documents)
        {
            var form = FormOf(document);
            var (set, unset) = (new BsonDocument(), new List<string>());
            foreach (var name in (string[])[Customer.Name, Customer.Phone, Customer.PhoneE164, Customer.City, Customer.Country,
                Customer.Tags, Customer.Attributes, "keys"])
            {
                if (!form.Contains(name))
                {
                    unset.AddRange(document.Contains(name) ? [name] : []);
                }
                else if (!document.TryGetValue(name, out var old) || !Same(old, form[name]))
                {
                    set.Add(name, form[name]);
                }
            }

            if (set.ElementCount > 0 || unset.Count > 0)
            {
                var asRead = new BsonDocument(Customer.Id, document[Customer.Id]);
                asRead.AddRange(set.Names.Concat(unset).Select(name => new BsonElement(name, document.GetValue(name, Query.Absent))));
                changes.Add(new UpdateOneModel<BsonDocument>(asRead, Query.Change(set, [.. unset])));
            }
        }

        return changes;
    }

    // 3.5 as a double and as a decimal are equal, and are not the same.
    private static bool Same(BsonValue one, BsonValue other) => new BsonDocument("v", one).ToBson().AsSpan().SequenceEqual(
        new BsonDocument("v", other).ToBson());

    /// <summary>The customer as it would be stored today; but its address and that's key are as they are.</summary>
    private BsonDocument FormOf(BsonDocument document)
    {
        var tags = document.TryGetValue(Customer.Tags, out var stored) ? stored.AsBsonArray.Select(tag => tag.AsString) : [];
        var old = MongoDB.Bson.Serialization.BsonSerializer.Deserialize<OldCustomer>(document);
        var phone = CustomerForm.Line(old.Phone);
        var customer = new Core.Customers.Customer
        {
            Id = document[Customer.Id].AsString,
            Name = CustomerForm.Line(document[Customer.Name].AsString)!,
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
        foreach (var document in documents.Where(document => document.Contains(Customer.Email)))
        {
            var email = document[Customer.Email].AsString;
            var address = CustomerForm.Address(email)!;
            if (address == email && document["keys"]["email"] == TextKey.Of(address))
            {
                continue;
            }

            await IgnoreDuplicateAsync(() => customers.UpdateOneAsync(
                new BsonDocument { { Customer.Id, document[Customer.Id] }, { Customer.Email, email } },
                Query.Change(new BsonDocument { { Customer.Email, address }, { Customer.EmailKey, TextKey.Of(address) } })));
        }
    }

    private async Task KeyAsync(string collection, string field, string key)
    {
        var documents = database.GetCollection<BsonDocument>(collection);
        foreach (var document in await FindAsync(documents, Query.Everything).ToListAsync())
        {
            if (document.TryGetValue(field, out var text) && text.IsString && document.GetValue(key, BsonNull.Value) != TextKey.Of(
                text.AsString))
            {
                await IgnoreDuplicateAsync(() => documents.UpdateOneAsync(
                    new BsonDocument { { "_id", document["_id"] }, { field, text } }, Query.Change(
                        new BsonDocument(key, TextKey.Of(text.AsString)))));
            }
        }
    }

    /// <summary>Orders that wait for an address in an older form; whose they are now, the repair finds out.</summary>
    private async Task SettleWaitingAsync()
    {
        var orders = database.GetCollection<BsonDocument>("orders");
        using var waiting = await FindAsync(orders, new BsonDocument(Order.EmailKey, Query.Present)).ToCursorAsync();
        while (await waiting.MoveNextAsync())
        {
            var moved = new HashSet<string>();
            foreach (var order in waiting.Current)
            {
                var old = order[Order.EmailKey].AsString;
                if (TextKey.Of(old) is var key && key != old)
                {
                    await orders.UpdateOneAsync(
                        new BsonDocument { { Order.Id, order[Order.Id] }, { Order.EmailKey, old } }, Query.Change(
                            new BsonDocument(Order.EmailKey, key)));
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
                        Emails =
                        [.. moved]
                    });
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
        catch (MongoWriteException e) when (e.WriteError?.Category == ServerErrorCategory.DuplicateKey)
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
