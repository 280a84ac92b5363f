using System.Linq.Expressions;
using MongoDB.Bson;
using MongoDB.Driver;
using MongoDB.Driver.Linq;
using XenoCrm.Core.Campaigns;
using XenoCrm.Core.Receipts;
using Fields = XenoCrm.Data.Mongo.MongoLogFields;

namespace XenoCrm.Data.Mongo;

/// <summary>
/// Receipts against the delivery log: the rows are read, what changes is found out in memory, and written at once, each
/// row on the condition that it is still lower. Two workers with the same receipt at the same moment may both say Applied. What
/// writes a failure is a pipeline, in BSON: whose person is erased by then gets other words.
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

    private async Task<(ReceiptOutcome[] Outcomes, IEnumerable<RowState> Touched)> ApplyToRowsAsync(
        IReadOnlyList<Receipt> batch, CancellationToken cancellationToken)
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

        return (outcomes, rows.All.Where(row => row.Status is DeliveryStatus.Sent or DeliveryStatus.Failed));
    }

    /// <summary>
    /// A completed campaign's counts are frozen: a row that changed after them has them counted anew, whatever the clocks say. That
    /// holds for a receipt that comes again soon, too: the process that applied it may have died before it counted.
    /// </summary>
    private async Task RecountAsync(IEnumerable<RowState> touched, CancellationToken cancellationToken)
    {
        var changes = touched.GroupBy(row => row.CampaignId)
            .ToDictionary(
                group => group.Key,
                group => group.Any(row => row.HasRisen) ? DateTimeOffset.MaxValue : group.Max(row => row.UpdatedAt));
        if (changes.Count == 0)
        {
            return;
        }

        string[] ids = [.. changes.Keys];
        var completed = await store.RunAsync(
            token => store.Find(store.Campaigns, campaign => ids.Contains(campaign.Id) && Mql.Exists(campaign.CompletedAt))
                .ToListAsync(token),
            cancellationToken);
        foreach (var campaign in completed.Where(campaign => changes[campaign.Id] > campaign.CompletedAt - ClockSkew))
        {
            await progress.FreezeAsync(campaign, cancellationToken);
        }
    }

    private async Task<Rows> LoadAsync(IReadOnlyList<Receipt> batch, CancellationToken cancellationToken)
    {
        string[] ids =
            [.. batch.Where(receipt => receipt.Id is not null).Select(receipt => MessageId.Parse(receipt.Id!).LogId).Distinct()];
        var rows = new Rows(await FindAsync(row => ids.Contains(row.Id), cancellationToken));
        string?[] others =
            [.. batch.Where(receipt => rows.Find(receipt).Row is null).Select(receipt => receipt.VendorMessageId).Distinct()];
        if (others.Length > 0)
        {
            rows.Add(await FindAsync(row => others.Contains(row.VendorMessageId), cancellationToken));
        }

        return rows;
    }

    private async Task<IEnumerable<RowState>> FindAsync(Expression<Func<MongoLogRow, bool>> filter, CancellationToken cancellationToken)
    {
        var rows = await store.Find(store.Log, filter)
            .Project(row => new { row.Id, row.CampaignId, row.Status, row.Round, row.VendorMessageId, row.UpdatedAt })
            .ToListAsync(cancellationToken);
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

        /// <summary>
        /// A receipt's row and the round that it speaks of: the vendor's id is that of the row's own, as a retry begins without one.
        /// </summary>
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
    private sealed class RowState(
        string id, string campaignId, int round, DeliveryStatus status, string? vendorMessageId, DateTimeOffset updatedAt)
    {
        private static readonly FilterDefinitionBuilder<MongoLogRow> Filter = Builders<MongoLogRow>.Filter;
        private static readonly UpdateDefinitionBuilder<MongoLogRow> Update = Builders<MongoLogRow>.Update;

        private string? failureReason;
        private bool isNamed;

        public string Id => id;

        public string CampaignId => campaignId;

        public int Round => round;

        public string? VendorMessageId { get; private set; } = vendorMessageId;

        public DeliveryStatus Status { get; private set; } = status;

        public DateTimeOffset UpdatedAt { get; private set; } = updatedAt;

        public bool HasRisen { get; private set; }

        /// <summary>The row rises or stays as it is; a failure counts for its own round only, a success for all.</summary>
        public bool Apply(Receipt receipt, int ofRound, DateTimeOffset now)
        {
            var rises = Status.IsBelow(receipt.Status) && (receipt.Status == DeliveryStatus.Sent || round <= ofRound);
            if (VendorMessageId is null && (rises || round == ofRound))
            {
                (VendorMessageId, isNamed) = (receipt.VendorMessageId, true);
            }

            if (rises)
            {
                (Status, UpdatedAt, HasRisen) = (receipt.Status, now, true);
                failureReason = receipt.Status == DeliveryStatus.Failed ? receipt.Reason : null;
            }

            return rises;
        }

        /// <summary>Null where nothing has changed. A row that is in another round by now, or higher, stays as it is.</summary>
        public UpdateOneModel<MongoLogRow>? ToWrite()
        {
            if (!HasRisen)
            {
                return !isNamed ? null : new(
                    Filter.Eq(Fields.Id, id) & Filter.Eq(Fields.Round, round) & Filter.Exists(Fields.VendorMessageId, exists: false),
                    Update.Set(Fields.VendorMessageId, VendorMessageId));
            }

            var lower = Filter.Eq(Fields.Id, id)
                & Filter.In(Fields.Status, DeliveryStatusOrder.All.Where(one => one.IsBelow(Status)));
            if (Status == DeliveryStatus.Failed)
            {
                return new(lower & Filter.Eq(Fields.Round, round), Fail());
            }

            var rise = Update
                .Set(Fields.Status, Status)
                .Set(Fields.UpdatedAt, UpdatedAt)
                .Unset(Fields.DueAt)
                .Unset(Fields.HourAt)
                .Unset(Fields.Lease)
                .Unset(Fields.FailureReason);
            return new(lower, isNamed ? rise.Set(Fields.VendorMessageId, VendorMessageId) : rise);
        }

        /// <summary>
        /// Of an erased person's failure the vendor's words are not kept: they may name them. Looked at as it is written, for who
        /// is erased meanwhile.
        /// </summary>
        private UpdateDefinition<MongoLogRow> Fail()
        {
            var reason = failureReason is null ? (BsonValue)"$$REMOVE" : Literal(failureReason);
            var isThere = new BsonDocument("$gt", new BsonArray { Fields.Recipient.Value, BsonNull.Value });
            var set = new BsonDocument
            {
                { Fields.Status.Name, Status },
                { Fields.UpdatedAt.Name, UpdatedAt.ToBson() },
                { Fields.FailureReason.Name, new BsonDocument("$cond", new BsonArray { isThere, reason, SkipReason.Erased }) },
            };
            if (isNamed)
            {
                set.Add(Fields.VendorMessageId.Name, Literal(VendorMessageId!));
            }

            return Update.Pipeline(
                new BsonDocument[]
                {
                    new("$set", set),
                    new("$unset", new BsonArray { Fields.DueAt.Name, Fields.HourAt.Name, Fields.Lease.Name }),
                });
        }

        private static BsonDocument Literal(string text) => new("$literal", text);
    }
}
