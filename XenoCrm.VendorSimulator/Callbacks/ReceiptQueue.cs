using Microsoft.Extensions.Options;
using XenoCrm.ServiceDefaults;
using XenoCrm.VendorSimulator.Receipts;
using XenoCrm.VendorSimulator.Storage;

namespace XenoCrm.VendorSimulator.Callbacks;

/// <summary>
/// The receipts that are not due yet. Those that fall due are put together as callbacks, by URL and trace, in one
/// transaction: a receipt is in the queue or in a callback, never in both and never in neither.
/// </summary>
internal sealed class ReceiptQueue(
    VendorDatabase database,
    VendorMessageId vendorIds,
    CallbackQueue callbacks,
    IOptions<VendorOptions> options,
    TimeProvider time)
{
    /// <summary>The most receipts that one transaction moves, so that senders do not wait long for the writer.</summary>
    public const int MaxMove = 2000;

    private const string SelectDue = """
        SELECT receipt.due_at, receipt.message, receipt.copy, receipt.status, receipt.reason, receipt.at,
               message.id, message.recipient, message.origin
        FROM receipt JOIN message ON message.seq = receipt.message
        WHERE receipt.due_at <= $now ORDER BY receipt.due_at, receipt.message, receipt.copy LIMIT $limit
        """;

    private const string DeleteUpTo = "DELETE FROM receipt WHERE (due_at, message, copy) <= ($due, $message, $copy)";

    private const string SelectOrigin = "SELECT url, traceparent FROM origin WHERE id = $id";

    private readonly VendorOptions options = options.Value;

    /// <summary>Set when messages were accepted: one may be due before all the others.</summary>
    public Signal Changed { get; } = new(time);

    /// <summary>When the next receipt falls due; null if there is none.</summary>
    public DateTimeOffset? NextDue() => database.Read(connection =>
        connection.Scalar("SELECT MIN(due_at) FROM receipt") is long at
            ? DateTimeOffset.FromUnixTimeMilliseconds(at)
            : (DateTimeOffset?)null);

    /// <summary>Moves up to <see cref="MaxMove"/> due receipts and answers how many.</summary>
    public async Task<int> MoveDueAsync(CancellationToken cancellationToken)
    {
        var moved = await database.WriteAsync(MoveDue, cancellationToken);
        if (moved > 0)
        {
            callbacks.Changed.Wake();
        }

        return moved;
    }

    private int MoveDue(WriteSession session)
    {
        var now = time.GetUtcNow();
        var due = session.Prepare(SelectDue).With("$now", now.ToUnixTimeMilliseconds()).With("$limit", MaxMove).Rows(Read);
        if (due.Count == 0)
        {
            return 0;
        }

        var origins = due.Select(row => row.Origin).Distinct().ToDictionary(id => id, id => Find(session, id));
        foreach (var alike in due.GroupBy(row => (origins[row.Origin].Url, origins[row.Origin].TraceId)))
        {
            foreach (var batch in alike.Chunk(options.CallbackBatch))
            {
                var traceparents = batch.Select(row => origins[row.Origin].Traceparent).OfType<string>().Distinct().ToArray();
                var body = ReceiptJson.Write([.. batch.Select(row => row.Receipt)], options.SingleAsObject);
                CallbackQueue.Insert(session, new Callback(
                    Id: 0,
                    alike.Key.Url,
                    traceparents.FirstOrDefault(),
                    traceparents.Skip(1).ToArray(),
                    batch.Length,
                    Attempts: 0,
                    now,
                    body));
            }
        }

        session.Prepare(DeleteUpTo).With("$due", due[^1].Due).With("$message", due[^1].Message).With("$copy", due[^1].Copy).Run();
        return due.Count;
    }

    private DueReceipt Read(Statement row)
    {
        var (message, status) = (row.Number(1), row.Text(3)!);
        var outcome = status == DeliveryStatus.Sent ? Outcome.Sent : new Outcome(status, row.Text(4));
        var at = DateTimeOffset.FromUnixTimeMilliseconds(row.Number(5));
        var receipt = new Receipt(row.Text(6), vendorIds.Of(message), row.Text(7)!, outcome, at);
        return new DueReceipt(row.Number(0), message, row.Number(2), row.Number(8), receipt);
    }

    private static Origin Find(WriteSession session, long id) =>
        session.Prepare(SelectOrigin).With("$id", id).Rows(row => new Origin(row.Text(0)!, row.Text(1))).Single();

    private sealed record DueReceipt(long Due, long Message, long Copy, long Origin, Receipt Receipt);

    private sealed record Origin(string Url, string? Traceparent)
    {
        // 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01: version, trace, span, flags
        public string? TraceId => Traceparent?.Substring(3, 32);
    }
}
