using Dapper;
using Microsoft.Data.Sqlite;
using XenoCrm.Core;
using XenoCrm.Core.Campaigns;
using XenoCrm.Core.Segments;

namespace XenoCrm.Data.Sqlite;

/// <summary>What a campaign is looked back on with.</summary>
internal static class SqliteCampaignReview
{
    // With a limit the sort keeps no more rows than that; a customer's orders are counted from their index.
    private const string Deliveries = """
        SELECT l.status, l.failure_reason, (SELECT city FROM customers WHERE id = l.customer_id),
            (SELECT coalesce(sum(amount), 0) FROM orders WHERE customer_id = l.customer_id AND placed_at < @at),
            (SELECT count(*) FROM orders WHERE customer_id = l.customer_id AND placed_at < @at),
            (SELECT max(placed_at) FROM orders WHERE customer_id = l.customer_id AND placed_at < @at)
        FROM (SELECT customer_id, status, failure_reason FROM log WHERE campaign_id = @id ORDER BY sample_order(customer_id) LIMIT @count) l
        ORDER BY l.customer_id
        """;

    public static List<Delivery> SampleDeliveries(SqliteConnection connection, Campaign campaign, int count)
    {
        connection.CreateFunction<string, long>("sample_order", SampleOrder.Of, isDeterministic: true);
        using var command = connection.CreateCommand();
        command.CommandText = Deliveries;
        command.Parameters.AddWithValue("@id", campaign.Id);
        command.Parameters.AddWithValue("@at", campaign.CreatedAt.ToUnixTimeMilliseconds());
        command.Parameters.AddWithValue("@count", count);
        using var row = command.ExecuteReader();
        var deliveries = new List<Delivery>();
        while (row.Read())
        {
            deliveries.Add(new Delivery(
                (DeliveryStatus)row.GetInt64(0),
                row.IsDBNull(1) ? null : row.GetString(1),
                row.IsDBNull(2) ? null : row.GetString(2),
                Money.FromUnits(row.GetInt64(3)),
                row.GetInt64(4),
                row.IsDBNull(5) ? null : DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(5))));
        }

        return deliveries;
    }

    public static List<Campaign> ListEarlier(SqliteConnection connection, Campaign campaign, bool sameRule, int count) =>
    [
        .. connection.Query<SqliteCampaignRow>(
            $"""
            SELECT {SqliteCampaignRow.Columns} FROM campaigns c
            WHERE c.status = 'completed' AND c.id < @Id AND c.sent + c.failed + c.skipped > 0
                AND (NOT @sameRule OR c.segment_id IN (SELECT id FROM segments WHERE rule = (SELECT rule FROM segments WHERE id = @SegmentId)))
            ORDER BY c.id DESC LIMIT @count
            """,
            new { campaign.Id, campaign.SegmentId, sameRule, count }).Select(row => row.ToCampaign()),
    ];
}
