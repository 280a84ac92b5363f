using System.Text.Json;
using Microsoft.Data.Sqlite;
using XenoCrm.Core.Campaigns;
using XenoCrm.Core.Segments;

namespace XenoCrm.Data.Sqlite;

internal sealed class SqliteDraftStore(SqliteDatabase database) : IDraftStore
{
    private static readonly string Waiting =
        SqliteCampaignRow.Words(CampaignStatus.Draft, CampaignStatus.Scheduled, CampaignStatus.Starting);

    private static readonly string IsDraft = $"id = ?1 AND status = {SqliteCampaignRow.Words(CampaignStatus.Draft)}";

    private static readonly string Scheduled = SqliteCampaignRow.Words(CampaignTransition.Take.From);

    private static readonly string Due = $"""
        SELECT id FROM campaigns
        WHERE completed_at IS NULL AND status IN ({Scheduled}) AND starts_at <= ?1
        ORDER BY starts_at, id
        """;

    private static readonly string Take = $"""
        UPDATE campaigns SET status = {SqliteCampaignRow.Words(CampaignTransition.Take.To)}, preparing_until = ?3,
            preparation = preparation + 1, start_problem = NULL
        WHERE id = ?1 AND status IN ({Scheduled}) AND starts_at <= ?2
        RETURNING preparation
        """;

    public Task<BeginOutcome> AddAsync(NewDraft draft, CancellationToken cancellationToken) => database.WriteAsync(
        connection =>
        {
            if (SqliteCampaignStore.FindByKey(connection, draft.IdempotencyKey, draft.RequestHash) is { } first)
            {
                return first;
            }

            SqliteCampaignRow.Insert(connection, draft.Campaign, draft.IdempotencyKey, draft.RequestHash);
            return new BeginOutcome(BeginStatus.Begun, draft.Campaign.SegmentId, draft.Campaign.Id, 0);
        },
        cancellationToken);

    public Task<bool> ChangeAsync(Campaign read, Campaign changed, CancellationToken cancellationToken) => database.WriteAsync(
        connection => connection.Execute(
            $"""
            UPDATE campaigns SET segment_id = ?3, name = ?4, message_template = ?5, tags = ?6, plan = ?7, version = version + 1
            WHERE {IsDraft} AND version = ?2
            """,
            read.Id,
            read.Version,
            changed.SegmentId,
            changed.Name,
            changed.MessageTemplate,
            JsonSerializer.Serialize(changed.Tags),
            CampaignPlanText.Write(changed.Plan!)) > 0,
        cancellationToken);

    public Task<bool> DeleteAsync(string id, CancellationToken cancellationToken) => database.WriteAsync(
        connection => connection.Execute($"DELETE FROM campaigns WHERE {IsDraft}", id) > 0, cancellationToken);

    public Task<IReadOnlyList<string>> FindDueAsync(DateTimeOffset now, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<string>>(
            connection => connection.List(Due, row => row.GetString(0), now), cancellationToken);

    public Task NoteProblemAsync(string id, string problem, CancellationToken cancellationToken) => database.WriteAsync(
        connection => connection.Execute(
            $"UPDATE campaigns SET start_problem = ?2 WHERE id = ?1 AND status IN ({Scheduled})", id, problem),
        cancellationToken);

    public Task MoveOnAsync(string id, DateTimeOffset startsAt, DateTimeOffset next, CancellationToken cancellationToken) =>
        database.WriteAsync(
            connection => connection.Execute(
                $"""
                UPDATE campaigns SET starts_at = ?3, start_problem = NULL
                WHERE id = ?1 AND starts_at = ?2 AND status IN ({Scheduled})
                """,
                id, startsAt, next),
            cancellationToken);

    public Task<IReadOnlyList<string>> ListRunsAsync(string seriesId, DateTimeOffset? after, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<string>>(
            connection => connection.List(
                "SELECT id FROM campaigns WHERE series = ?1 AND (?2 IS NULL OR starts_at > ?2) ORDER BY id DESC",
                row => row.GetString(0),
                seriesId, after),
            cancellationToken);

    public Task<Preparation?> TakeAsync(
        string id, DateTimeOffset now, Segment? segment, DateTimeOffset preparingUntil, CancellationToken cancellationToken) =>
        database.WriteAsync(
            connection =>
            {
                var preparation = connection.Find(
                    Take, row => new Preparation(id, (int)row.GetInt64(0)), id, now, preparingUntil);
                if (preparation is not null && segment is not null)
                {
                    SqliteSegmentRow.Insert(connection, segment, visible: false);
                }

                return preparation;
            },
            cancellationToken);

    public Task<IReadOnlyList<Campaign>> ListUsingAsync(string segmentId, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<Campaign>>(
            connection => connection.List(
                $"""
                SELECT {SqliteCampaignRow.Columns} FROM campaigns c
                WHERE completed_at IS NULL AND status IN ({Waiting}) AND (segment_id = ?1
                    OR EXISTS (SELECT 1 FROM json_each(plan, '$.exclude.segments') WHERE value = ?1))
                ORDER BY id DESC
                """,
                SqliteCampaignRow.Read,
                segmentId),
            cancellationToken);
}
