using Microsoft.Data.Sqlite;
using XenoCrm.Core.Campaigns;
using static XenoCrm.Data.Sqlite.SqliteLogRow;

namespace XenoCrm.Data.Sqlite;

/// <summary>A block of the log: what its rows have in common, as docs/hot-path.md tells.</summary>
/// <param name="Attempts">0 while its rows were never tried.</param>
/// <param name="IsAccepted">The vendor has those that were leased with it, and their ids are the block's.</param>
internal sealed record SqliteLogBlock(long First, long Last, long DueAt, long Attempts, bool IsAccepted)
{
    public bool Has(long seq) => seq >= First && seq <= Last;
}

/// <summary>The blocks that one transaction changes rows of: each row's is found once, and all are counted anew at the end.</summary>
internal sealed class SqliteLogBlocks(SqliteConnection connection) : IDisposable
{
    /// <summary>The most rows of a new block.</summary>
    public const int MaxRows = 500;

    private const string Columns = "first_seq, last_seq, coalesce(due_at, 0), attempts, accepted_at IS NOT NULL";

    /// <summary>A block's rows counted by status. Never added up: a count that is made anew cannot drift.</summary>
    private static readonly string Count = $"""
        UPDATE log_blocks SET (pending, failed, sent, skipped) = (
            SELECT {Rows(Pending)}, {Rows(Failed)}, {Rows(Sent)}, {Rows(Skipped)} FROM log WHERE seq BETWEEN first_seq AND last_seq)
        """;

    // No row of it waits for the sender any more.
    private const string Rest = "UPDATE log_blocks SET due_at = NULL WHERE pending = 0 AND due_at IS NOT NULL";

    /// <summary>Rows that are as their blocks say get it written down: from then on they speak for themselves.</summary>
    private static readonly string Detach = $"""
        UPDATE log SET attempts = b.attempts, due_at = b.due_at, updated_at = coalesce(b.accepted_at, updated_at),
            vendor_message_id = coalesce(vendor_message_id, (
                SELECT json_extract(vendor_ids, '$[' || (log.seq - b.first_seq) || ']') FROM log_block_vendor_ids v
                WHERE v.first_seq = b.first_seq))
        FROM log_blocks b WHERE log.status = {Pending} AND log.due_at IS NULL
        """;

    /// <summary>The table log and, where a row is as its block says, that block as b. What the vendor calls it is v's, see below.</summary>
    public const string LogWithBlocks = """
        log
        LEFT JOIN log_blocks b ON log.due_at IS NULL AND b.first_seq = (
            SELECT first_seq FROM log_blocks WHERE first_seq <= log.seq ORDER BY first_seq DESC LIMIT 1)
        LEFT JOIN log_block_vendor_ids v ON log.round = 1 AND v.first_seq = b.first_seq
        """;

    private readonly SqliteRowStatement find = new(
        connection, $"SELECT {Columns} FROM log_blocks WHERE first_seq <= ?1 ORDER BY first_seq DESC LIMIT 1");

    private readonly SortedList<long, SqliteLogBlock> known = [];
    private readonly HashSet<long> changed = [];
    private SqliteLogBlock? last;

    /// <summary>The block that a row lies in.</summary>
    public SqliteLogBlock Of(long seq)
    {
        if (last?.Has(seq) != true)
        {
            last = Known(seq) ?? Find(seq);
        }

        return last;
    }

    /// <summary>A row of it has changed its status.</summary>
    public void Change(SqliteLogBlock block) => changed.Add(block.First);

    /// <summary>Counts those that have changed.</summary>
    public void Recount()
    {
        if (changed.Count == 0)
        {
            return;
        }

        using var count = new SqliteRowStatement(connection, Count + " WHERE first_seq = ?1");
        using var rest = new SqliteRowStatement(connection, Rest + " AND first_seq = ?1");
        foreach (var first in changed)
        {
            count.With(1, first).Run();
            rest.With(1, first).Run();
        }

        changed.Clear();
    }

    public void Dispose() => find.Dispose();

    /// <summary>Counts all blocks of a campaign.</summary>
    public static void Recount(SqliteConnection connection, string campaignId) => Recount(connection, "campaign_id = ?1", campaignId);

