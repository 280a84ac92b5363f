using MongoDB.Bson;
using MongoDB.Driver;
using XenoCrm.Core.Campaigns;
using XenoCrm.Core.Receipts;
using Names = XenoCrm.Data.Mongo.MongoLogRow.Names;

namespace XenoCrm.Data.Mongo;

/// <summary>
/// Receipts against the delivery log: the rows are read, what changes is found out in memory, and written at once, each
/// row on the condition that it is still lower. Two workers with the same receipt at the same moment may both say Applied.
/// </summary>
internal sealed class MongoReceiptStore(MongoStore store, MongoCampaignProgress progress, TimeProvider time) : IReceiptStore
{
    // How far the clocks of two machines may be apart.
    private static readonly TimeSpan ClockSkew = TimeSpan.FromMinutes(1);

    public async Task<IReadOnlyList<ReceiptOutcome>> ApplyAsync(IReadOnlyList<Receipt> batch, CancellationToken cancellationToken)
    {
        if (batch.Count == 0)
        {
            return [];
        }

        var (outcomes, touched) = await store.RunAsync(token => ApplyToRowsAsync(batch, token), cancellationToken);
        await RecountAsync(touched, cancellationToken);
        return outcomes;
    }

    private async Task<(ReceiptOutcome[] Outcomes, IEnumerable<RowState> Touched)> ApplyToRowsAsync(IReadOnlyList<Receipt> batch, CancellationToken cancellationToken)
    {
        var rows = await LoadAsync(batch, cancellationToken);
        var now = time.GetUtcNow();
        var outcomes = batch.Select(receipt => rows.Find(receipt) switch
        {
            (null, _) => ReceiptOutcome.Unmatched,
            var (row, round) => row.Apply(receipt, round, now) ? ReceiptOutcome.Applied : ReceiptOutcome.Known,
        }).ToArray();
        WriteModel<MongoLogRow>[] writes = [.. rows.All.Select(row => row.ToWrite()).OfType<WriteModel<MongoLogRow>>()];
        if (writes.Length > 0)
        {
            await store.Log.BulkWriteAsync(writes, new BulkWriteOptions { IsOrdered = false }, cancellationToken);
        }

        return (outcomes, rows.All.Where(row => row.Status is MongoLogRow.Sent or MongoLogRow.Failed));
    }

    /// <summary>
    /// A completed campaign's counts are frozen: a row that changed after them has them counted anew. That holds for a
    /// receipt that comes again, too: the process that applied it may have died before it counted.
    /// </summary>
    private async Task RecountAsync(IEnumerable<RowState> touched, CancellationToken cancellationToken)
    {
        var changes = touched.GroupBy(row => row.CampaignId).ToDictionary(group => group.Key, group => group.Max(row => row.UpdatedAt));
        if (changes.Count == 0)
        {
            return;
        }

        var completed = await store.RunAsync(
            token => store.Find(store.Campaigns, new BsonDocument { { MongoCampaign.Names.Id, Query.In(changes.Keys) }, { MongoCampaign.Names.CompletedAt, Query.Present } }).ToListAsync(token),
            cancellationToken);
        foreach (var campaign in completed.Where(campaign => changes[campaign.Id] > campaign.CompletedAt - ClockSkew))
        {
            await progress.FreezeAsync(campaign, cancellationToken);
        }
    }

    private async Task<Rows> LoadAsync(IReadOnlyList<Receipt> batch, CancellationToken cancellationToken)
    {
        var ids = batch.Where(receipt => receipt.Id is not null).Select(receipt => MessageId.Parse(receipt.Id!).LogId).Distinct();
        var rows = new Rows(await FindAsync(new BsonDocument(Names.Id, Query.In(ids)), cancellationToken));
        string[] others = [.. batch.Where(receipt => rows.Find(receipt).Row is null).Select(receipt => receipt.VendorMessageId).Distinct()];
        if (others.Length > 0)
        {
            rows.Add(await FindAsync(new BsonDocument(Names.VendorMessageId, Query.In(others)), cancellationToken));
        }

        return rows;
    }

    private async Task<IEnumerable<RowState>> FindAsync(BsonDocument filter, CancellationToken cancellationToken)
    {
        var rows = await store.Find(store.Log, filter).Project(row => new { row.Id, row.CampaignId, row.Status, row.Round, row.VendorMessageId, row.UpdatedAt }).ToListAsync(cancellationToken);
        return rows.Select(row => new RowState(row.Id, row.CampaignId, row.Round, row.Status, row.VendorMessageId, row.UpdatedAt));
    }

