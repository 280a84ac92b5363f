using System.Globalization;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using SQLitePCL;
using XenoCrm.Core;
using XenoCrm.Core.Campaigns;
using XenoCrm.Core.Rules;

namespace XenoCrm.Data.Sqlite;

internal sealed class SqliteCampaignStore(SqliteDatabase database) : ICampaignStore
{
    private const string List = "campaigns";
    private const int DiscardStep = 20; // blocks

    /// <summary>Its audience is being written.</summary>
    private static readonly string IsPreparing = $"status IN ({SqliteCampaignRow.Words(CampaignTransition.Start.From)})";

    private static readonly string IsPreparation = $"id = ?1 AND preparation = ?2 AND {IsPreparing}";

    /// <summary>A customer's rows, the newest campaign's first: the index of recipients has them in that order.</summary>
    internal static readonly string MessagesOf = $"""
        SELECT {SqliteLogRow.Columns}, (SELECT name FROM campaigns c WHERE c.id = log.campaign_id) FROM {SqliteLogBlocks.LogWithBlocks}
        WHERE log.customer_id = ?1 AND (?2 IS NULL OR log.campaign_id < ?2)
            AND EXISTS (SELECT 1 FROM campaigns c WHERE c.id = log.campaign_id AND NOT c.{IsPreparing})
        ORDER BY log.campaign_id DESC LIMIT ?3
        """;

    /// <summary>Those that wait for their hour: rows that speak for themselves, and blocks.</summary>
    internal const string Waiting = """
        SELECT sum(waiting), min(first_at) FROM (
            SELECT count(*) AS waiting, min(hour_at) AS first_at FROM log WHERE campaign_id = ?1 AND hour_at > ?2 AND status = 0
            UNION ALL
            SELECT sum(pending), min(hour_at) FROM log_blocks WHERE campaign_id = ?1 AND hour_at > ?2 AND pending > 0)
        """;

    private static readonly string Start = $"""
        UPDATE campaigns SET status = {SqliteCampaignRow.Words(CampaignTransition.Start.To)}, preparing_until = NULL, warnings = ?3
        WHERE {IsPreparation}
        """;

    public Task<BeginOutcome> BeginAsync(NewCampaign campaign, CancellationToken cancellationToken) => database.WriteAsync(
        connection =>
        {
            if (FindByKey(connection, campaign.IdempotencyKey, campaign.RequestHash) is { } first)
            {
                return first;
            }

            SqliteSegmentRow.Insert(connection, campaign.Segment with { Audience = 0 }, visible: false);
            SqliteCampaignRow.Insert(
                connection, campaign.Campaign, campaign.IdempotencyKey, campaign.RequestHash, campaign.PreparingUntil);
            return new BeginOutcome(BeginStatus.Begun, campaign.Segment.Id, campaign.Campaign.Id, 0);
        },
        cancellationToken);

    public Task AppendLogBatchAsync(
        Preparation preparation, IReadOnlyList<NewLogEntry> batch, DateTimeOffset preparingUntil, CancellationToken cancellationToken) =>
        database.WriteAsync(
            connection =>
            {
                var preparing = connection.Execute(
                    $"UPDATE campaigns SET preparing_until = ?3 WHERE {IsPreparation}",
                    preparation.CampaignId, preparation.Number, preparingUntil);
                if (preparing == 0)
                {
                    throw NotPreparing(preparation);
                }

                InsertRows(connection, preparation.CampaignId, batch);
            },
            cancellationToken);

