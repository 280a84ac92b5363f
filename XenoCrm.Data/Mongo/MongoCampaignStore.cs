using System.Globalization;
using MongoDB.Driver;
using XenoCrm.Core;
using XenoCrm.Core.Campaigns;

namespace XenoCrm.Data.Mongo;

internal sealed class MongoCampaignStore(MongoStore store, MongoCampaignProgress progress, MongoErasures erasures) : ICampaignStore
{
    private const string List = "campaigns";
    private const int NamesStep = 500;

    private static readonly UpdateDefinitionBuilder<MongoCampaign> Update = Builders<MongoCampaign>.Update;

    private readonly MongoCampaignReview review = new(store, progress);
    private readonly MongoReached reached = new(store);

    public Task<BeginOutcome> BeginAsync(NewCampaign campaign, CancellationToken cancellationToken) => store.RunAsync(
        async token =>
        {
            if (await InsertAsync(store, MongoCampaign.Of(campaign), token) is { } first)
            {
                return first;
            }

            // A crash before this leaves a preparing campaign behind, which is discarded as any other.
            await store.Segments.InsertOneAsync(MongoSegment.Of(campaign), cancellationToken: token);
            return new BeginOutcome(BeginStatus.Begun, campaign.Segment.Id, campaign.Campaign.Id, 0);
        },
        cancellationToken);

    public Task AppendLogBatchAsync(
        Preparation preparation, IReadOnlyList<NewLogEntry> batch, DateTimeOffset preparingUntil, CancellationToken cancellationToken) =>
        store.RunAsync(
            async token =>
            {
                var preparing = Is(preparation, MongoCampaign.Preparing, MongoCampaign.Starting);
                var campaign = await store.Campaigns.FindOneAndUpdateAsync(
                    preparing,
                    Update.Set(one => one.PreparingUntil, preparingUntil).Inc(one => one.NextSeq, batch.Count),
                    cancellationToken: token) ?? throw NotPreparing(preparation);
                if (batch.Count == 0)
                {
                    return;
                }

                try
                {
                    await store.Log.InsertManyAsync(
                        batch.Select((entry, i) => MongoLogRow.Of(campaign.Id, entry, campaign.NextSeq + i)),
                        new InsertManyOptions { IsOrdered = false },
                        token);
                }
                catch (MongoBulkWriteException e) when (MongoFaults.IsDuplicateKeys(e))
                {
                    // They have a row in it already.
                }

                // Whoever discarded it meanwhile may have looked for rows before these were there.
                if (!await store.Find(store.Campaigns, preparing).AnyAsync(token))
                {
                    string[] ids = [.. batch.Select(entry => entry.Id)];
                    await store.Log.DeleteManyAsync(row => ids.Contains(row.Id), token);
                    throw NotPreparing(preparation);
                }
            },
            cancellationToken);

    public async Task<long> StartAsync(
        Preparation preparation, DateTimeOffset now, IReadOnlyList<string> warnings, CancellationToken cancellationToken)
    {
        var audience = await store.RunAsync(token => StartAsync(preparation, warnings, token), cancellationToken);
        await progress.TryCompleteAsync(preparation.CampaignId, now, cancellationToken);
        return audience;
    }

    public async Task DiscardAsync(Preparation preparation, CancellationToken cancellationToken)
    {
        // From here on it cannot be started any more; the removal can be cut off and begun anew.
        var removed = await MarkAsync(preparation, MongoCampaign.Discarding, [MongoCampaign.Preparing], cancellationToken);
        var campaign = removed
            ?? await MarkAsync(preparation, MongoCampaign.Resetting, [MongoCampaign.Starting], cancellationToken);
        if (campaign is null)
        {
            return;
        }

        await progress.DeleteRowsAsync(campaign, cancellationToken);
        await store.RunAsync(
            async token =>
            {
                await store.Segments.DeleteOneAsync(
                    segment => segment.Id == campaign.SegmentId && segment.CampaignId == campaign.Id, token);
                if (removed is not null)
                {
                    await store.Campaigns.DeleteOneAsync(Is(preparation, MongoCampaign.Discarding), token);
                    return;
                }

                await store.Campaigns.UpdateOneAsync(
                    Is(preparation, MongoCampaign.Resetting),
                    Update.Set(one => one.Status, MongoCampaign.Scheduled).Unset(one => one.PreparingUntil),
                    cancellationToken: token);
            },
            cancellationToken);
    }

