using Microsoft.Data.Sqlite;
using XenoCrm.Data.Sqlite;

namespace XenoCrm.Tests.Support;

/// <summary>Rows that a test has put into the embedded store's log with its own hands.</summary>
internal static class LogRows
{
    /// <summary>Gives those that lie in no block one, for the campaign of the first; each speaks for itself.</summary>
    public static void InBlocks(SqliteConnection connection)
    {
        connection.Execute(
            """
            INSERT INTO log_blocks (first_seq, last_seq, campaign_id)
            SELECT seq, lead(seq, 1, 1 + (SELECT max(seq) FROM log)) OVER (ORDER BY seq) - 1, campaign_id FROM (
                SELECT seq, campaign_id, lag(campaign_id) OVER (ORDER BY seq) AS campaign_before FROM log
                WHERE seq > (SELECT coalesce(max(last_seq), 0) FROM log_blocks))
            WHERE campaign_before IS NOT campaign_id
            """);
        foreach (var campaign in connection.List("SELECT DISTINCT campaign_id FROM log", row => row.GetString(0)))
        {
            SqliteLogBlocks.Recount(connection, campaign);
        }
    }
}