    public Task<long> StartAsync(
        Preparation preparation, DateTimeOffset now, IReadOnlyList<string> warnings, CancellationToken cancellationToken) =>
        database.WriteAsync(
            connection =>
            {
                var id = preparation.CampaignId;
                var audience = connection.Scalar<long>(
                    "SELECT coalesce(sum(pending + failed + sent + skipped), 0) FROM log_blocks WHERE campaign_id = ?1", id);
                var told = warnings.Count == 0 ? null : JsonSerializer.Serialize(warnings);
                if (connection.Execute(Start, id, preparation.Number, told) == 0)
                {
                    throw NotPreparing(preparation);
                }

                // The segment that came with it; a stored one stays as it is.
                connection.Execute(
                    """
                    UPDATE segments SET visible = 1, audience = ?2
                    WHERE id = (SELECT segment_id FROM campaigns WHERE id = ?1) AND NOT visible
                    """,
                    id, audience);
                SqliteOutbox.TryComplete(connection, id, now);
                return audience;
            },
            cancellationToken);

    public async Task DiscardAsync(Preparation preparation, CancellationToken cancellationToken)
    {
        bool isLeft;
        do
        {
            isLeft = await database.WriteAsync(connection => DiscardBlocks(connection, preparation), cancellationToken);
        }
        while (isLeft);

        await database.WriteAsync(
            connection =>
            {
                // What was appended since then goes with it.
                while (DiscardBlocks(connection, preparation))
                {
                }

                var (id, number) = (preparation.CampaignId, preparation.Number);
                var segmentId = connection.Scalar<string>($"SELECT segment_id FROM campaigns WHERE {IsPreparation}", id, number);
                connection.Execute("DELETE FROM segments WHERE id = ?1 AND NOT visible", segmentId);
                connection.Execute($"DELETE FROM campaigns WHERE {IsPreparation} AND status = 'preparing'", id, number);
                connection.Execute(
                    $"""
                    UPDATE campaigns SET status = {SqliteCampaignRow.Words(CampaignStatus.Scheduled)}, preparing_until = NULL
                    WHERE {IsPreparation}
                    """,
                    id, number);
            },
            cancellationToken);
    }

