using System.Text.Json;
using Microsoft.Data.Sqlite;
using XenoCrm.Core.Account;
using XenoCrm.Core.Campaigns;

namespace XenoCrm.Data.Sqlite;

internal sealed class SqliteContactStore(SqliteDatabase database) : IContactStore
{
    private static readonly KeyValuePair<string, DateTimeOffset>[] Never = [];

    public Task<IReadOnlySet<MessageId>> LeaveAsync(
        IReadOnlyList<Contact> contacts, IReadOnlyList<FrequencyCap> caps, DateTimeOffset now, CancellationToken cancellationToken) =>
        database.WriteAsync<IReadOnlySet<MessageId>>(
            connection =>
            {
                var held = new HashSet<MessageId>();
                var before = Find(connection, contacts.Select(contact => contact.CustomerId));
                using var forget = new SqliteRowStatement(connection, "DELETE FROM contacts WHERE customer_id = ?1 AND log_id = ?2");
                using var note = new SqliteRowStatement(
                    connection, "INSERT OR REPLACE INTO contacts (customer_id, log_id, at) VALUES (?1, ?2, ?3)");
                foreach (var contact in contacts)
                {
                    var sent = before.GetValueOrDefault(contact.CustomerId, Never);
                    var history = new ContactHistory(sent);
                    if (history.TryLeave(contact, caps, now))
                    {
                        note.With(1, contact.CustomerId).With(2, contact.MessageId.LogId).With(3, now).Run();
                    }
                    else
                    {
                        held.Add(contact.MessageId);
                    }

                    foreach (var (old, _) in sent.Where(one => !history.Sent.ContainsKey(one.Key)))
                    {
                        forget.With(1, contact.CustomerId).With(2, old).Run();
                    }
                }

                return held;
            },
            cancellationToken);

    public Task<IReadOnlySet<string>> FindCappedAsync(
        IReadOnlyList<string> customerIds, IReadOnlyList<FrequencyCap> caps, DateTimeOffset now, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlySet<string>>(
            connection => Find(connection, customerIds)
                .Where(one => new ContactHistory(one.Value).IsCapped(caps, now))
                .Select(one => one.Key)
                .ToHashSet(),
            cancellationToken);

    public Task<long> CountCappedAsync(IReadOnlyList<FrequencyCap> caps, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (caps.Count == 0)
        {
            return Task.FromResult(0L);
        }

        var isCapped = string.Join(" OR ", caps.Select((_, i) => $"sum(at > ?{(2 * i) + 1}) >= ?{(2 * i) + 2}"));
        object?[] values = [.. caps.SelectMany(cap => new object?[] { now.AddDays(-cap.Days), cap.Messages })];
        return database.ReadAsync(
            connection => connection.Scalar<long>(
                $"SELECT count(*) FROM (SELECT 1 FROM contacts GROUP BY customer_id HAVING {isCapped})", values),
            cancellationToken);
    }

    private static Dictionary<string, KeyValuePair<string, DateTimeOffset>[]> Find(
        SqliteConnection connection, IEnumerable<string> customerIds) => connection
        .List(
            "SELECT customer_id, log_id, at FROM contacts WHERE customer_id IN (SELECT value FROM json_each(?1))",
            row => (CustomerId: row.GetString(0), Sent: KeyValuePair.Create(row.GetString(1), row.Time(2))),
            JsonSerializer.Serialize(customerIds))
        .GroupBy(row => row.CustomerId, row => row.Sent)
        .ToDictionary(rows => rows.Key, rows => rows.ToArray());
}
