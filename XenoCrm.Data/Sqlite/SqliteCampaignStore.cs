using System.Globalization;
using System.Text.Json;
using Dapper;
using Microsoft.Data.Sqlite;
using XenoCrm.Core;
using XenoCrm.Core.Campaigns;
using XenoCrm.Core.Rules;

namespace XenoCrm.Data.Sqlite;

internal sealed class SqliteCampaignStore(SqliteDatabase database) : ICampaignStore
{
    private const string List = "campaigns";
    private const int DiscardStep = 10_000;

    public Task<BeginOutcome> BeginAsync(NewCampaign campaign, CancellationToken cancellationToken) => database.WriteAsync(
        (connection, transaction) =>
        {
            if (campaign.IdempotencyKey is { } key && FindByKey(connection, transaction, key) is { } first)
            {
                var status = first.RequestHash != campaign.RequestHash ? BeginStatus.KeyReused
                    : first.Status == "preparing" ? BeginStatus.InProgress
                    : BeginStatus.Existing;
                return new BeginOutcome(status, first.SegmentId, first.Id,
                    first.Audience)
                { Warnings = JsonSerializer.Deserialize<string[]>(first.Warnings ?? "[]")! };
            }

            Insert(connection, transaction, campaign);
            return new BeginOutcome(BeginStatus.Begun, campaign.Segment.Id, campaign.Campaign.Id, 0);
        },
        cancellationToken);

    public Task AppendLogBatchAsync(string campaignId, IReadOnlyList<NewLogEntry> batch, DateTimeOffset preparingUntil, CancellationToken cancellationToken) =>
        database.WriteAsync(
            (connection, transaction) =>
            {
                var preparing = connection.Execute(
                    "UPDATE campaigns SET preparing_until = @until WHERE id = @campaignId AND status = 'preparing'",
                    new { campaignId, until = preparingUntil.ToUnixTimeMilliseconds() },
                    transaction);
                if (preparing == 0)
                {
                    throw new InvalidOperationException($"Campaign {campaignId} is not preparing any more; its preparation took too long and was discarded.");
                }

                InsertRows(connection, transaction, campaignId, batch);
            },
            cancellationToken);

    public Task<long> LaunchAsync(
        string campaignId, DateTimeOffset now, IReadOnlyList<string> warnings, CancellationToken cancellationToken) => database.WriteAsync(
        (connection, transaction) =>
        {
            var audience = connection.ExecuteScalar<long>("SELECT count(*) FROM log WHERE campaign_id = @campaignId", new { campaignId }, transaction);
            var launched = connection.Execute(
                """
                UPDATE campaigns SET status = 'sending', preparing_until = NULL, warnings = @told
                WHERE id = @campaignId AND status = 'preparing'
                """,
                new { campaignId, told = warnings.Count == 0 ? null : JsonSerializer.Serialize(warnings) },
                transaction);
            if (launched == 0)
            {
                throw new InvalidOperationException($"Campaign {campaignId} is not preparing any more; its preparation took too long and was discarded.");
            }

            connection.Execute(
                "UPDATE segments SET visible = 1, audience = @audience WHERE id = (SELECT segment_id FROM campaigns WHERE id = @campaignId)",
                new { campaignId, audience },
                transaction);
            SqliteOutbox.TryComplete(connection, transaction, campaignId, now);
            return audience;
        },
        cancellationToken);

    public async Task DiscardAsync(string campaignId, CancellationToken cancellationToken)
    {
        bool more;
        do
        {
            more = await database.WriteAsync(
                (connection, transaction) => connection.Execute(
                    """
                    DELETE FROM log WHERE seq IN (
                        SELECT seq FROM log WHERE campaign_id = (SELECT id FROM campaigns WHERE id = @campaignId AND status = 'preparing') LIMIT @DiscardStep)
                    """,
                    new { campaignId, DiscardStep },
                    transaction) == DiscardStep,
                cancellationToken);
        }
        while (more);

        await database.WriteAsync(
            (connection, transaction) =>
            {
                var segmentId = connection.ExecuteScalar<string?>(
                    "DELETE FROM campaigns WHERE id = @campaignId AND status = 'preparing' RETURNING segment_id",
                    new { campaignId },
                    transaction);
                connection.Execute("DELETE FROM segments WHERE id = @segmentId AND visible = 0", new { segmentId }, transaction);
            },
            cancellationToken);
    }

