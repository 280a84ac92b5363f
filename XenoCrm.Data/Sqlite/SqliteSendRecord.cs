using System.Globalization;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using XenoCrm.Core.Campaigns;
using static XenoCrm.Data.Sqlite.SqliteLogRow;

namespace XenoCrm.Data.Sqlite;

/// <summary>
/// What came of leased rows, written down. Where the vendor took a block, or was away, the block is told and its rows are not touched.
/// The rows that it went otherwise with speak for themselves from then on; each statement leaves one alone that is final or in another
/// round.
/// </summary>
internal sealed class SqliteSendRecord(SqliteConnection connection, DateTimeOffset now) : IDisposable
{
    private static readonly string Row = $"WHERE id = ?1 AND round = ?2 AND status = {Pending}";

    private readonly SqliteLogBlocks blocks = new(connection);

    private readonly SqliteRowStatement find = new(connection, "SELECT seq FROM log WHERE id = ?1");

    private readonly SqliteRowStatement ofBlock = new(
        connection, "SELECT seq, status FROM log WHERE seq BETWEEN ?1 AND ?2 AND due_at IS NULL");

    private readonly SqliteRowStatement detach = SqliteLogBlocks.DetachRow(connection);

    // A receipt may have come before the vendor's own answer: then the row is final, and only lacks the id.
    private readonly SqliteStatement accept = new(connection, $"""
        UPDATE log SET vendor_message_id = ?4, due_at = iif(status = {Pending}, ?5, NULL),
            updated_at = iif(status = {Pending}, ?3, updated_at)
        WHERE id = ?1 AND round = ?2
        """);

    // ?5: the vendor does not have it after all.
    private readonly SqliteStatement postpone = new(connection, $"""
        UPDATE log SET due_at = ?4, vendor_message_id = iif(?5, NULL, vendor_message_id), updated_at = ?3 {Row}
        """);

    // The lease counted a try, and it was none. ?5: the vendor may have it.
    private readonly SqliteStatement wait = new(connection, $"""
        UPDATE log SET due_at = ?4, attempts = attempts - (vendor_message_id IS NULL), maybe_handed = max(maybe_handed, ?5),
            updated_at = ?3 {Row}
        """);

    // What is skipped was not tried.
    private readonly SqliteStatement end = new(connection, $"""
        UPDATE log SET status = ?4, failure_reason = ?5, due_at = NULL, updated_at = ?3,
            attempts = attempts - (?4 = {Skipped} AND vendor_message_id IS NULL) {Row}
        """);

    public void Add(IReadOnlyList<SendResult> results)
    {
        var byBlock = results
            .Select(result => (Result: result, Seq: SeqOf(result.MessageId.LogId)))
            .Where(one => one.Seq is not null)
            .GroupBy(one => blocks.Of(one.Seq!.Value), one => (one.Result, Seq: one.Seq!.Value));
        foreach (var group in byBlock)
        {
            var left = group.Key is { Attempts: 1, IsAccepted: false, DueAt: > 0 } block ? Settle(block, [.. group]) : group;
            foreach (var (result, seq) in left)
            {
                detach.With(1, seq).Run();
                var isRecorded = Record(result);
                if (isRecorded && result is SendResult.Later { Unknown: true, MessageId.Round: 1 })
                {
                    ForgetVendorId(group.Key, seq);
                }

                if (result is SendResult.Skipped or SendResult.GivenUp)
                {
                    blocks.Change(group.Key);
                }
            }
        }

        blocks.Recount();
    }

    public void Dispose()
    {
        blocks.Dispose();
        find.Dispose();
        ofBlock.Dispose();
        detach.Dispose();
        accept.Dispose();
        postpone.Dispose();
        wait.Dispose();
        end.Dispose();
    }

    private long? SeqOf(string id)
    {
        find.With(1, id);
        if (!find.Step())
        {
            return null;
        }

        var seq = find.Number(0);
        find.Reset();
        return seq;
    }

