using MongoDB.Bson;
using MongoDB.Driver;
using XenoCrm.Data.Campaigns;
using XenoCrm.Data.Receipts;
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

    private async Task<(ReceiptOutcome[] Outcomes, List<RowState> Touched)> ApplyToRowsAsync(IReadOnlyList<Receipt> batch, CancellationToken cancellationToken)
    {
        var rows = await LoadAsync(batch, cancellationToken);
        var outcomes = new ReceiptOutcome[batch.Count];
        var touched = new List<RowState>();
        var writes = new List<UpdateOneModel<MongoLogRow>>();
        for (var i = 0; i < batch.Count; i++)
        {
            var (row, round) = rows.Find(batch[i]);
            if (row is null)
            {
                outcomes[i] = ReceiptOutcome.Unmatched;
                continue;
            }

            outcomes[i] = Apply(row, round, batch[i], writes) ? ReceiptOutcome.Applied : ReceiptOutcome.Known;
            if (batch[i].Status == DeliveryStatus.Sent)
            {
                touched.Add(row);
            }
        }

        if (writes.Count > 0)
        {
            await store.Log.BulkWriteAsync(writes, new BulkWriteOptions { IsOrdered = false }, cancellationToken);
        }

        return (outcomes, touched);
    }

    /// <summary>The row rises or stays as it is; a failure counts for its own round only, a success for all.</summary>
    private bool Apply(RowState row, int round, Receipt receipt, List<UpdateOneModel<MongoLogRow>> writes)
    {
        var (status, now) = ((int)receipt.Status, time.GetUtcNow());
        var isOfRound = receipt.Status == DeliveryStatus.Sent || row.Round <= round;
        if (row.Status >= status || !isOfRound)
        {
            if (row.VendorMessageId is null && row.Round == round)
            {
                row.VendorMessageId = receipt.VendorMessageId;
                writes.Add(new(
                    new BsonDocument { { Names.Id, row.Id }, { Names.Round, round }, { Names.VendorMessageId, Query.Absent } },
                    Query.Change(new BsonDocument(Names.VendorMessageId, receipt.VendorMessageId))));
            }

            return false;
        }

        var lower = new BsonDocument { { Names.Id, row.Id }, { Names.Status, Query.Lt(status) } };
        var set = new BsonDocument { { Names.Status, status }, { Names.UpdatedAt, now.ToBson() } };
        if (row.VendorMessageId is null)
        {
            set.Add(Names.VendorMessageId, row.VendorMessageId = receipt.VendorMessageId);
        }

        if (receipt.Status == DeliveryStatus.Failed)
        {
            lower.Add(Names.Round, Query.Lte(round));
        }

        string[] unset = [Names.DueAt, Names.Lease];
        if (receipt is { Status: DeliveryStatus.Failed, Reason: { } reason })
        {
            set.Add(Names.FailureReason, reason);
        }
        else
        {
            unset = [.. unset, Names.FailureReason];
        }

        (row.Status, row.UpdatedAt) = (status, now);
        writes.Add(new(lower, Query.Change(set, unset)));
        return true;
    }

    /// <summary>
    /// A completed campaign's counts are frozen: a row that changed after them has them counted anew. That holds for a
    /// receipt that comes again, too: the process that applied it may have died before it counted.
    /// </summary>
    private async Task RecountAsync(List<RowState> touched, CancellationToken cancellationToken)
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
        return rows.Select(row => new RowState(row.Id, row.CampaignId, row.Round) { Status = row.Status, VendorMessageId = row.VendorMessageId, UpdatedAt = row.UpdatedAt });
    }

    /// <summary>A row as it is after the receipts so far.</summary>
    private sealed record RowState(string Id, string CampaignId, int Round)
    {
        public required int Status { get; set; }

        public required string? VendorMessageId { get; set; }

        public required DateTimeOffset UpdatedAt { get; set; }
    }

    private sealed class Rows(IEnumerable<RowState> found)
    {
        private readonly Dictionary<string, RowState> byId = found.ToDictionary(row => row.Id);
        private readonly Dictionary<string, RowState> byVendorMessage = [];

        public void Add(IEnumerable<RowState> foundByVendorMessage)
        {
            foreach (var row in foundByVendorMessage)
            {
                byVendorMessage[row.VendorMessageId!] = byId.GetValueOrDefault(row.Id, row);
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
}
