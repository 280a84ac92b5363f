using System.Linq.Expressions;
using MongoDB.Driver;

namespace XenoCrm.Data.Mongo;

/// <summary>Every index, by collection, and what it is for. Creating one that is there does nothing.</summary>
internal static class MongoIndexes
{
    public static Task CreateAsync(MongoStore store) => Task.WhenAll(
        CreateAsync(
            store.Campaigns,
            [
                // A key's first request is the only one.
                new("by_idempotency_key", [campaign => campaign.IdempotencyKey], Unique: true, Where: campaign => campaign.IdempotencyKey),

                // The sender's question, every few hundred milliseconds: those that are not completed are few.
                new("open", [campaign => campaign.Open, campaign => campaign.Status], Where: campaign => campaign.Open),

                // The runs of a recurring one.
                new("by_series", [campaign => campaign.Series], Where: campaign => campaign.Series),
            ]),
        CreateAsync(
            store.Segments,
            [
                new("by_campaign", [segment => segment.CampaignId]),
                new("by_idempotency_key", [segment => segment.IdempotencyKey], Unique: true, Where: segment => segment.IdempotencyKey),
            ]),
        CreateAsync(
            store.Customers,
            [
                // An address is one customer's.
                new("by_email", [customer => customer.Keys.Email], Unique: true, Where: customer => customer.Keys.Email),

                // What rules ask for most: who spent how much, and who has not ordered since when.
                new("by_spend", [customer => customer.TotalSpend]),
                new("by_last_order", [customer => customer.LastOrderAt]),
            ]),
        CreateAsync(
            store.Orders,
            [
                // All that a customer's totals are counted from, so that the orders themselves are not read.
                new(
                    "by_customer_with_refunds",
                    [order => order.CustomerId, order => order.PlacedAt, order => order.Amount, order => order.RefundOf],
                    Where: order => order.CustomerId),

                // Where an order goes its refunds go.
                new("refunds", [order => order.RefundOf], Where: order => order.RefundOf),

                // Those that wait for their customer.
                new("waiting", [order => order.EmailKey], Where: order => order.EmailKey),
            ]),
        CreateAsync(store.Unsettled, [new("by_age", [unsettled => unsettled.At])]),
        CreateAsync(
            store.Erasures,
            [
                new("by_age", [erasure => erasure.At]),
                new("done", [erasure => erasure.DoneAt], ExpireAfter: TimeSpan.FromDays(7)),
            ]),
        CreateAsync(store.Imports, [new("by_status", [import => import.Status])]),

        // An address is one person's.
        CreateAsync(store.People, [new("by_email", [person => person.Via, person => person.EmailKey], Unique: true)]),
        CreateAsync(
            store.Sessions,
            [
                // To sign somebody out everywhere.
                new("by_person", [session => session.PersonId]),
                new("over", [session => session.ExpiresAt], ExpireAfter: TimeSpan.Zero),
            ]),
        CreateAsync(
            store.Keys,
            [
                // Each request with a key asks for it.
                new("by_hash", [key => key.Hash], Unique: true),
                new("by_name", [key => key.NameKey], Unique: true),
            ]),
        CreateAsync(store.Suppressions, [new("by_time", [entry => entry.At, entry => entry.Id])]),
        CreateAsync(
            store.Log,
            [
                // One row a customer in a campaign; erasure goes through it campaign by campaign.
                new("by_recipient", [row => row.CampaignId, row => row.CustomerId], Unique: true),

                // Counts, the pages of the log and the steps of large changes.
                new("by_status", [row => row.CampaignId, row => row.Status, row => row.Seq]),

                // The queue: final rows are not in it.
                new("due", [row => row.CampaignId, row => row.DueAt], Where: row => row.DueAt),

                // Those that wait for their hour.
                new("waiting", [row => row.CampaignId, row => row.HourAt], Where: row => row.HourAt),

                // Receipts that name the vendor's id only.
                new("by_vendor_message", [row => row.VendorMessageId], Where: row => row.VendorMessageId),
            ]));

    private static Task CreateAsync<T>(IMongoCollection<T> collection, MongoIndex<T>[] indexes) =>
        collection.Indexes.CreateManyAsync(indexes.Select(index => index.ToModel()));

    /// <param name="Name">What it is for.</param>
    /// <param name="Keys">The fields, ascending.</param>
    /// <param name="Unique">Whether no two documents may have the same keys.</param>
    /// <param name="Where">It holds only documents that have this field.</param>
    /// <param name="ExpireAfter">So long after the time in the first field a document is deleted.</param>
    private sealed record MongoIndex<T>(
        string Name,
        Expression<Func<T, object?>>[] Keys,
        bool Unique = false,
        Expression<Func<T, object?>>? Where = null,
        TimeSpan? ExpireAfter = null)
    {
        public CreateIndexModel<T> ToModel() => new(
            Builders<T>.IndexKeys.Combine(Keys.Select(key => Builders<T>.IndexKeys.Ascending(key))),
            new CreateIndexOptions<T>
            {
                Name = Name,
                Unique = Unique,
                ExpireAfter = ExpireAfter,
                PartialFilterExpression = Where is null ? null : Builders<T>.Filter.Exists(Where),
            });
    }
}
