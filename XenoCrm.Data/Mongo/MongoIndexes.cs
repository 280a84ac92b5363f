using MongoDB.Bson;
using MongoDB.Driver;
using Campaign = XenoCrm.Data.Mongo.MongoCampaign.Names;
using Customer = XenoCrm.Data.Mongo.MongoCustomer.Names;
using Key = XenoCrm.Data.Mongo.MongoKey.Names;
using Order = XenoCrm.Data.Mongo.MongoOrder.Names;
using Person = XenoCrm.Data.Mongo.MongoPerson.Names;
using Row = XenoCrm.Data.Mongo.MongoLogRow.Names;
using Segment = XenoCrm.Data.Mongo.MongoSegment.Names;
using Session = XenoCrm.Data.Mongo.MongoSession.Names;

namespace XenoCrm.Data.Mongo;

/// <summary>Every index, by collection, and what it is for. Creating one that is there does nothing.</summary>
internal static class MongoIndexes
{
    public static readonly IReadOnlyDictionary<string, MongoIndex[]> All = new Dictionary<string, MongoIndex[]>
    {
        ["campaigns"] =
        [
            // A key's first request is the only one.
            new("by_idempotency_key", [Campaign.IdempotencyKey], Unique: true, Where: Campaign.IdempotencyKey),

            // The sender's question, every few hundred milliseconds: those that are not completed are few.
            new("open", [Campaign.Open, Campaign.Status], Where: Campaign.Open),
        ],
        ["segments"] =
        [
            new("by_campaign", [Segment.CampaignId]),
        ],
        ["customers"] =
        [
            // An address is one customer's.
            new("by_email", [Customer.EmailKey], Unique: true, Where: Customer.EmailKey),

            // What rules ask for most: who spent how much, and who has not ordered since when.
            new("by_spend", [Customer.TotalSpend]),
            new("by_last_order", [Customer.LastOrderAt]),
        ],
        ["orders"] =
        [
            // All that a customer's totals are counted from, so that the orders themselves are not read.
            new("by_customer_with_refunds", [Order.CustomerId, Order.PlacedAt, Order.Amount, Order.RefundOf], Where: Order.CustomerId),

            // Where an order goes its refunds go.
            new("refunds", [Order.RefundOf], Where: Order.RefundOf),

            // Those that wait for their customer.
            new("waiting", [Order.EmailKey], Where: Order.EmailKey),
        ],
        ["unsettled"] =
        [
            new("by_age", [MongoUnsettled.Names.At]),
        ],
        ["erasures"] =
        [
            new("by_age", [MongoErasure.Names.At]),
            new("done", [MongoErasure.Names.DoneAt], ExpireAfter: TimeSpan.FromDays(7)),
        ],
        ["imports"] =
        [
            new("by_status", [MongoImport.Names.Status]),
        ],
        ["people"] =
        [
            // An address is one person's.
            new("by_email", [Person.Via, Person.EmailKey], Unique: true),
        ],
        ["sessions"] =
        [
            // To sign somebody out everywhere.
            new("by_person", [Session.PersonId]),
            new("over", [Session.ExpiresAt], ExpireAfter: TimeSpan.Zero),
        ],
        ["keys"] =
        [
            // Each request with a key asks for it.
            new("by_hash", [Key.Hash], Unique: true),
            new("by_name", [Key.NameKey], Unique: true),
        ],
        ["log"] =
        [
            // One row a customer in a campaign; erasure goes through it campaign by campaign.
            new("by_recipient", [Row.CampaignId, Row.CustomerId], Unique: true),

            // Counts, the pages of the log and the steps of large changes.
            new("by_status", [Row.CampaignId, Row.Status, Row.Seq]),

            // The queue: final rows are not in it.
            new("due", [Row.CampaignId, Row.DueAt], Where: Row.DueAt),

            // Receipts that name the vendor's id only.
            new("by_vendor_message", [Row.VendorMessageId], Where: Row.VendorMessageId),
        ],
    };

    public static Task CreateAsync(IMongoDatabase database) => Task.WhenAll(All.Select(async collection =>
        await database.GetCollection<BsonDocument>(collection.Key).Indexes.CreateManyAsync(collection.Value.Select(index => index.ToModel()))));
}

/// <param name="Name">What it is for.</param>
/// <param name="Keys">The fields, ascending.</param>
/// <param name="Unique">Whether no two documents may have the same keys.</param>
/// <param name="Where">It holds only documents that have this field.</param>
/// <param name="ExpireAfter">So long after the time in the first field a document is deleted.</param>
internal sealed record MongoIndex(string Name, string[] Keys, bool Unique = false, string? Where = null, TimeSpan? ExpireAfter = null)
{
    public CreateIndexModel<BsonDocument> ToModel() => new(
        new BsonDocument(Keys.Select(key => new BsonElement(key, 1))),
        new CreateIndexOptions<BsonDocument>
        {
            Name = Name,
            Unique = Unique,
            ExpireAfter = ExpireAfter,
            PartialFilterExpression = Where is null ? null : new BsonDocument(Where, Query.Present),
        });
}
