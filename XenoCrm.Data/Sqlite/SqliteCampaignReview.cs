using Microsoft.Data.Sqlite;
using XenoCrm.Core;
using XenoCrm.Core.Campaigns;
using XenoCrm.Core.Segments;

namespace XenoCrm.Data.Sqlite;

/// <summary>What a campaign is looked back on with.</summary>
internal static class SqliteCampaignReview
{
    // With a limit the sort keeps no more rows than that; a customer's orders are counted from their index.
    private static readonly string Deliveries = $"""
        SELECT l.status, l.failure_reason, (SELECT city FROM customers WHERE id = l.customer_id),
            (SELECT coalesce(sum(amount), 0) FROM orders WHERE customer_id = l.customer_id AND placed_at < ?2),
            (SELECT count(*) FROM orders WHERE customer_id = l.customer_id AND placed_at < ?2),
            (SELECT max(placed_at) FROM orders WHERE customer_id = l.customer_id AND placed_at < ?2)
        FROM (
            SELECT l.customer_id, l.status, l.failure_reason FROM {SqliteLogBlocks.RowsOf("?1", "true")}
            ORDER BY sample_order(l.customer_id) LIMIT ?3) l
        ORDER BY l.customer_id
        """;

    private static readonly string Earlier = $"""
        SELECT {SqliteCampaignRow.Columns} FROM campaigns c
        WHERE c.status = 'completed' AND c.id < ?1 AND c.sent + c.failed + c.skipped > 0
            AND (NOT ?3 OR c.segment_id IN (SELECT id FROM segments WHERE rule = (SELECT rule FROM segments WHERE id = ?2)))
        ORDER BY c.id DESC LIMIT ?4
        """;

    public static List<Delivery> SampleDeliveries(SqliteConnection connection, Campaign campaign, int count)
    {
        connection.CreateFunction<string, long>("sample_order", SampleOrder.Of, isDeterministic: true);
        return connection.List(
            Deliveries,
            row => new Delivery(
                (DeliveryStatus)row.GetInt64(0),
                row.Text(1),
                row.Text(2),
                Money.FromUnits(row.GetInt64(3)),
                row.GetInt64(4),
                row.TimeOrNull(5)),
            campaign.Id, campaign.CreatedAt, count);
    }

    public static List<Campaign> ListEarlier(SqliteConnection connection, Campaign campaign, bool sameRule, int count) =>
        connection.List(Earlier, SqliteCampaignRow.Read, campaign.Id, campaign.SegmentId, sameRule, count);
}
