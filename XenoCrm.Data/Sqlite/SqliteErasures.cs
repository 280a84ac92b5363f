using Microsoft.Data.Sqlite;
using XenoCrm.Core.Campaigns;
using XenoCrm.Core.Customers;
using XenoCrm.Core.Suppressions;
using static XenoCrm.Data.Sqlite.SqliteLogRow;

namespace XenoCrm.Data.Sqlite;

/// <summary>Erases people everywhere, in one transaction, and remembers for a while whom.</summary>
internal static class SqliteErasures
{
    // What has not gone out must not; a row that the vendor has may still rise by its receipt.
    private static readonly string EraseRows = $"""
        UPDATE log SET
            recipient = NULL,
            message = NULL,
            failure_reason = CASE WHEN status IN ({Pending}, {Failed}) THEN ?2 ELSE failure_reason END,
            status = CASE status WHEN {Pending} THEN {Skipped} ELSE status END,
            due_at = NULL,
            updated_at = ?3
        WHERE customer_id = ?1
        """;

    /// <summary>False if there is no such customer.</summary>
    public static bool Erase(SqliteConnection connection, string id, DateTimeOffset now)
    {
        var erased = connection.List(
            $"DELETE FROM customers WHERE id = ?1 RETURNING {SqliteCustomerRow.Columns}", SqliteCustomerRow.Read, id);
        if (erased is not [var customer])
        {
            return false;
        }

        // Whoever comes again under the address still does not want to be written to.
        using (var suppressions = SqliteSuppressions.Open(connection))
        {
            suppressions.Add(NewSuppression.OfErased(customer, now));
        }

        connection.Execute(
            "INSERT INTO erasures (customer_id, email_hash, at) VALUES (?1, ?2, ?3)",
            id, customer.Email is { } email ? ErasedPeople.HashOf(email) : null, now);
        connection.Execute("DELETE FROM contacts WHERE customer_id = ?1", id);
        connection.Execute("DELETE FROM erasures WHERE at < ?1", now - ErasedPeople.Memory);
        connection.Execute(
            "UPDATE orders SET email_key = NULL, email_hash = NULL, items = NULL, items_key = NULL WHERE customer_id = ?1", id);
        SqliteLogBlocks.DetachCustomer(connection, id);
        connection.Execute(EraseRows, id, SkipReason.Erased, now);
        using var blocks = new SqliteLogBlocks(connection);
        foreach (var seq in connection.List("SELECT seq FROM log WHERE customer_id = ?1", row => row.GetInt64(0), id))
        {
            blocks.Change(blocks.Of(seq));
        }

        blocks.Recount();
        return true;
    }

    public static ErasedPeople Since(SqliteConnection connection, DateTimeOffset moment)
    {
        var erased = connection.List(
            "SELECT customer_id, email_hash FROM erasures WHERE at >= ?1", row => (Id: row.GetString(0), Hash: row.Text(1)), moment);
        return new ErasedPeople(
            erased.Select(person => person.Id).ToHashSet(), erased.Select(person => person.Hash).OfType<string>().ToHashSet());
    }
}
