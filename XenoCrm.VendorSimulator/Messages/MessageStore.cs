using Microsoft.Data.Sqlite;
using XenoCrm.VendorSimulator.Callbacks;
using XenoCrm.VendorSimulator.Faults;
using XenoCrm.VendorSimulator.Receipts;
using XenoCrm.VendorSimulator.Storage;

namespace XenoCrm.VendorSimulator.Messages;

/// <summary>Accepts messages, each id once, and tells what became of them.</summary>
internal sealed class MessageStore(
    VendorDatabase database,
    VendorMessageId vendorIds,
    OutcomeSource outcomes,
    FaultSwitches faults,
    ReceiptQueue receipts,
    VendorMetrics metrics,
    TimeProvider time)
{
    private const string FindById = "SELECT seq FROM message WHERE id = $id";

    private const string SelectMessages = "SELECT seq, id, status, reason, accepted_at, outcome_at FROM message";

    private const string InsertOrigin = "INSERT INTO origin (url, traceparent) VALUES ($url, $traceparent)";

    private const string InsertMessage = """
        INSERT INTO message (id, origin, recipient, status, reason, accepted_at, outcome_at, finished_at)
        VALUES ($id, $origin, $recipient, $status, $reason, $accepted, $outcome, $finished)
        """;

    private const string InsertReceipt = """
        INSERT INTO receipt (due_at, message, copy, status, reason, at) VALUES ($due, $message, $copy, $status, $reason, $at)
        """;

    /// <summary>
    /// All or none, with the outcomes drawn. An id that is known already keeps its message, its outcome and its callback URL.
    /// </summary>
    /// <param name="request">Validated.</param>
    /// <param name="traceparent">The trace that the receipts continue, if the request belongs to one.</param>
    /// <param name="atOnce">Whether the messages end right away.</param>
    /// <param name="cancellationToken">Ends the wait for a place in the queue, not a write that is under way.</param>
    /// <returns>The vendor's ids, in the order of the request.</returns>
    /// <exception cref="StorageException">Nothing was accepted.</exception>
    public async Task<IReadOnlyList<string>> AcceptAsync(
        SendRequest request, string? traceparent, bool atOnce, CancellationToken cancellationToken)
    {
        var (numbers, fresh) = await database.WriteAsync(session => Accept(session, request, traceparent, atOnce), cancellationToken);
        metrics.Accepted(fresh);
        receipts.Changed.Wake();
        return [.. numbers.Select(vendorIds.Of)];
    }

    /// <summary>By the customer's id or by the vendor's.</summary>
    public MessageState? Find(string id) => database.Read(connection =>
    {
        using var find = new SqliteCommand($"{SelectMessages} WHERE id = $id OR seq = $seq ORDER BY id = $id DESC LIMIT 1", connection);
        find.Parameters.AddWithValue("$id", id);
        find.Parameters.AddWithValue("$seq", (object?)vendorIds.NumberOf(id) ?? DBNull.Value);
        using var row = find.ExecuteReader();
        return row.Read() ? State(row) : null;
    });

    /// <summary>The ledger, from its end.</summary>
    public IReadOnlyList<MessageState> Newest(int limit) => database.Read(connection =>
    {
        using var find = new SqliteCommand($"{SelectMessages} ORDER BY seq DESC LIMIT $limit", connection);
        find.Parameters.AddWithValue("$limit", limit);
        using var row = find.ExecuteReader();
        var states = new List<MessageState>();
        while (row.Read())
        {
            states.Add(State(row));
        }

        return states;
    });

    private MessageState State(SqliteDataReader row)
    {
        var (acceptedAt, outcomeAt) = (row.Time(4), row.Time(5));
        return outcomeAt <= time.GetUtcNow()
            ? new MessageState(row.Text(1), vendorIds.Of(row.GetInt64(0)), row.GetString(2), row.Text(3), outcomeAt.UtcDateTime)
            : new MessageState(row.Text(1), vendorIds.Of(row.GetInt64(0)), DeliveryStatus.Pending, null, acceptedAt.UtcDateTime);
    }

    private (List<long> Numbers, int Fresh) Accept(WriteSession session, SendRequest request, string? traceparent, bool atOnce)
    {
        var numbers = new List<long>(request.Items.Count);
        var (fresh, origin) = (0, 0L);
        var find = session.Prepare(FindById);
        var message = session.Prepare(InsertMessage);
        var receipt = session.Prepare(InsertReceipt);
        var plan = new List<PlannedReceipt>();
        var acceptedAt = time.GetUtcNow();
        foreach (var item in request.Items)
        {
            if (item!.Id is { } id && find.With("$id", id).Number() is { } known)
            {
                numbers.Add(known);
                continue;
            }

            if (fresh++ == 0)
            {
                origin = session.Prepare(InsertOrigin).With("$url", request.CallbackUrl).With("$traceparent", traceparent).Inserted();
                message.With("$origin", origin).With("$accepted", acceptedAt.ToUnixTimeMilliseconds());
            }

            var (outcome, delay) = outcomes.Draw();
            var outcomeAt = atOnce ? acceptedAt : acceptedAt + delay;
            plan.Clear();
            plan.Add(new(outcomeAt, outcome, outcomeAt));
            faults.Spoil(plan);

            var number = message
                .With("$id", item.Id)
                .With("$recipient", item.Recipient)
                .With("$status", outcome.Status)
                .With("$reason", outcome.Reason)
                .With("$outcome", outcomeAt.ToUnixTimeMilliseconds())
                .With("$finished", plan.Aggregate(outcomeAt, (last, one) => one.Due > last ? one.Due : last).ToUnixTimeMilliseconds())
                .Inserted();
            numbers.Add(number);
            for (var copy = 0; copy < plan.Count; copy++)
            {
                receipt
                    .With("$due", plan[copy].Due.ToUnixTimeMilliseconds())
                    .With("$message", number)
                    .With("$copy", copy)
                    .With("$status", plan[copy].Outcome.Status)
                    .With("$reason", plan[copy].Outcome.Reason)
                    .With("$at", plan[copy].At.ToUnixTimeMilliseconds())
                    .Run();
            }
        }

        return (numbers, fresh);
    }
}

/// <summary>The answer of <c>GET /vendor/messages/{id}</c>.</summary>
/// <param name="Id">The customer's id, if it gave one.</param>
/// <param name="VendorMessageId">The vendor's.</param>
/// <param name="Status">PENDING, SENT or FAILED.</param>
/// <param name="Reason">Why it failed.</param>
/// <param name="At">Since when, in UTC.</param>
internal sealed record MessageState(string? Id, string VendorMessageId, string Status, string? Reason, DateTime At);
