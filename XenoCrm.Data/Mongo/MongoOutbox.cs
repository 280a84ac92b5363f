using MongoDB.Bson;
using MongoDB.Driver;
using XenoCrm.Core.Campaigns;
using Names = XenoCrm.Data.Mongo.MongoLogRow.Names;

namespace XenoCrm.Data.Mongo;

internal sealed class MongoOutbox(MongoStore store, MongoCampaignProgress progress) : IOutbox
{
    // Senders who meet at the same rows spread over so many times as many as they want.
    private const int Spread = 8;

    public Task<IReadOnlyList<OpenCampaign>> ListOpenAsync(CancellationToken cancellationToken) => store.RunAsync<IReadOnlyList<OpenCampaign>>(
        async token =>
        {
            var campaigns = await store.Find(store.Campaigns, OpenIn()).Sort(new BsonDocument(MongoCampaign.Names.Id, 1)).ToListAsync(token);
            return [.. campaigns.Select(campaign => new OpenCampaign(campaign.Id, campaign.ToStatus()))];
        },
        cancellationToken);

    /// <remarks>
    /// Four round trips for any number of rows: look for some that are due, mark those that still are, read the marked and
    /// their customers.
    /// Where other senders were quicker with some of them, the rest is looked for elsewhere in the queue.
    /// </remarks>
    public Task<IReadOnlyList<OutboxRow>> LeaseAsync(string campaignId, int count, DateTimeOffset now, DateTimeOffset leaseUntil, CancellationToken cancellationToken) => store.RunAsync<IReadOnlyList<OutboxRow>>(
        async token =>
        {
            var leased = new List<OutboxRow>();
            if (!await store.Find(store.Campaigns, OpenIn().Add(MongoCampaign.Names.Id, campaignId)).AnyAsync(token))
            {
                return leased;
            }

            var due = new BsonDocument { { Names.CampaignId, campaignId }, { Names.DueAt, Query.Lte(now.ToBson()) } };
            for (var spread = 1; leased.Count < count; spread = Spread)
            {
                var wanted = count - leased.Count;
                var ids = await store.Find(store.Log, due)
                    .Sort(new BsonDocument(Names.DueAt, 1))
                    .Limit((int)Math.Min(int.MaxValue, (long)wanted * spread))
                    .Project(row => row.Id)
                    .ToListAsync(token);
                if (ids.Count == 0)
                {
                    break;
                }

                var lease = ObjectId.GenerateNewId();
                var first = ids.Count <= wanted ? 0 : (int)((uint)lease.GetHashCode() % (ids.Count - wanted + 1));
                leased.AddRange(await TakeAsync(due, ids.GetRange(first, Math.Min(wanted, ids.Count)), lease, leaseUntil, token));
            }

            return leased;
        },
        cancellationToken);

    public Task RecordAsync(IReadOnlyList<SendResult> results, DateTimeOffset now, CancellationToken cancellationToken) => store.RunAsync(
        async token =>
        {
            if (results.Count == 0)
            {
                return;
            }

            var recorded = await store.Log.BulkWriteAsync(results.Select(result => Record(result, now)), new BulkWriteOptions { IsOrdered = false }, token);
            if (recorded.MatchedCount == results.Count)
            {
                return;
            }

            // A receipt may have come before the vendor's own answer: then the row is final, and only lacks the id.
            UpdateOneModel<MongoLogRow>[] late = [.. results.OfType<SendResult.Accepted>().Select(NameVendorMessage)];
            if (late.Length > 0)
            {
                await store.Log.BulkWriteAsync(late, new BulkWriteOptions { IsOrdered = false }, token);
            }
        },
        cancellationToken);

    public async Task<RecentOutcomes> CountRecentAsync(string campaignId, CancellationToken cancellationToken)
    {
        var campaign = await store.RunAsync(
            token => store.Find(store.Campaigns, new BsonDocument(MongoCampaign.Names.Id, campaignId)).FirstAsync(token), cancellationToken);

        // Until a retry has reached every failed row, those of the last round are among them.
        if (campaign.Renewing == true)
        {
            return new RecentOutcomes(0, 0);
        }

        var stats = (await progress.CountAsync([campaign], cancellationToken))[campaignId];
        return new RecentOutcomes(stats.Sent - campaign.SentBefore, stats.Failed - campaign.FailedBefore);
    }

    public Task<bool> TryCompleteAsync(string campaignId, DateTimeOffset now, CancellationToken cancellationToken) =>
        progress.TryCompleteAsync(campaignId, now, cancellationToken);

    private static BsonDocument OpenIn() => new()
    {
        { MongoCampaign.Names.Open, true },
        { MongoCampaign.Names.Status, Query.In([MongoCampaign.Sending, MongoCampaign.Cancelled]) },
    };

