using System.Text.Json;
using Microsoft.Data.Sqlite;
using XenoCrm.Core.Campaigns;
using XenoCrm.Core.Suppressions;
using static XenoCrm.Data.Sqlite.SqliteLogRow;

namespace XenoCrm.Data.Sqlite;

/// <summary>Rows of a campaign that one sender takes, within a write: as <see cref="IOutbox.LeaseAsync"/> says.</summary>
internal sealed class SqliteLease(
    SqliteConnection connection, string campaignId, int count, DateTimeOffset now, DateTimeOffset leaseUntil, SendingHours? hours,
    SqliteSuppressions? suppressions)
{
    // Of those whose hour has not come: more are looked at by the next lease.
    private const int MostHeld = 10_000;

    private const string Columns = """
        l.seq, l.id, l.round, l.recipient, l.message, l.attempts, l.vendor_message_id, l.created_at, l.maybe_handed,
            c.id IS NOT NULL, coalesce(c.unsubscribed, 0), c.email, c.phone, c.phone_e164, l.customer_id, c.time_zone, c.country, c.city
        FROM log l LEFT JOIN customers c ON c.id = l.customer_id
        """;

    /// <summary>Rows that speak for themselves.</summary>
    internal const string Due = $"SELECT {Columns} WHERE l.campaign_id = ?1 AND l.due_at <= ?2 ORDER BY l.due_at LIMIT ?3";

    private static readonly string OfBlock =
        $"SELECT {Columns} WHERE l.seq BETWEEN ?1 AND ?2 AND l.status = {Pending} AND l.due_at IS NULL ORDER BY l.seq LIMIT ?3";

    private readonly List<OutboxRow> leased = [];
    private int held;

    private int Wanted => held >= MostHeld ? 0 : count - leased.Count;

    public List<OutboxRow> Take()
    {
        // What has waited for longest comes first: rows that speak for themselves, or a block.
        while (Wanted > 0)
        {
            var block = SqliteLogBlocks.FindDue(connection, campaignId, now);
            TakeRows(block is null ? now.ToUnixTimeMilliseconds() : block.DueAt - 1);
            if (block is null || Wanted == 0)
            {
                break;
            }

            if (block.Attempts > 0)
            {
                // Its sender died, or receipts are late.
                SqliteLogBlocks.Dissolve(connection, block);
            }
            else
            {
                TakeOf(block);
            }
        }

        return leased;
    }

    private void TakeRows(long dueBy)
    {
        bool mayHaveMore;
        do
        {
            var rows = Read(Due, statement => statement.With(1, campaignId).With(2, dueBy).With(3, Wanted));
            Settle(rows);
            mayHaveMore = rows.Exists(row => row.Wait is not null);
        }
        while (mayHaveMore && Wanted > 0);
    }

    /// <summary>As much of a block as is wanted; the rest becomes a block of its own.</summary>
    private void TakeOf(SqliteLogBlock block)
    {
        var wanted = Wanted;
        var rows = Read(OfBlock, statement => statement.With(1, block.First).With(2, block.Last).With(3, wanted));
        var looks = rows.Select(row => row.Wait?.LookAt).Distinct().ToList();
        if (looks.Count > 1)
        {
            SqliteLogBlocks.Dissolve(connection, block);
            Settle(rows);
            return;
        }

        if (rows.Count == wanted && rows[^1].Seq < block.Last)
        {
            SqliteLogBlocks.Split(connection, block, rows[^1].Seq + 1);
        }

        if (looks is [{ } lookAt])
        {
            connection.Execute(
                "UPDATE log_blocks SET due_at = ?2, hour_at = ?3 WHERE first_seq = ?1", block.First, lookAt, FirstHour(rows));
            held += rows.Count;
            return;
        }

        connection.Execute(
            "UPDATE log_blocks SET due_at = iif(?2, ?3, NULL), hour_at = NULL, attempts = 1 WHERE first_seq = ?1",
            block.First, rows.Count > 0, leaseUntil);
        leased.AddRange(rows.Select(row => row.Leased));
    }

    /// <summary>Takes those that may leave, and puts the others off.</summary>
    private void Settle(List<Row> rows)
    {
        foreach (var those in rows.GroupBy(row => row.Wait?.LookAt))
        {
            var seqs = JsonSerializer.Serialize(those.Select(row => row.Seq));
            if (those.Key is { } lookAt)
            {
                connection.Execute(
                    "UPDATE log SET due_at = ?1, hour_at = ?3 WHERE seq IN (SELECT value FROM json_each(?2))",
                    lookAt, seqs, FirstHour(those));
                held += those.Count();
            }
            else
            {
                connection.Execute(
                    """
                    UPDATE log SET due_at = ?1, hour_at = NULL, attempts = attempts + (vendor_message_id IS NULL)
                    WHERE seq IN (SELECT value FROM json_each(?2))
                    """,
                    leaseUntil, seqs);
                leased.AddRange(those.Select(row => row.Leased));
            }
        }
    }

    private List<Row> Read(string sql, Action<SqliteRowStatement> bind)
    {
        using var statement = new SqliteRowStatement(connection, sql);
        bind(statement);
        var rows = new List<Row>();
        while (statement.Step())
        {
            var row = ReadLeased(statement);
            var mayWait = hours is not null && row is { VendorMessageId: null, SkipReason: null };
            rows.Add(new Row(
                statement.Number(0), row,
                mayWait ? hours!.WaitOf(statement.Text(15), statement.Text(16), statement.Text(17)) : null));
        }

        return rows;
    }

    /// <summary>A row as it is once its lease has counted a try, and its person as they are now.</summary>
    private OutboxRow ReadLeased(SqliteRowStatement row)
    {
        var (recipient, attempts, vendorMessageId) = (row.Text(3)!, row.Number(5), row.Text(6));
        var (phone, phoneE164) = (row.Text(12), row.Text(13));
        return new OutboxRow(
            new MessageId(row.Text(1)!, (int)row.Number(2)),
            recipient,
            row.Text(4)!,
            (int)attempts + (vendorMessageId is null ? 1 : 0),
            vendorMessageId,
            DateTimeOffset.FromUnixTimeMilliseconds(row.Number(7)))
        {
            CustomerId = row.Text(14)!,
            MaybeHanded = attempts > 0 || row.Number(8) != 0,
            SkipReason = SkipReason.Of(
                recipient,
                row.Number(9) != 0,
                row.Number(10) != 0,
                suppressions?.HasAny(ContactAddress.FormsOfRecipient(recipient, phone, phoneE164)) == true,
                row.Text(11),
                phone,
                phoneE164),
        };
    }

    // Of those that are looked at together: it is no earlier than that.
    private static DateTimeOffset FirstHour(IEnumerable<Row> waiting) => waiting.Min(row => row.Wait!.Value.Hour);

    /// <param name="Wait">Where it is not the hour for it.</param>
    private readonly record struct Row(long Seq, OutboxRow Leased, HourWait? Wait);
}
