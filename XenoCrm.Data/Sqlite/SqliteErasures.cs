using Microsoft.Data.Sqlite;
using XenoCrm.Core.Campaigns;
using XenoCrm.Core.Customers;

namespace XenoCrm.Data.Sqlite;

/// <summary>Erases people everywhere, in one transaction, and remembers for a while whom.</summary>
internal static class SqliteErasures
{
    /// <summary>False if there is no such customer.</summary>
    public static bool Erase(SqliteConnection connection, SqliteTransaction transaction, string id, DateTimeOffset now)
    {
        using var customer = new SqliteStatement(connection, transaction, "DELETE FROM customers WHERE id = ?1 RETURNING coalesce(email, '')");
        if (customer.Scalar(id) is not string email)
        {
            return false;
        }

        var at = now.ToUnixTimeMilliseconds();
        using var remember = new SqliteStatement(connection, transaction, "INSERT INTO erasures (customer_id, email_hash, at) VALUES (?1, ?2, ?3)");
        remember.Execute(id, email.Length == 0 ? null : ErasedPeople.HashOf(email), at);
        using var forget = new SqliteStatement(connection, transaction, "DELETE FROM erasures WHERE at < ?1");
        forget.Execute((now - ErasedPeople.Memory).ToUnixTimeMilliseconds());

        using var orders = new SqliteStatement(
            connection, transaction, "UPDATE orders SET email_key = NULL, email_hash = NULL, items = NULL WHERE customer_id = ?1");
        orders.Execute(id);

        // What has not gone out must not; a row that the vendor has may still rise by its receipt.
        using var log = new SqliteStatement(connection, transaction, """
            UPDATE log SET
                recipient = NULL,
                message = NULL,
                failure_reason = CASE
                    WHEN status = ?2 THEN ?4 WHEN status = ?3 THEN failure_reason WHEN failure_reason IS NOT NULL THEN ?4 END,
                status = CASE status WHEN ?2 THEN ?3 ELSE status END,
                due_at = NULL,
                updated_at = ?5
            WHERE customer_id = ?1
            """);
        log.Execute(id, (int)DeliveryStatus.Pending, (int)DeliveryStatus.Skipped, SkipReason.Erased, at);
        return true;
    }

    public static ErasedPeople Since(SqliteConnection connection, SqliteTransaction transaction, DateTimeOffset moment)
    {
        using var find = new SqliteStatement(connection, transaction, "SELECT customer_id, email_hash FROM erasures WHERE at >= ?1");
        using var row = find.Query(moment.ToUnixTimeMilliseconds());
        var (ids, hashes) = (new HashSet<string>(), new HashSet<string>());
        while (row.Read())
        {
            ids.Add(row.GetString(0));
            if (!row.IsDBNull(1))
            {
                hashes.Add(row.GetString(1));
            }
        }

        return new ErasedPeople(ids, hashes);
    }
}