    private async Task<IEnumerable<OutboxRow>> TakeAsync(BsonDocument due, List<string> ids, ObjectId lease, DateTimeOffset leaseUntil, CancellationToken cancellationToken)
    {
        // Each row's own condition, checked as it is changed, lets one sender have it.
        var those = new BsonDocument(Names.Id, Query.In(ids)).Merge(due);
        var mark = Query.Change(new BsonDocument { { Names.DueAt, leaseUntil.ToBson() }, { Names.Lease, lease } });
        var taken = await store.Log.BulkWriteAsync(
            [
                new UpdateManyModel<MongoLogRow>(
                    new BsonDocument(those).Add(Names.VendorMessageId, Query.Absent),
                    new BsonDocument(mark).Add("$inc", new BsonDocument(Names.Attempts, 1))),
                new UpdateManyModel<MongoLogRow>(new BsonDocument(those).Add(Names.VendorMessageId, Query.Present), mark),
            ],
            new BulkWriteOptions { IsOrdered = false },
            cancellationToken);
        if (taken.ModifiedCount == 0)
        {
            return [];
        }

        var rows = await store.Find(store.Log, new BsonDocument { { Names.Id, Query.In(ids) }, { Names.Lease, lease } }, ids.Count).ToListAsync(cancellationToken);
        var customers = await store.Find(
            store.Customers, new BsonDocument(MongoCustomer.Names.Id, Query.In(rows.Select(row => row.CustomerId))), rows.Count)
            .ToListAsync(cancellationToken);
        var byId = customers.ToDictionary(customer => customer.Id);
        return rows.Select(row => row.ToOutboxRow(byId.GetValueOrDefault(row.CustomerId)));
    }

    /// <summary>Leaves a row alone that is final or in another round.</summary>
    private static UpdateOneModel<MongoLogRow> Record(SendResult result, DateTimeOffset now)
    {
        var row = new BsonDocument { { Names.Id, result.MessageId.LogId }, { Names.Round, result.MessageId.Round }, { Names.Status, MongoLogRow.Pending } };
        var set = new BsonDocument(Names.UpdatedAt, now.ToBson());
        return result switch
        {
            SendResult.Accepted accepted => new(row, Query.Change(set.Add(Names.VendorMessageId, accepted.VendorMessageId).Add(Names.DueAt, accepted.AskAt.ToBson()), Names.Lease)),
            SendResult.Later { Unknown: true } later => new(row, Query.Change(set.Add(Names.DueAt, later.DueAt.ToBson()), Names.Lease, Names.VendorMessageId)),
            SendResult.Later later => new(row, Query.Change(set.Add(Names.DueAt, later.DueAt.ToBson()), Names.Lease)),
            SendResult.Waits { MaybeHanded: true } waits =>
                new(row, Untried(set.Add(Names.DueAt, waits.DueAt.ToBson()).Add(Names.MaybeHanded, true), Names.Lease)),
            SendResult.Waits waits => new(row, Untried(set.Add(Names.DueAt, waits.DueAt.ToBson()), Names.Lease)),
            SendResult.Skipped skipped => new(row, Untried(
                set.Add(Names.Status, MongoLogRow.Skipped)
                    .Add(Names.FailureReason, new BsonDocument("$literal", skipped.Reason)), Names.DueAt, Names.Lease)),
            SendResult.GivenUp given => new(row, Query.Change(set.Add(Names.Status, MongoLogRow.Failed).Add(Names.FailureReason, given.Reason), Names.DueAt, Names.Lease)),
            _ => throw new InvalidOperationException($"{result.GetType().Name} is not a result that the log knows."),
        };
    }

    /// <summary>The change, and the try that the lease counted taken back.</summary>
    private static UpdateDefinition<MongoLogRow> Untried(BsonDocument set, params string[] unset)
    {
        var counted = new BsonDocument(
            "$cond", new BsonArray { new BsonDocument("$gt", new BsonArray { "$" + Names.VendorMessageId, BsonNull.Value }), 0, 1 });
        var attempts = new BsonDocument("$subtract", new BsonArray { "$" + Names.Attempts, counted });
        return Builders<MongoLogRow>.Update.Pipeline(
            new BsonDocument[] { new("$set", set.Add(Names.Attempts, attempts)), new("$unset", new BsonArray(unset)) });
    }

    private static UpdateOneModel<MongoLogRow> NameVendorMessage(SendResult.Accepted accepted) => new(
        new BsonDocument { { Names.Id, accepted.MessageId.LogId }, { Names.Round, accepted.MessageId.Round }, { Names.Status, Query.Gt(MongoLogRow.Pending) } },
        Query.Change(new BsonDocument(Names.VendorMessageId, accepted.VendorMessageId)));
}