    public Task<IReadOnlyList<string>> FindAbandonedAsync(DateTimeOffset now, CancellationToken cancellationToken) => database.ReadAsync<IReadOnlyList<string>>(
        connection =>
        [
            .. connection.Query<string>(
                "SELECT id FROM campaigns WHERE completed_at IS NULL AND status = 'preparing' AND preparing_until < @now",
                new { now = now.ToUnixTimeMilliseconds() }),
        ],
        cancellationToken);

    public Task<Campaign?> FindAsync(string id, CancellationToken cancellationToken) => database.ReadAsync(
        connection => connection.QuerySingleOrDefault<SqliteCampaignRow>(
            $"SELECT {SqliteCampaignRow.Columns} FROM campaigns c WHERE id = @id AND status <> 'preparing'", new { id })?.ToCampaign(),
        cancellationToken);

    public Task<Page<Campaign>> ListAsync(PageRequest page, CancellationToken cancellationToken)
    {
        var before = page.Cursor is { } cursor ? Cursor.Decode(List, cursor) : null;
        return database.ReadAsync(
            connection =>
            {
                var rows = connection.Query<SqliteCampaignRow>(
                    $"""
                    SELECT {SqliteCampaignRow.Columns} FROM campaigns c
                    WHERE status <> 'preparing' AND (@before IS NULL OR id < @before) ORDER BY id DESC LIMIT @limit
                    """,
                    new { before, limit = page.Limit + 1 });
                return Cursor.Page(List, rows.ToList(), page.Limit, row => row.Id).Select(row => row.ToCampaign());
            },
            cancellationToken);
    }

    public Task<Page<LogEntry>?> ListLogAsync(string campaignId, DeliveryStatus? status, PageRequest page, CancellationToken cancellationToken)
    {
        var list = $"logs/{campaignId}/{status}";
        var after = 0L;
        if (page.Cursor is { } cursor && !long.TryParse(Cursor.Decode(list, cursor), NumberStyles.None, CultureInfo.InvariantCulture, out after))
        {
            throw new InvalidCursorException();
        }

        // One ordered walk of the index per status, merged: the index serves every filter.
        IEnumerable<DeliveryStatus> statuses = status is { } one ? [one] : DeliveryStatusOrder.All;
        var walks = statuses.Select(value =>
            $"SELECT * FROM (SELECT * FROM log WHERE campaign_id = @campaignId AND status = {(int)value} AND seq > @after ORDER BY seq LIMIT @limit)");
        var sql = $"SELECT {SqliteLogRow.Columns} FROM ({string.Join(" UNION ALL ", walks)}) ORDER BY seq LIMIT @limit";
        return database.ReadAsync(
            connection =>
            {
                if (connection.ExecuteScalar<int>("SELECT count(*) FROM campaigns WHERE id = @campaignId AND status <> 'preparing'", new { campaignId }) == 0)
                {
                    return null;
                }

                var rows = connection.Query<SqliteLogRow>(sql, new { campaignId, after, limit = page.Limit + 1 });
                return Cursor.Page(list, rows.ToList(), page.Limit, row => row.Seq.ToString(CultureInfo.InvariantCulture)).Select(row => row.ToEntry());
            },
            cancellationToken);
    }

