using Microsoft.Data.Sqlite;
using XenoCrm.Core.Campaigns;
using static XenoCrm.Data.Sqlite.SqliteLogRow;

namespace XenoCrm.Data.Sqlite;

/// <summary>Whom messages have left to, and when: sent, or with the vendor. Who was erased has no recipient in the log.</summary>
internal static class SqliteReached
{
    // A row that is as its block says has the block's time.
    private const string At = "iif(l.status = 0 AND l.due_at IS NULL, b.accepted_at, l.updated_at)";

    private static readonly string IsReached = $"""
        l.recipient IS NOT NULL AND (l.status = {Sent} OR (l.status = {Pending}
            AND (l.vendor_message_id IS NOT NULL OR (l.due_at IS NULL AND l.round = 1 AND b.accepted_at IS NOT NULL))))
            AND {At} >= ?1
        """;

    // What a campaign that was over by then has sent left before.
    private static readonly string CountByPeople = $"""
        SELECT messages, count(*) FROM (
            SELECT count(*) AS messages
            FROM campaigns c
            CROSS JOIN log_blocks b ON b.campaign_id = c.id AND b.sent + b.pending > 0
            CROSS JOIN log l ON l.seq BETWEEN b.first_seq AND b.last_seq
            WHERE (c.completed_at IS NULL OR c.completed_at >= ?1)
                AND c.status NOT IN ({SqliteCampaignRow.Words(CampaignTransition.Start.From)}) AND {IsReached}
            GROUP BY l.customer_id)
        GROUP BY messages
        """;

    private static readonly string OfCustomer = $"""
        SELECT {At} FROM log l INDEXED BY log_by_recipient
        JOIN log_blocks b ON b.first_seq = (SELECT first_seq FROM log_blocks WHERE first_seq <= l.seq ORDER BY first_seq DESC LIMIT 1)
        WHERE l.customer_id = ?2 AND {IsReached}
        """;

    public static IReadOnlyDictionary<int, long> Count(SqliteConnection connection, DateTimeOffset since) => connection
        .List(CountByPeople, row => (Messages: row.GetInt32(0), People: row.GetInt64(1)), since)
        .ToDictionary(count => count.Messages, count => count.People);

    public static IReadOnlyList<DateTimeOffset> List(SqliteConnection connection, string customerId, DateTimeOffset since) =>
        connection.List(OfCustomer, row => row.Time(0), since, customerId);
}
