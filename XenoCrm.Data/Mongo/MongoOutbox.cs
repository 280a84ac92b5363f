using MongoDB.Bson;
using MongoDB.Driver;
using MongoDB.Driver.Linq;
using XenoCrm.Core.Campaigns;
using XenoCrm.Core.Suppressions;
using Row = XenoCrm.Data.Mongo.MongoLogFields;

namespace XenoCrm.Data.Mongo;

/// <remarks>What takes back a try that a lease has counted is a pipeline, in BSON: it depends on the row as it is written.</remarks>
internal sealed class MongoOutbox(MongoStore store, MongoCampaignProgress progress, MongoSuppressions suppressions) : IOutbox
{
    // Of those whose hour has not come: more are looked at by the next lease.
    private const int MostHeld = 10_000;

    // Senders who meet at the same rows spread over so many times as many as they want.
    private const int Spread = 8;

    private static readonly BulkWriteOptions InAnyOrder = new() { IsOrdered = false };
    private static readonly FilterDefinitionBuilder<MongoLogRow> Rows = Builders<MongoLogRow>.Filter;
    private static readonly UpdateDefinitionBuilder<MongoLogRow> Change = Builders<MongoLogRow>.Update;

    public Task<IReadOnlyList<OpenCampaign>> ListOpenAsync(CancellationToken cancellationToken) =>
        store.RunAsync<IReadOnlyList<OpenCampaign>>(
            async token =>
            {
                var campaigns = await store
                    .Find(store.Campaigns, campaign => campaign.Open == true && MongoCampaign.AtWork.Contains(campaign.Status))
                    .SortBy(campaign => campaign.Id)
                    .ToListAsync(token);
                return
                [
                    .. campaigns.Select(campaign => new OpenCampaign(
                        campaign.Id, campaign.ToStatus(), campaign.Transactional == true, CampaignPlanText.Hours(campaign.Hours))),
                ];
            },
            cancellationToken);