    /// <summary>The block with the rows that fall due first: of a campaign, by then.</summary>
    public static SqliteLogBlock? FindDue(SqliteConnection connection, string campaignId, DateTimeOffset now) => connection.Find(
        $"SELECT {Columns} FROM log_blocks WHERE campaign_id = ?1 AND due_at <= ?2 ORDER BY due_at, first_seq LIMIT 1",
        row => new SqliteLogBlock(row.GetInt64(0), row.GetInt64(1), row.GetInt64(2), row.GetInt64(3), row.GetBoolean(4)),
        campaignId, now);

    /// <summary>New rows that were never tried.</summary>
    public static void Add(SqliteConnection connection, string campaignId, long first, long last, DateTimeOffset dueAt)
    {
        connection.Execute(
            "INSERT INTO log_blocks (first_seq, last_seq, campaign_id, due_at) VALUES (?1, ?2, ?3, ?4)", first, last, campaignId, dueAt);
        Recount(connection, "first_seq = ?1", first);
    }

    /// <summary>Two blocks of one that was never tried, the second from that row on.</summary>
    public static void Split(SqliteConnection connection, SqliteLogBlock block, long second)
    {
        connection.Execute(
            """
            INSERT INTO log_blocks (first_seq, last_seq, campaign_id, due_at, hour_at)
            SELECT ?2, last_seq, campaign_id, due_at, hour_at FROM log_blocks WHERE first_seq = ?1
            """,
            block.First, second);
        connection.Execute("UPDATE log_blocks SET last_seq = ?2 - 1 WHERE first_seq = ?1", block.First, second);
        Recount(connection, "first_seq IN (?1, ?2)", block.First, second);
    }

    /// <summary>Those of its rows that wait: from now on each speaks for itself.</summary>
    public static void Dissolve(SqliteConnection connection, SqliteLogBlock block)
    {
        connection.Execute(Detach + " AND b.first_seq = ?1 AND log.seq BETWEEN b.first_seq AND b.last_seq", block.First);
        connection.Execute("UPDATE log_blocks SET due_at = NULL, hour_at = NULL WHERE first_seq = ?1", block.First);
    }

    /// <summary>Makes one row speak for itself; prepared, for several.</summary>
    public static SqliteRowStatement DetachRow(SqliteConnection connection) =>
        new(connection, $"{Detach} AND {IsBlockOfRow} AND log.seq = ?1");

    /// <summary>Makes a customer's rows speak for themselves.</summary>
    public static void DetachCustomer(SqliteConnection connection, string customerId) =>
        connection.Execute($"{Detach} AND {IsBlockOfRow} AND log.customer_id = ?1", customerId);

    /// <summary>For SQL: the rows of a campaign that are of blocks like that, with the table log_blocks as b and log as l.</summary>
    public static string RowsOf(string campaign, string blocks) => $"""
        log_blocks b CROSS JOIN log l ON l.seq BETWEEN b.first_seq AND b.last_seq WHERE b.campaign_id = {campaign} AND {blocks}
        """;

    private const string IsBlockOfRow =
        "b.first_seq = (SELECT first_seq FROM log_blocks WHERE first_seq <= log.seq ORDER BY first_seq DESC LIMIT 1)";

    private static void Recount(SqliteConnection connection, string those, params ReadOnlySpan<object?> values)
    {
        connection.Execute($"{Count} WHERE {those}", values);
        connection.Execute($"{Rest} AND {those}", values);
    }

    private static string Rows(int status) => $"count(*) FILTER (WHERE status = {status})";

    private SqliteLogBlock? Known(long seq)
    {
        // The last that begins at the row or before it.
        var (from, to) = (0, known.Count);
        while (from < to)
        {
            var middle = (from + to) / 2;
            (from, to) = known.GetKeyAtIndex(middle) <= seq ? (middle + 1, to) : (from, middle);
        }

        return from > 0 && known.GetValueAtIndex(from - 1) is var block && block.Has(seq) ? block : null;
    }

    private SqliteLogBlock Find(long seq)
    {
        find.With(1, seq);
        if (!find.Step())
        {
            throw new InvalidDataException($"Row {seq} of the log lies in no block.");
        }

        var block = new SqliteLogBlock(find.Number(0), find.Number(1), find.Number(2), find.Number(3), find.Number(4) != 0);
        find.Reset();
        known.Add(block.First, block);
        return block;
    }
}