    /// <summary>Tells the block what its rows have in common. Answers the results that are of single rows.</summary>
    private IEnumerable<(SendResult Result, long Seq)> Settle(SqliteLogBlock block, List<(SendResult Result, long Seq)> results)
    {
        var rows = RowsOf(block);
        var bySeq = results.ToDictionary(one => one.Seq, one => one.Result);
        var waiting = rows.Where(row => row.Value == Pending).Select(row => row.Key).ToList();
        if (waiting.Exists(seq => bySeq.GetValueOrDefault(seq) is SendResult.Waits)
            && waiting.TrueForAll(seq => bySeq.GetValueOrDefault(seq) is SendResult.Waits { MaybeHanded: false } or SendResult.Skipped))
        {
            // It was no try; what is skipped leaves the block as it was leased.
            Detach(waiting.Where(seq => bySeq[seq] is SendResult.Skipped));
            var dueAt = waiting.Select(seq => bySeq[seq]).OfType<SendResult.Waits>().Max(waits => waits.DueAt);
            connection.Execute("UPDATE log_blocks SET attempts = 0, due_at = ?2 WHERE first_seq = ?1", block.First, dueAt);
            return results.Where(one => one.Result is not SendResult.Waits || !rows.ContainsKey(one.Seq));
        }

        var alike = new SortedList<long, string>();
        DateTimeOffset? askAt = null;
        foreach (var (result, seq) in results)
        {
            if (result is SendResult.Accepted accepted && rows.ContainsKey(seq) && accepted.AskAt == (askAt ??= accepted.AskAt))
            {
                alike.Add(seq, accepted.VendorMessageId);
            }
        }

        if (askAt is { } at && alike.Count > 0)
        {
            // Those of which nothing is said stay leased.
            Detach(waiting.Where(seq => !alike.ContainsKey(seq)));
            Accept(block, at, alike);
        }

        return results.Where(one => !alike.ContainsKey(one.Seq));
    }

    private void Detach(IEnumerable<long> rows)
    {
        foreach (var seq in rows)
        {
            detach.With(1, seq).Run();
        }
    }

    /// <summary>The statuses of its rows that do not speak for themselves.</summary>
    private Dictionary<long, long> RowsOf(SqliteLogBlock block)
    {
        var rows = new Dictionary<long, long>();
        ofBlock.With(1, block.First).With(2, block.Last);
        while (ofBlock.Step())
        {
            rows.Add(ofBlock.Number(0), ofBlock.Number(1));
        }

        return rows;
    }

    private void Accept(SqliteLogBlock block, DateTimeOffset askAt, SortedList<long, string> vendorIds)
    {
        var places = new string?[block.Last - block.First + 1];
        using var name = new SqliteRowStatement(
            connection, "INSERT OR IGNORE INTO log_vendor_ids (vendor_message_id, seq) VALUES (?1, ?2)");
        foreach (var (seq, vendorId) in vendorIds)
        {
            places[seq - block.First] = vendorId;
            name.With(1, vendorId).With(2, seq).Run();
        }

        connection.Execute(
            "INSERT INTO log_block_vendor_ids (first_seq, vendor_ids) VALUES (?1, ?2)", block.First, JsonSerializer.Serialize(places));
        connection.Execute(
            "UPDATE log_blocks SET accepted_at = ?2, due_at = iif(pending > 0, ?3, NULL) WHERE first_seq = ?1", block.First, now, askAt);
    }

    /// <summary>What the vendor called a message that it does not have after all is nobody's id any more.</summary>
    private void ForgetVendorId(SqliteLogBlock block, long seq)
    {
        var place = string.Create(CultureInfo.InvariantCulture, $"$[{seq - block.First}]");
        connection.Execute(
            """
            DELETE FROM log_vendor_ids WHERE seq = ?2 AND vendor_message_id = (
                SELECT json_extract(vendor_ids, ?3) FROM log_block_vendor_ids WHERE first_seq = ?1)
            """,
            block.First, seq, place);
        connection.Execute(
            "UPDATE log_block_vendor_ids SET vendor_ids = json_replace(vendor_ids, ?2, NULL) WHERE first_seq = ?1", block.First, place);
    }

    /// <summary>Whether the row was still as the result found it.</summary>
    private bool Record(SendResult result)
    {
        var (id, round) = (result.MessageId.LogId, result.MessageId.Round);
        return result switch
        {
            SendResult.Accepted accepted => accept.Execute(id, round, now, accepted.VendorMessageId, accepted.AskAt),
            SendResult.Later later => postpone.Execute(id, round, now, later.DueAt, later.Unknown),
            SendResult.Waits waits => wait.Execute(id, round, now, waits.DueAt, waits.MaybeHanded),
            SendResult.Skipped skipped => end.Execute(id, round, now, Skipped, skipped.Reason),
            SendResult.GivenUp given => end.Execute(id, round, now, Failed, given.Reason),
            _ => throw new InvalidOperationException($"{result.GetType().Name} is not a result that the log knows."),
        } > 0;
    }
}