    /// <remarks>
    /// Four round trips for any number of rows: look for some that are due, mark those that still are, read the marked and
    /// their customers; one more where there is a suppression list, and two more for a throttled campaign.
    /// Where other senders were quicker with some of them, the rest is looked for elsewhere in the queue. Those whose hour has not come
    /// are given back in one more.
    /// </remarks>
    public Task<IReadOnlyList<OutboxRow>> LeaseAsync(
        string campaignId, int count, DateTimeOffset now, DateTimeOffset leaseUntil, SendingHours? hours,
        CancellationToken cancellationToken) =>
        store.RunAsync<IReadOnlyList<OutboxRow>>(
            async token =>
            {
                var leased = new List<OutboxRow>();
                count = Math.Min(count, await AllowAsync(campaignId, count, now, token));

                var due = Rows.Where(row => row.CampaignId == campaignId && row.DueAt <= now);
                var held = 0;
                for (var spread = 1; leased.Count < count && held < MostHeld; spread = Spread)
                {
                    var wanted = count - leased.Count;
                    var ids = await store.Find(store.Log, due)
                        .SortBy(row => row.DueAt)
                        .Limit((int)Math.Min(int.MaxValue, (long)wanted * spread))
                        .Project(row => row.Id)
                        .ToListAsync(token);
                    if (ids.Count == 0)
                    {
                        break;
                    }

                    var lease = ObjectId.GenerateNewId();
                    var first = ids.Count <= wanted ? 0 : (int)((uint)lease.GetHashCode() % (ids.Count - wanted + 1));
                    var taken = await TakeAsync(due, ids.GetRange(first, Math.Min(wanted, ids.Count)), lease, leaseUntil, hours, token);
                    leased.AddRange(taken.Where(row => row.Wait is null).Select(row => row.Row));
                    UpdateOneModel<MongoLogRow>[] later =
                    [
                        .. taken.Where(row => row.Wait is not null).Select(row => PutOff(row.Row.MessageId, row.Wait!.Value, now)),
                    ];
                    if (later.Length > 0)
                    {
                        await store.Log.BulkWriteAsync(later, InAnyOrder, token);
                        held += later.Length;
                    }
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

            var recorded = await store.Log.BulkWriteAsync(results.Select(result => Record(result, now)), InAnyOrder, token);
            if (recorded.MatchedCount == results.Count)
            {
                return;
            }

            // A receipt may have come before the vendor's own answer: then the row is final, and only lacks the id.
            UpdateOneModel<MongoLogRow>[] late = [.. results.OfType<SendResult.Accepted>().Select(NameVendorMessage)];
            if (late.Length > 0)
            {
                await store.Log.BulkWriteAsync(late, InAnyOrder, token);
            }
        },
        cancellationToken);

    public async Task<RecentOutcomes> CountRecentAsync(string campaignId, CancellationToken cancellationToken)
    {
        var campaign = await store.RunAsync(
            token => store.Find(store.Campaigns, one => one.Id == campaignId).FirstAsync(token), cancellationToken);

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

    /// <summary>
    /// How many rows of a campaign may leave now: none where it is not at work. With a throttle they are set aside before they are leased,
    /// so that two senders cannot have the same.
    /// </summary>
    private async Task<int> AllowAsync(string campaignId, int count, DateTimeOffset now, CancellationToken cancellationToken)
    {
        while (true)
        {
            var campaign = await store
                .Find(
                    store.Campaigns,
                    one => one.Id == campaignId && one.Open == true && MongoCampaign.AtWork.Contains(one.Status))
                .FirstOrDefaultAsync(cancellationToken);
            if (campaign is null || campaign.PacedUntil > now)
            {
                return 0;
            }

            var pace = new CampaignPace(campaign.PerMinute, campaign.PacedUntil);
            var allowed = Math.Min(count, pace.AtOnce ?? count);
            if (pace.Next(now, allowed) is not { } next)
            {
                return allowed;
            }

            // Nothing is set aside where nothing waits: then a receipt, or a retry, need not wait either.
            if (!await store.Find(store.Log, row => row.CampaignId == campaignId && row.DueAt <= now).AnyAsync(cancellationToken))
            {
                return 0;
            }

            var reserved = await store.Campaigns.UpdateOneAsync(
                one => one.Id == campaignId && one.PacedUntil == campaign.PacedUntil,
                Builders<MongoCampaign>.Update.Set(one => one.PacedUntil, next),
                cancellationToken: cancellationToken);
            if (reserved.ModifiedCount > 0)
            {
                return allowed;
            }
        }
    }

    /// <summary>Rows that are this sender's now, and how long those of them wait whose hour has not come.</summary>
    private async Task<IReadOnlyList<(OutboxRow Row, HourWait? Wait)>> TakeAsync(
        FilterDefinition<MongoLogRow> due, List<string> ids, ObjectId lease, DateTimeOffset leaseUntil, SendingHours? hours,
        CancellationToken cancellationToken)
    {
        // Each row's own condition, checked as it is changed, lets one sender have it.
        var those = Rows.In(row => row.Id, ids) & due;
        var mark = Change.Set(row => row.DueAt, leaseUntil).Set(row => row.Lease, lease).Unset(row => row.HourAt);
        var taken = await store.Log.BulkWriteAsync(
            [
                new UpdateManyModel<MongoLogRow>(
                    those & Rows.Exists(row => row.VendorMessageId, exists: false), mark.Inc(row => row.Attempts, 1)),
                new UpdateManyModel<MongoLogRow>(those & Rows.Exists(row => row.VendorMessageId), mark),
            ],
            InAnyOrder,
            cancellationToken);
        if (taken.ModifiedCount == 0)
        {
            return [];
        }

        var rows = await store.Find(store.Log, row => ids.Contains(row.Id) && row.Lease == lease, ids.Count)
            .ToListAsync(cancellationToken);
        string[] people = [.. rows.Select(row => row.CustomerId)];
        var looking = suppressions.AnyAsync(cancellationToken);
        var customers = await store.Find(store.Customers, customer => people.Contains(customer.Id), rows.Count)
            .ToListAsync(cancellationToken);
        var byId = customers.ToDictionary(customer => customer.Id);
        IReadOnlySet<ContactAddress> suppressed = new HashSet<ContactAddress>();
        if (await looking)
        {
            ContactAddress[] recipients = [.. rows.SelectMany(row => row.FormsOfRecipient(byId.GetValueOrDefault(row.CustomerId)))];
            suppressed = await suppressions.AmongAsync(recipients, cancellationToken);
        }

        return [.. rows.Select(Taken)];

        (OutboxRow Row, HourWait? Wait) Taken(MongoLogRow row)
        {
            var customer = byId.GetValueOrDefault(row.CustomerId);
            var taken = row.ToOutboxRow(customer, suppressed);
            return (taken, taken is { VendorMessageId: null, SkipReason: null }
                ? hours?.WaitOf(customer?.TimeZone, customer?.Country, customer?.City)
                : null);
        }
    }

    private static UpdateOneModel<MongoLogRow> PutOff(MessageId message, HourWait wait, DateTimeOffset now) => new(
        IsPending(message),
        Untried(now, [new(Row.DueAt.Name, wait.LookAt.ToBson()), new(Row.HourAt.Name, wait.Hour.ToBson())], Row.Lease.Name));

    /// <summary>Leaves a row alone that is final or in another round.</summary>
    private static UpdateOneModel<MongoLogRow> Record(SendResult result, DateTimeOffset now)
    {
        var row = IsPending(result.MessageId);
        var change = Change.Set(Row.UpdatedAt, now).Unset(Row.Lease);
        return new UpdateOneModel<MongoLogRow>(row, result switch
        {
            SendResult.Accepted accepted =>
                change.Set(Row.VendorMessageId, accepted.VendorMessageId).Set(Row.DueAt, accepted.AskAt),
            SendResult.Later { Unknown: true } later => change.Set(Row.DueAt, later.DueAt).Unset(Row.VendorMessageId),
            SendResult.Later later => change.Set(Row.DueAt, later.DueAt),
            SendResult.Waits { MaybeHanded: true } waits =>
                Untried(now, [new(Row.DueAt.Name, waits.DueAt.ToBson()), new(Row.MaybeHanded.Name, true)], Row.Lease.Name),
            SendResult.Waits waits => Untried(now, [new(Row.DueAt.Name, waits.DueAt.ToBson())], Row.Lease.Name),
            SendResult.Skipped skipped => Untried(
                now,
                [
                    new(Row.Status.Name, DeliveryStatus.Skipped),
                    new(Row.FailureReason.Name, new BsonDocument("$literal", skipped.Reason)),
                ],
                Row.DueAt.Name, Row.Lease.Name),
            SendResult.GivenUp given =>
                change.Set(Row.Status, DeliveryStatus.Failed).Set(Row.FailureReason, given.Reason).Unset(Row.DueAt),
            _ => throw new InvalidOperationException($"{result.GetType().Name} is not a result that the log knows."),
        });
    }

    /// <summary>The change, and the try that the lease counted taken back.</summary>
    private static UpdateDefinition<MongoLogRow> Untried(DateTimeOffset now, IEnumerable<BsonElement> set, params string[] unset)
    {
        var counted = new BsonDocument(
            "$cond", new BsonArray { new BsonDocument("$gt", new BsonArray { Row.VendorMessageId.Value, BsonNull.Value }), 0, 1 });
        var attempts = new BsonDocument("$subtract", new BsonArray { Row.Attempts.Value, counted });
        var all = new BsonDocument(set) { { Row.UpdatedAt.Name, now.ToBson() }, { Row.Attempts.Name, attempts } };
        return Change.Pipeline(new BsonDocument[] { new("$set", all), new("$unset", new BsonArray(unset)) });
    }

    private static UpdateOneModel<MongoLogRow> NameVendorMessage(SendResult.Accepted accepted) => new(
        OfRound(accepted.MessageId) & Rows.Gt(Row.Status, DeliveryStatus.Pending),
        Change.Set(Row.VendorMessageId, accepted.VendorMessageId));

    private static FilterDefinition<MongoLogRow> IsPending(MessageId message) =>
        OfRound(message) & Rows.Eq(Row.Status, DeliveryStatus.Pending);

    private static FilterDefinition<MongoLogRow> OfRound(MessageId message) =>
        Rows.Eq(Row.Id, message.LogId) & Rows.Eq(Row.Round, message.Round);
}