    public Task<IReadOnlyList<Preparation>> FindAbandonedAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        string[] unborn = [MongoCampaign.Preparing, MongoCampaign.Discarding, MongoCampaign.Starting, MongoCampaign.Resetting];
        return store.RunAsync<IReadOnlyList<Preparation>>(
            async token => await store
                .Find(
                    store.Campaigns,
                    campaign => campaign.Open == true && unborn.Contains(campaign.Status) && campaign.PreparingUntil < now)
                .Project(campaign => new Preparation(campaign.Id, campaign.Preparation ?? 0))
                .ToListAsync(token),
            cancellationToken);
    }

    public async Task<Campaign?> FindAsync(string id, CancellationToken cancellationToken)
    {
        var campaign = await store.RunAsync(
            token => store.Find(store.Campaigns, Is(id, MongoCampaign.Visible)).FirstOrDefaultAsync(token), cancellationToken);
        return campaign?.ToCampaign((await progress.CountAsync([campaign], cancellationToken))[id]);
    }

    public async Task<Page<Campaign>> ListAsync(CampaignFilter filter, PageRequest page, CancellationToken cancellationToken)
    {
        string[] statuses =
        [
            .. filter.Statuses.Select(MongoCampaign.Word),
            .. filter.Statuses.Contains(CampaignStatus.Starting) ? [MongoCampaign.Resetting] : Array.Empty<string>(),
        ];
        var segments = filter.SegmentIds?.ToArray();
        var campaigns = await store.RunAsync(
            token => store.FindPageAsync(
                store.Campaigns, List, page, campaign => campaign.Id, token,
                campaign => statuses.Contains(campaign.Status)
                    && (filter.Tag == null || campaign.Tags.Contains(filter.Tag))
                    && (segments == null || segments.Contains(campaign.SegmentId))
                    && (filter.Series == null || campaign.Series == filter.Series)
                    && (!filter.WithoutRuns || campaign.Series == null)),
            cancellationToken);
        var stats = await progress.CountAsync(campaigns.Items, cancellationToken);
        return campaigns.Select(campaign => campaign.ToCampaign(stats[campaign.Id]));
    }

    public Task<Page<LogEntry>?> ListLogAsync(
        string campaignId, LogFilter filter, PageRequest page, CancellationToken cancellationToken)
    {
        var list = filter.ListName(campaignId);
        var after = -1L;
        if (page.Cursor is { } cursor
            && !long.TryParse(Cursor.Decode(list, cursor), NumberStyles.None, CultureInfo.InvariantCulture, out after))
        {
            throw new InvalidCursorException();
        }

        return store.RunAsync(
            async token =>
            {
                var campaign = await store.Find(store.Campaigns, Is(campaignId, MongoCampaign.Visible)).FirstOrDefaultAsync(token);
                if (campaign is null)
                {
                    return null;
                }

                if (campaign.ToStatus() == CampaignStatus.Starting)
                {
                    // What is written of it may be discarded.
                    return new Page<LogEntry>([], null);
                }

                // One ordered walk of the index per status, merged: the index serves every filter.
                IEnumerable<DeliveryStatus> statuses = filter.Status is { } one ? [one] : DeliveryStatusOrder.All;
                var walks = await Task.WhenAll(statuses.Select(value => store
                    .Find(store.Log, Matching(filter) & Builders<MongoLogRow>.Filter.Where(
                        row => row.CampaignId == campaignId && row.Status == value && row.Seq > after))
                    .SortBy(row => row.Seq)
                    .Limit(page.Limit + 1)
                    .ToListAsync(token)));

                // A row whose status changed between two walks may stand in both.
                MongoLogRow[] rows =
                [
                    .. walks.SelectMany(walk => walk).DistinctBy(row => row.Seq).OrderBy(row => row.Seq).Take(page.Limit + 1),
                ];
                return Cursor.Page(list, rows, page.Limit, row => row.Seq.ToString(CultureInfo.InvariantCulture))
                    .Select(row => row.ToEntry());
            },
            cancellationToken);
    }

    private static FilterDefinition<MongoLogRow> Matching(LogFilter filter)
    {
        var matching = FilterDefinition<MongoLogRow>.Empty;
        if (filter.Reason is { } reason)
        {
            matching &= Builders<MongoLogRow>.Filter.Eq(row => row.FailureReason, reason);
        }

        return filter.CustomerIds is { } people ? matching & Builders<MongoLogRow>.Filter.In(row => row.CustomerId, people) : matching;
    }

    public async Task<Page<CustomerMessage>> ListMessagesAsync(string customerId, PageRequest page, CancellationToken cancellationToken)
    {
        var list = $"messages/{customerId}";
        var before = page.Cursor is { } cursor ? Cursor.Decode(list, cursor) : null;
        var messages = new List<CustomerMessage>();

        // By campaign and customer the log has an index; by customer alone it would need another one as large.
        Dictionary<string, string> names;
        do
        {
            names = await store.RunAsync(token => NamesBeforeAsync(before, token), cancellationToken);
            string[] ids = [.. names.Keys];
            var rows = await store.RunAsync(
                token => store
                    .Find(store.Log, row => ids.Contains(row.CampaignId) && row.CustomerId == customerId)
                    .SortByDescending(row => row.CampaignId)
                    .Limit(page.Limit + 1 - messages.Count)
                    .ToListAsync(token),
                cancellationToken);
            messages.AddRange(rows.Select(row => new CustomerMessage(names[row.CampaignId], row.ToEntry())));
            before = ids.Min(StringComparer.Ordinal);
        }
        while (names.Count == NamesStep && messages.Count <= page.Limit);

        return Cursor.Page(list, messages, page.Limit, message => message.Entry.CampaignId);
    }

    public async Task<IReadOnlyList<FailureCount>> CountFailuresAsync(string campaignId, CancellationToken cancellationToken) =>
        FailureReason.Count(await progress.CountFailuresAsync(campaignId, cancellationToken));

    public Task<IReadOnlyList<CampaignRound>> ListRoundsAsync(string campaignId, CancellationToken cancellationToken) =>
        store.RunAsync<IReadOnlyList<CampaignRound>>(
            async token =>
            {
                var rounds = await store.Find(store.Campaigns, campaign => campaign.Id == campaignId)
                    .Project(campaign => campaign.Rounds)
                    .FirstOrDefaultAsync(token);
                return [.. rounds?.Select(round => round.ToRound()) ?? []];
            },
            cancellationToken);

    public Task<WaitingRows?> FindWaitingAsync(string campaignId, DateTimeOffset now, CancellationToken cancellationToken) =>
        store.RunAsync(
            async token =>
            {
                // Whatever makes a row final takes its hour away, so that the index of them is enough.
                var first = await Waiting().SortBy(row => row.HourAt).Project(row => row.HourAt).FirstOrDefaultAsync(token);
                return first is null ? null : new WaitingRows(await Waiting().CountDocumentsAsync(token), first.Value);

                IFindFluent<MongoLogRow, MongoLogRow> Waiting() =>
                    store.Find(store.Log, row => row.CampaignId == campaignId && row.HourAt > now);
            },
            cancellationToken);

    public Task<IReadOnlySet<string>> FindReachedAsync(
        IReadOnlyList<string> campaignIds, IReadOnlyList<string> customerIds, CancellationToken cancellationToken)
    {
        DeliveryStatus[] reached = [DeliveryStatus.Pending, DeliveryStatus.Sent];
        return store.RunAsync<IReadOnlySet<string>>(
            async token =>
            {
                var rows = await store
                    .Find(
                        store.Log,
                        row => campaignIds.Contains(row.CampaignId) && customerIds.Contains(row.CustomerId)
                            && reached.Contains(row.Status))
                    .Project(row => row.CustomerId)
                    .ToListAsync(token);
                return rows.ToHashSet();
            },
            cancellationToken);
    }

    public Task<IReadOnlyList<Delivery>> SampleDeliveriesAsync(Campaign campaign, int count, CancellationToken cancellationToken) =>
        review.SampleDeliveriesAsync(campaign, count, cancellationToken);

    public Task<IReadOnlyList<Campaign>> ListEarlierAsync(
        Campaign campaign, bool sameRule, int count, CancellationToken cancellationToken) =>
        review.ListEarlierAsync(campaign, sameRule, count, cancellationToken);

    public async Task<IReadOnlyList<Campaign>> ListStartingAsync(
        DateTimeOffset from, DateTimeOffset until, int count, CancellationToken cancellationToken)
    {
        string[] statuses = [.. MongoCampaign.Visible.Where(status => status != MongoCampaign.Draft)];
        var found = await store.RunAsync(
            async token =>
            {
                // What was started as it was made has no time of its own to start at.
                var planned = await store
                    .Find(
                        store.Campaigns,
                        one => statuses.Contains(one.Status) && one.StartsAt >= from && one.StartsAt < until)
                    .SortBy(one => one.StartsAt).ThenBy(one => one.Id)
                    .Limit(count)
                    .ToListAsync(token);
                var others = await store
                    .Find(
                        store.Campaigns,
                        one => statuses.Contains(one.Status) && one.StartsAt == null && one.CreatedAt >= from && one.CreatedAt < until)
                    .SortBy(one => one.CreatedAt).ThenBy(one => one.Id)
                    .Limit(count)
                    .ToListAsync(token);
                return planned.Concat(others)
                    .OrderBy(one => one.StartsAt ?? one.CreatedAt)
                    .ThenBy(one => one.Id, StringComparer.Ordinal)
                    .Take(count)
                    .ToList();
            },
            cancellationToken);
        var stats = await progress.CountAsync(found, cancellationToken);
        return [.. found.Select(campaign => campaign.ToCampaign(stats[campaign.Id]))];
    }

    public Task<IReadOnlyDictionary<int, long>> CountReachedAsync(DateTimeOffset since, CancellationToken cancellationToken) =>
        reached.CountAsync(since, cancellationToken);

    public Task<IReadOnlyList<DateTimeOffset>> ListReachedAsync(
        string customerId, DateTimeOffset since, CancellationToken cancellationToken) =>
        reached.ListAsync(customerId, since, cancellationToken);

    public Task AddTagsAsync(string campaignId, IReadOnlyList<string> tags, CancellationToken cancellationToken) => store.RunAsync(
        async token =>
        {
            // One by one: $addToSet promises no order.
            foreach (var tag in tags)
            {
                await store.Campaigns.UpdateOneAsync(
                    campaign => campaign.Id == campaignId && !campaign.Tags.Contains(tag),
                    Update.Push(campaign => campaign.Tags, tag),
                    cancellationToken: token);
            }
        },
        cancellationToken);

    public Task<StepOutcome> StepAsync(string campaignId, CampaignStep step, DateTimeOffset now, CancellationToken cancellationToken) =>
        new MongoCampaignSteps(store, progress).TakeAsync(campaignId, step, now, cancellationToken);

    /// <summary>The names of the newest campaigns before that one, by id.</summary>
    private async Task<Dictionary<string, string>> NamesBeforeAsync(string? before, CancellationToken cancellationToken)
    {
        var filter = Builders<MongoCampaign>.Filter;
        var begun = filter.In(campaign => campaign.Status, MongoCampaign.Begun);
        var campaigns = await store
            .Find(store.Campaigns, before is null ? begun : begun & filter.Lt(campaign => campaign.Id, before))
            .SortByDescending(campaign => campaign.Id)
            .Limit(NamesStep)
            .Project(campaign => new { campaign.Id, campaign.Name })
            .ToListAsync(cancellationToken);
        return campaigns.ToDictionary(campaign => campaign.Id, campaign => campaign.Name);
    }

    private static FilterDefinition<MongoCampaign> Is(string id, params string[] statuses) =>
        Builders<MongoCampaign>.Filter.Where(campaign => campaign.Id == id && statuses.Contains(campaign.Status));

    private static FilterDefinition<MongoCampaign> Is(Preparation preparation, params string[] statuses)
    {
        int? number = preparation.Number == 0 ? null : preparation.Number;
        return Is(preparation.CampaignId, statuses)
            & Builders<MongoCampaign>.Filter.Where(campaign => campaign.Preparation == number);
    }

    private static InvalidOperationException NotPreparing(Preparation preparation) =>
        new($"Campaign {preparation.CampaignId} is not preparing any more; its preparation took too long and was discarded.");

    /// <summary>Gives a preparation that state, or finds it in it; null where it is in another.</summary>
    private Task<MongoCampaign?> MarkAsync(
        Preparation preparation, string status, string[] from, CancellationToken cancellationToken) => store.RunAsync<MongoCampaign?>(
        async token => await store.Campaigns.FindOneAndUpdateAsync(
            Is(preparation, [.. from, status]), Update.Set(one => one.Status, status), cancellationToken: token),
        cancellationToken);

    /// <summary>The segment is shown first: cut off after that, both are discarded.</summary>
    private async Task<long> StartAsync(Preparation preparation, IReadOnlyList<string> warnings, CancellationToken cancellationToken)
    {
        var id = preparation.CampaignId;
        var unsent = Is(preparation, [.. CampaignTransition.Start.From.Select(MongoCampaign.Word)]);
        var campaign = await store.Find(store.Campaigns, unsent).FirstOrDefaultAsync(cancellationToken)
            ?? throw NotPreparing(preparation);
        await erasures.EraseFromAsync(campaign, cancellationToken);
        DeliveryStatus[] early = [DeliveryStatus.Pending, DeliveryStatus.Skipped];
        var audience = await store.CountAsync(
            store.Log, row => row.CampaignId == id && early.Contains(row.Status), cancellationToken);
        await store.Segments.UpdateOneAsync(
            segment => segment.CampaignId == id,
            Builders<MongoSegment>.Update.Set(segment => segment.Visible, true).Set(segment => segment.Audience, audience),
            cancellationToken: cancellationToken);
        var start = Update
            .Set(one => one.Status, MongoCampaign.Word(CampaignTransition.Start.To))
            .Set(one => one.Audience, audience)
            .Unset(one => one.PreparingUntil);
        var started = await store.Campaigns.UpdateOneAsync(
            unsent,
            warnings.Count == 0 ? start : start.Set(one => one.Warnings, warnings),
            cancellationToken: cancellationToken);
        return started.ModifiedCount > 0 ? audience : throw NotPreparing(preparation);
    }

    /// <summary>Stores a new campaign; or, where its key was used before, says what became of that request.</summary>
    internal static async Task<BeginOutcome?> InsertAsync(
        MongoStore store, MongoCampaign campaign, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                await store.Campaigns.InsertOneAsync(campaign, cancellationToken: cancellationToken);
                return null;
            }
            catch (MongoWriteException e) when (campaign.IdempotencyKey is not null && MongoFaults.IsDuplicateKey(e))
            {
                if (await FindByKeyAsync(store, campaign, cancellationToken) is { } first)
                {
                    return first;
                }

                // It has just been discarded, and the key is free again.
            }
        }
    }

    private static async Task<BeginOutcome?> FindByKeyAsync(
        MongoStore store, MongoCampaign campaign, CancellationToken cancellationToken)
    {
        var found = store.Find(store.Campaigns, one => one.IdempotencyKey == campaign.IdempotencyKey);
        if (await found.FirstOrDefaultAsync(cancellationToken) is not { } first)
        {
            return null;
        }

        var status = first.RequestHash != campaign.RequestHash ? BeginStatus.KeyReused
            : MongoCampaign.Visible.Contains(first.Status) ? BeginStatus.Existing
            : BeginStatus.InProgress;
        return new BeginOutcome(status, first.SegmentId, first.Id, first.Audience) { Warnings = first.Warnings ?? [] };
    }
}