    public Task<IReadOnlyList<Preparation>> FindAbandonedAsync(DateTimeOffset now, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<Preparation>>(
            connection => connection.List(
                $"SELECT id, preparation FROM campaigns WHERE completed_at IS NULL AND {IsPreparing} AND preparing_until < ?1",
                row => new Preparation(row.GetString(0), (int)row.GetInt64(1)),
                now),
            cancellationToken);

    public Task<Campaign?> FindAsync(string id, CancellationToken cancellationToken) => database.ReadAsync(
        connection => connection.Find(
            $"SELECT {SqliteCampaignRow.Columns} FROM campaigns c WHERE id = ?1 AND status <> 'preparing'", SqliteCampaignRow.Read, id),
        cancellationToken);

    public Task<Page<Campaign>> ListAsync(CampaignFilter filter, PageRequest page, CancellationToken cancellationToken)
    {
        var statuses = SqliteCampaignRow.Words(filter.Statuses);
        var segments = filter.SegmentIds is { } ids ? JsonSerializer.Serialize(ids) : null;
        var before = page.Cursor is { } cursor ? Cursor.Decode(List, cursor) : null;
        return database.ReadAsync(
            connection =>
            {
                var campaigns = connection.List(
                    $"""
                    SELECT {SqliteCampaignRow.Columns} FROM campaigns c
                    WHERE status IN ({statuses}) AND (?1 IS NULL OR id < ?1)
                        AND (?3 IS NULL OR EXISTS (SELECT 1 FROM json_each(c.tags) WHERE value = ?3))
                        AND (?4 IS NULL OR segment_id IN (SELECT value FROM json_each(?4)))
                        AND (?5 IS NULL OR series = ?5) AND (NOT ?6 OR series IS NULL)
                    ORDER BY id DESC LIMIT ?2
                    """,
                    SqliteCampaignRow.Read,
                    before, page.Limit + 1, filter.Tag, segments, filter.Series, filter.WithoutRuns);
                return Cursor.Page(List, campaigns, page.Limit, campaign => campaign.Id);
            },
            cancellationToken);
    }

    public Task<Page<LogEntry>?> ListLogAsync(
        string campaignId, LogFilter filter, PageRequest page, CancellationToken cancellationToken)
    {
        var list = filter.ListName(campaignId);
        var after = 0L;
        if (page.Cursor is { } cursor
            && !long.TryParse(Cursor.Decode(list, cursor), NumberStyles.None, CultureInfo.InvariantCulture, out after))
        {
            throw new InvalidCursorException();
        }

        // A few people are found by their own index.
        List<object?> values = [campaignId, after, page.Limit + 1];
        var (blocks, only) = ("true", "");
        if (filter.Status is { } status)
        {
            blocks = $"b.{status.ToString().ToLowerInvariant()} > 0";
            only = $" AND l.status = {(int)status}";
        }

        if (filter.Reason is { } reason)
        {
            values.Add(reason);
            blocks += " AND b.failed + b.skipped > 0";
            only += $" AND l.failure_reason = ?{values.Count}";
        }

        var rows = PageOf(blocks, only);
        if (filter.CustomerIds is { } people)
        {
            values.Add(JsonSerializer.Serialize(people));
            rows = $"SELECT l.seq FROM log l INDEXED BY log_by_recipient WHERE l.campaign_id = ?1 AND l.seq > ?2{only} "
                + $"AND l.customer_id IN (SELECT value FROM json_each(?{values.Count})) ORDER BY l.seq LIMIT ?3";
        }

        var sql = $"""
            SELECT {SqliteLogRow.Columns} FROM ({rows}) page CROSS JOIN {SqliteLogBlocks.LogWithBlocks}
            WHERE log.seq = page.seq ORDER BY log.seq
            """;
        return database.ReadAsync(
            connection =>
            {
                var word = connection.Scalar<string>("SELECT status FROM campaigns WHERE id = ?1", campaignId);
                if (word is null || SqliteCampaignRow.Status(word) is CampaignStatus.Preparing)
                {
                    return null;
                }

                if (SqliteCampaignRow.Status(word) is CampaignStatus.Starting)
                {
                    // What is written of it may be discarded.
                    return new Page<LogEntry>([], null);
                }

                var entries = connection.List(
                    sql, row => (Seq: row.GetInt64(SqliteLogRow.Seq), Entry: SqliteLogRow.Read(row)), [.. values]);
                return Cursor
                    .Page(list, entries, page.Limit, row => row.Seq.ToString(CultureInfo.InvariantCulture))
                    .Select(row => row.Entry);
            },
            cancellationToken);
    }

    public Task<Page<CustomerMessage>> ListMessagesAsync(string customerId, PageRequest page, CancellationToken cancellationToken)
    {
        var list = $"messages/{customerId}";
        var before = page.Cursor is { } cursor ? Cursor.Decode(list, cursor) : null;
        return database.ReadAsync(
            connection =>
            {
                var messages = connection.List(
                    MessagesOf,
                    row => new CustomerMessage(row.GetString(SqliteLogRow.Seq + 1), SqliteLogRow.Read(row)),
                    customerId, before, page.Limit + 1);
                return Cursor.Page(list, messages, page.Limit, message => message.Entry.CampaignId);
            },
            cancellationToken);
    }

    public Task<IReadOnlyList<FailureCount>> CountFailuresAsync(string campaignId, CancellationToken cancellationToken) =>
        database.ReadAsync(
            connection => FailureReason.Count(SqliteCampaignSteps.Failures(connection, campaignId)), cancellationToken);

    public Task<IReadOnlyList<CampaignRound>> ListRoundsAsync(string campaignId, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<CampaignRound>>(
            connection => SqliteCampaignSteps.Rounds(connection, campaignId), cancellationToken);

    public Task<WaitingRows?> FindWaitingAsync(string campaignId, DateTimeOffset now, CancellationToken cancellationToken) =>
        database.ReadAsync(
            connection => connection.List(
                Waiting, row => row.TimeOrNull(1) is { } first ? new WaitingRows(row.GetInt64(0), first) : null, campaignId, now)[0],
            cancellationToken);

    public Task<IReadOnlySet<string>> FindReachedAsync(
        IReadOnlyList<string> campaignIds, IReadOnlyList<string> customerIds, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlySet<string>>(
            connection => connection.List(
                $"""
                SELECT DISTINCT customer_id FROM log INDEXED BY log_by_recipient
                WHERE customer_id IN (SELECT value FROM json_each(?1)) AND campaign_id IN (SELECT value FROM json_each(?2))
                    AND status IN ({SqliteLogRow.Pending}, {SqliteLogRow.Sent})
                """,
                row => row.GetString(0),
                JsonSerializer.Serialize(customerIds), JsonSerializer.Serialize(campaignIds)).ToHashSet(),
            cancellationToken);

    public Task<IReadOnlyList<Delivery>> SampleDeliveriesAsync(Campaign campaign, int count, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<Delivery>>(
            connection => SqliteCampaignReview.SampleDeliveries(connection, campaign, count), cancellationToken);

    public Task<IReadOnlyList<Campaign>> ListEarlierAsync(
        Campaign campaign, bool sameRule, int count, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<Campaign>>(
            connection => SqliteCampaignReview.ListEarlier(connection, campaign, sameRule, count), cancellationToken);

    public Task<IReadOnlyList<Campaign>> ListStartingAsync(
        DateTimeOffset from, DateTimeOffset until, int count, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<Campaign>>(
            connection => connection.List(
                $"""
                SELECT {SqliteCampaignRow.Columns} FROM campaigns c
                WHERE status NOT IN ({SqliteCampaignRow.Words(CampaignStatus.Preparing, CampaignStatus.Draft)})
                    AND coalesce(starts_at, created_at) >= ?1 AND coalesce(starts_at, created_at) < ?2
                ORDER BY coalesce(starts_at, created_at), id LIMIT ?3
                """,
                SqliteCampaignRow.Read,
                from, until, count),
            cancellationToken);

    public Task<IReadOnlyDictionary<int, long>> CountReachedAsync(DateTimeOffset since, CancellationToken cancellationToken) =>
        database.ReadAsync(connection => SqliteReached.Count(connection, since), cancellationToken);

    public Task<IReadOnlyList<DateTimeOffset>> ListReachedAsync(
        string customerId, DateTimeOffset since, CancellationToken cancellationToken) =>
        database.ReadAsync(connection => SqliteReached.List(connection, customerId, since), cancellationToken);

    public Task AddTagsAsync(string campaignId, IReadOnlyList<string> tags, CancellationToken cancellationToken) => database.WriteAsync(
        connection =>
        {
            foreach (var tag in tags)
            {
                connection.Execute(
                    """
                    UPDATE campaigns SET tags = json_insert(tags, '$[#]', ?2)
                    WHERE id = ?1 AND NOT EXISTS (SELECT 1 FROM json_each(campaigns.tags) WHERE value = ?2)
                    """,
                    campaignId, tag);
            }
        },
        cancellationToken);

    public Task<StepOutcome> StepAsync(string campaignId, CampaignStep step, DateTimeOffset now, CancellationToken cancellationToken) =>
        database.WriteAsync(connection => SqliteCampaignSteps.Take(connection, campaignId, step, now), cancellationToken);

    /// <summary>A walk through the blocks that may have such rows, in their order.</summary>
    internal static string PageOf(string blocks, string only) => $"""
        SELECT l.seq FROM {SqliteLogBlocks.RowsOf("?1", blocks)} AND l.seq > ?2{only} AND b.first_seq >= coalesce(
            (SELECT max(first_seq) FROM log_blocks WHERE campaign_id = ?1 AND first_seq <= ?2), 0)
        ORDER BY b.first_seq, l.seq LIMIT ?3
        """;

    private static InvalidOperationException NotPreparing(Preparation preparation) =>
        new($"Campaign {preparation.CampaignId} is not preparing any more; its preparation took too long and was discarded.");

    private static bool DiscardBlocks(SqliteConnection connection, Preparation preparation)
    {
        var blocks = connection.List(
            $"""
            SELECT first_seq, last_seq FROM log_blocks
            WHERE campaign_id = (SELECT id FROM campaigns WHERE {IsPreparation}) LIMIT ?3
            """,
            row => (First: row.GetInt64(0), Last: row.GetInt64(1)),
            preparation.CampaignId, preparation.Number, DiscardStep);
        foreach (var block in blocks)
        {
            connection.Execute("DELETE FROM log WHERE seq BETWEEN ?1 AND ?2", block.First, block.Last);
            connection.Execute("DELETE FROM log_blocks WHERE first_seq = ?1", block.First);
        }

        return blocks.Count == DiscardStep;
    }

    /// <summary>What became of the first request with a key; null where there was none.</summary>
    internal static BeginOutcome? FindByKey(SqliteConnection connection, string? key, string? requestHash) => key is null ? null
        : connection.Find(
            """
            SELECT c.segment_id, c.id, c.status, c.request_hash, coalesce(s.audience, 0), coalesce(c.warnings, '[]')
            FROM campaigns c LEFT JOIN segments s ON s.id = c.segment_id WHERE c.idempotency_key = ?1
            """,
            row =>
            {
                var status = row.Text(3) != requestHash ? BeginStatus.KeyReused
                    : SqliteCampaignRow.Status(row.GetString(2)) == CampaignStatus.Preparing ? BeginStatus.InProgress
                    : BeginStatus.Existing;
                return new BeginOutcome(status, row.GetString(0), row.GetString(1), row.GetInt64(4))
                {
                    Warnings = JsonSerializer.Deserialize<string[]>(row.GetString(5))!,
                };
            },
            key);

    private static void InsertRows(SqliteConnection connection, string campaignId, IReadOnlyList<NewLogEntry> batch)
    {
        if (batch.Count == 0)
        {
            return;
        }

        // Read once a batch: to ask for each row inside its insert cost a third of the insert.
        var erased = SqliteErasures.Since(connection, batch.Min(row => row.CreatedAt));
        using var insert = new SqliteRowStatement(connection, """
            INSERT INTO log (id, campaign_id, customer_id, recipient, message, status, failure_reason, round, attempts, created_at,
                updated_at)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 1, 0, ?8, ?8)
            ON CONFLICT (customer_id, campaign_id) DO NOTHING
            """);
        insert.With(2, campaignId);
        var (first, rows) = (0L, 0);
        foreach (var row in batch)
        {
            var isErased = erased.Includes(row.CustomerId);
            var skipReason = row.SkipReason ?? (isErased ? SkipReason.Erased : null);
            insert
                .With(1, row.Id)
                .With(3, row.CustomerId)
                .With(4, isErased ? null : row.Recipient)
                .With(5, isErased ? null : row.Message)
                .With(6, skipReason is null ? SqliteLogRow.Pending : SqliteLogRow.Skipped)
                .With(7, skipReason)
                .With(8, row.CreatedAt)
                .Run();
            if (raw.sqlite3_changes(connection.Handle) == 0)
            {
                continue;
            }

            // Nobody else writes meanwhile: they are numbered one after the other.
            var seq = raw.sqlite3_last_insert_rowid(connection.Handle);
            first = rows++ == 0 ? seq : first;
            if (rows == SqliteLogBlocks.MaxRows)
            {
                SqliteLogBlocks.Add(connection, campaignId, first, seq, row.CreatedAt);
                rows = 0;
            }
        }

        if (rows > 0)
        {
            SqliteLogBlocks.Add(connection, campaignId, first, first + rows - 1, batch[^1].CreatedAt);
        }
    }
}