    private sealed class Rows(IEnumerable<RowState> found)
    {
        private readonly Dictionary<string, RowState> byId = found.ToDictionary(row => row.Id);
        private readonly Dictionary<string, RowState> byVendorMessage = [];

        public IEnumerable<RowState> All => byId.Values;

        public void Add(IEnumerable<RowState> foundByVendorMessage)
        {
            foreach (var row in foundByVendorMessage)
            {
                byId.TryAdd(row.Id, row);
                byVendorMessage[row.VendorMessageId!] = byId[row.Id];
            }
        }

        /// <summary>A receipt's row and the round that it speaks of: the vendor's id is that of the row's own, as a retry begins without one.</summary>
        public (RowState? Row, int Round) Find(Receipt receipt)
        {
            if (receipt.Id is { } id && MessageId.Parse(id) is var message && byId.TryGetValue(message.LogId, out var row))
            {
                return (row, message.Round);
            }

            return byVendorMessage.TryGetValue(receipt.VendorMessageId, out row) ? (row, row.Round) : (null, 0);
        }
    }

    /// <summary>A row as it is after the receipts so far.</summary>
    private sealed class RowState(string id, string campaignId, int round, int status, string? vendorMessageId, DateTimeOffset updatedAt)
    {
        private string? failureReason;
        private bool hasRisen;
        private bool isNamed;

        public string Id => id;

        public string CampaignId => campaignId;

        public int Round => round;

        public string? VendorMessageId { get; private set; } = vendorMessageId;

        public int Status { get; private set; } = status;

        public DateTimeOffset UpdatedAt { get; private set; } = updatedAt;

        /// <summary>The row rises or stays as it is; a failure counts for its own round only, a success for all.</summary>
        public bool Apply(Receipt receipt, int ofRound, DateTimeOffset now)
        {
            var rises = ((DeliveryStatus)Status).IsBelow(receipt.Status) && (receipt.Status == DeliveryStatus.Sent || round <= ofRound);
            if (VendorMessageId is null && (rises || round == ofRound))
            {
                (VendorMessageId, isNamed) = (receipt.VendorMessageId, true);
            }

            if (rises)
            {
                (Status, UpdatedAt, hasRisen) = ((int)receipt.Status, now, true);
                failureReason = receipt.Status == DeliveryStatus.Failed ? receipt.Reason : null;
            }

            return rises;
        }

        private static BsonDocument Literal(string text) => new("$literal", text);

        private IEnumerable<BsonValue> Lower() =>
            DeliveryStatusOrder.All.Where(one => one.IsBelow((DeliveryStatus)Status)).Select(one => (BsonValue)(int)one);

        /// <summary>Null where nothing has changed. A row that is in another round by now, or higher, stays as it is.</summary>
        public UpdateOneModel<MongoLogRow>? ToWrite()
        {
            if (!hasRisen)
            {
                return !isNamed ? null : new(
                    new BsonDocument { { Names.Id, id }, { Names.Round, round }, { Names.VendorMessageId, Query.Absent } },
                    Query.Change(new BsonDocument(Names.VendorMessageId, VendorMessageId)));
            }

            var lower = new BsonDocument { { Names.Id, id }, { Names.Status, Query.In(Lower()) } };
            var set = new BsonDocument { { Names.Status, Status }, { Names.UpdatedAt, UpdatedAt.ToBson() } };
            if (isNamed)
            {
                set.Add(Names.VendorMessageId, VendorMessageId);
            }

            if (Status != MongoLogRow.Failed)
            {
                return new(lower, Query.Change(set, Names.DueAt, Names.Lease, Names.FailureReason));
            }

            // Of an erased person's failure the vendor's words are not kept: they may name them. Looked at as it is written, for who is
            // erased meanwhile.
            var reason = failureReason is null ? (BsonValue)"$$REMOVE" : Literal(failureReason);
            set.Set(Names.FailureReason, new BsonDocument("$cond", new BsonArray { new BsonDocument(
                "$gt", new BsonArray { "$" + Names.Recipient, BsonNull.Value }), reason, SkipReason.Erased }));
            if (isNamed)
            {
                set.Set(Names.VendorMessageId, Literal(VendorMessageId!));
            }

            return new(
                lower.Add(Names.Round, round),
                Builders<MongoLogRow>.Update.Pipeline(
                    new BsonDocument[] { new("$set", set), new("$unset", new BsonArray { Names.DueAt, Names.Lease }) }));
        }
    }
}