    public Task<IReadOnlyList<Delivery>> SampleDeliveriesAsync(Campaign campaign, int count, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<Delivery>>(connection => SqliteCampaignReview.SampleDeliveries(connection, campaign, count), cancellationToken);

    public Task<IReadOnlyList<Campaign>> ListEarlierAsync(Campaign campaign, bool sameRule, int count, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<Campaign>>(connection => SqliteCampaignReview.ListEarlier(connection, campaign, sameRule, count), cancellationToken);

    public Task AddTagsAsync(string campaignId, IReadOnlyList<string> tags, CancellationToken cancellationToken) => database.WriteAsync(
        (connection, transaction) => connection.Execute(
            """
            UPDATE campaigns SET tags = json_insert(tags, '$[#]', @tag)
            WHERE id = @campaignId AND NOT EXISTS (SELECT 1 FROM json_each(campaigns.tags) WHERE value = @tag)
            """,
            tags.Select(tag => new { campaignId, tag }),
            transaction),
        cancellationToken);

    public Task<StepOutcome> StepAsync(string campaignId, CampaignStep step, DateTimeOffset now, CancellationToken cancellationToken) =>
        database.WriteAsync((connection, transaction) => SqliteCampaignSteps.Take(connection, transaction, campaignId, step, now), cancellationToken);

    private static KeyRow? FindByKey(SqliteConnection connection, SqliteTransaction transaction, string key) =>
        connection.QuerySingleOrDefault<KeyRow>(
            """
            SELECT c.id AS Id, c.segment_id AS SegmentId, c.status AS Status, c.request_hash AS RequestHash, s.audience AS Audience,
                c.warnings AS Warnings
            FROM campaigns c JOIN segments s ON s.id = c.segment_id WHERE c.idempotency_key = @key
            """,
            new { key },
            transaction);

    private static void Insert(SqliteConnection connection, SqliteTransaction transaction, NewCampaign campaign)
    {
        connection.Execute(
            """
            INSERT INTO segments (id, name, rule, prompt, created_by, created_at, audience, visible)
            VALUES (@Id, @Name, @Rule, @Prompt, @CreatedBy, @CreatedAt, 0, 0)
            """,
            new
            {
                campaign.Segment.Id,
                campaign.Segment.Name,
                Rule = RuleJson.Print(campaign.Segment.Rule),
                campaign.Segment.Prompt,
                campaign.Segment.CreatedBy,
                CreatedAt = campaign.Segment.CreatedAt.ToUnixTimeMilliseconds(),
            },
            transaction);
        connection.Execute(
            """
            INSERT INTO campaigns (id, segment_id, name, message_template, status, tags, created_by, created_at, preparing_until, idempotency_key, request_hash)
            VALUES (@Id, @SegmentId, @Name, @MessageTemplate, 'preparing', @Tags, @CreatedBy, @CreatedAt, @PreparingUntil, @IdempotencyKey, @RequestHash)
            """,
            new
            {
                campaign.Campaign.Id,
                campaign.Campaign.SegmentId,
                campaign.Campaign.Name,
                campaign.Campaign.MessageTemplate,
                Tags = JsonSerializer.Serialize(campaign.Campaign.Tags),
                campaign.Campaign.CreatedBy,
                CreatedAt = campaign.Campaign.CreatedAt.ToUnixTimeMilliseconds(),
                PreparingUntil = campaign.PreparingUntil.ToUnixTimeMilliseconds(),
                campaign.IdempotencyKey,
                campaign.RequestHash,
            },
            transaction);
    }

    private static void InsertRows(SqliteConnection connection, SqliteTransaction transaction, string campaignId, IReadOnlyList<NewLogEntry> batch)
    {
        if (batch.Count == 0)
        {
            return;
        }

        // Read once a batch: to ask for each row inside its insert cost a third of the insert.
        var erased = SqliteErasures.Since(connection, transaction, batch.Min(row => row.CreatedAt));
        using var insert = new SqliteStatement(connection, transaction, """
            INSERT INTO log (id, campaign_id, customer_id, recipient, message, status, failure_reason, round, attempts, due_at, created_at, updated_at)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 1, 0, ?8, ?9, ?9)
            ON CONFLICT (customer_id, campaign_id) DO NOTHING
            """);
        foreach (var row in batch)
        {
            var at = row.CreatedAt.ToUnixTimeMilliseconds();
            if (erased.Includes(row.CustomerId))
            {
                insert.Execute(row.Id, campaignId, row.CustomerId, null, null, (int)DeliveryStatus.Skipped, SkipReason.Erased, null, at);
            }
            else if (row.SkipReason is { } reason)
            {
                insert.Execute(
                    row.Id, campaignId, row.CustomerId, row.Recipient, row.Message, (int)DeliveryStatus.Skipped, reason, null, at);
            }
            else
            {
                insert.Execute(row.Id, campaignId, row.CustomerId, row.Recipient, row.Message, (int)DeliveryStatus.Pending, null, at, at);
            }
        }
    }

    private sealed record KeyRow(string Id, string SegmentId, string Status, string? RequestHash, long Audience, string? Warnings);
}
