using System.Runtime.CompilerServices;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Options;
using XenoCrm.Core;
using XenoCrm.Core.Account;
using XenoCrm.Core.Customers;
using XenoCrm.Core.Rules;
using XenoCrm.Core.Segments;

namespace XenoCrm.Data.Sqlite;

internal sealed class SqliteSegmentStore(SqliteDatabase database, IOptions<AccountOptions> account) : ISegmentStore
{
    private const string CursorList = "segments";
    private const string Columns = "id, name, rule, prompt, created_by, created_at, audience";
    private const string HasNoAddress = "email IS NULL AND phone IS NULL";

    private const int StreamChunk = 500;

    public Task<AudienceCount> CountAudienceAsync(Rule rule, DateTimeOffset now, CancellationToken cancellationToken) => database.ReadAsync(
        connection =>
        {
            using var command = RuleAt(rule, now).Select(connection,
                $"count(*), count(*) FILTER (WHERE unsubscribed), count(*) FILTER (WHERE NOT unsubscribed AND {HasNoAddress})");
            using var row = command.ExecuteReader();
            row.Read();
            return new AudienceCount(row.GetInt64(0), row.GetInt64(1), row.GetInt64(2));
        },
        cancellationToken);

    public Task<AudienceSummary> SummarizeAudienceAsync(Rule rule, DateTimeOffset now, CancellationToken cancellationToken) => database.ReadAsync(
        connection =>
        {
            using var command = RuleAt(rule, now).Select(connection, """
                count(*), count(*) FILTER (WHERE order_count > 0), count(*) FILTER (WHERE order_count > 1), count(*) FILTER (WHERE last_order_at >= @recent),
                coalesce(sum(order_count), 0), coalesce(sum(total_spend), 0)
                """);
            command.Parameters.AddWithValue("@recent", now.AddDays(-AudienceSummary.RecentDays).ToUnixTimeMilliseconds());
            using var row = command.ExecuteReader();
            row.Read();
            return new AudienceSummary(row.GetInt64(0), row.GetInt64(1), row.GetInt64(2), row.GetInt64(3), row.GetInt64(4), Money.FromUnits(row.GetInt64(5)));
        },
        cancellationToken);

    public Task<IReadOnlyList<Customer>> SampleAudienceAsync(Rule rule, DateTimeOffset now, int count, CancellationToken cancellationToken) => database.ReadAsync<IReadOnlyList<Customer>>(
        connection =>
        {
            using var command = RuleAt(rule, now).Select(connection, SqliteCustomerRow.Columns, "ORDER BY id LIMIT @count");
            command.Parameters.AddWithValue("@count", count);
            using var rows = command.ExecuteReader();
            return ReadCustomers(rows, count);
        },
        cancellationToken);

    public async IAsyncEnumerable<Customer> StreamAudienceAsync(Rule rule, DateTimeOffset now, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // One statement sees one snapshot, however long it is read.
        using var connection = database.OpenRead();
        using var interruption = connection.InterruptOn(cancellationToken);
        using var command = RuleAt(rule, now).Select(connection, SqliteCustomerRow.Columns,
            $"AND NOT unsubscribed AND NOT ({HasNoAddress}) ORDER BY id");
        using var rows = SqliteReads.Guard(command.ExecuteReader, cancellationToken);
        while (true)
        {
            var chunk = await Task.Run(() => SqliteReads.Guard(() => ReadCustomers(rows, StreamChunk), cancellationToken), cancellationToken);
            foreach (var customer in chunk)
            {
                yield return customer;
            }

            if (chunk.Count < StreamChunk)
            {
                yield break;
            }
        }
    }

    public Task<IReadOnlyList<Customer>> SpreadSampleAsync(Rule rule, DateTimeOffset now, int count, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<Customer>>(
            connection =>
            {
                using var command = RuleAt(rule, now).Select(connection, "id", FirstOf(connection));
                command.CommandText = $"SELECT {SqliteCustomerRow.Columns} FROM customers WHERE id IN ({command.CommandText}) ORDER BY id";
                command.Parameters.AddWithValue("@count", count);
                using var rows = command.ExecuteReader();
                return ReadCustomers(rows, count);
            },
            cancellationToken);

    public Task<OrderTimes> CountOrderTimesAsync(Rule rule, DateTimeOffset now, TimeZoneInfo zone, int customers, CancellationToken cancellationToken) => database.ReadAsync(
        connection =>
        {
            using var command = RuleAt(rule, now).Select(connection, "id",
                $"AND NOT unsubscribed AND NOT ({HasNoAddress}) {FirstOf(connection)}");
            command.CommandText =
                $"SELECT customer_id, placed_at FROM orders WHERE refund_of IS NULL AND customer_id IN ({command.CommandText}) ORDER BY customer_id";
            command.Parameters.AddWithValue("@count", customers);
            using var rows = command.ExecuteReader();
            var tally = new OrderTimesTally(zone);
            while (rows.Read())
            {
                tally.Add(rows.GetString(0), rows.GetInt64(1));
            }

            return tally.Finish();
        },
        cancellationToken);

    public Task<Segment?> FindAsync(string id, CancellationToken cancellationToken) => database.ReadAsync(
        connection =>
        {
            using var command = connection.CreateCommand();
            command.CommandText = $"SELECT {Columns} FROM segments WHERE id = @id AND visible";
            command.Parameters.AddWithValue("@id", id);
            using var row = command.ExecuteReader();
            return row.Read() ? ReadSegment(row) : null;
        },
        cancellationToken);

    public Task<Page<Segment>> ListAsync(PageRequest page, CancellationToken cancellationToken) => database.ReadAsync(
        connection =>
        {
            using var command = connection.CreateCommand();
            var after = page.Cursor is null ? null : Cursor.Decode(CursorList, page.Cursor);
            command.CommandText = $"SELECT {Columns} FROM segments WHERE visible {(after is null ? "" : "AND id < @after")} ORDER BY id DESC LIMIT @limit";
            command.Parameters.AddWithValue("@limit", page.Limit + 1);
            command.Parameters.AddWithValue("@after", after ?? "");
            using var row = command.ExecuteReader();
            var segments = new List<Segment>();
            while (row.Read())
            {
                segments.Add(ReadSegment(row));
            }

            return Cursor.Page(CursorList, segments, page.Limit, segment => segment.Id);
        },
        cancellationToken);

    // With a limit the sort keeps no more than that.
    private SqliteRule RuleAt(Rule rule, DateTimeOffset now) => SqliteRule.Of(rule, new RuleTime(now, account.Value.Zone));

    private static string FirstOf(SqliteConnection connection)
    {
        connection.CreateFunction<string, long>("sample_order", SampleOrder.Of, isDeterministic: true);
        return "ORDER BY sample_order(id) LIMIT @count";
    }

    private static List<Customer> ReadCustomers(SqliteDataReader rows, int count)
    {
        var customers = new List<Customer>();
        while (customers.Count < count && rows.Read())
        {
            customers.Add(SqliteCustomerRow.Read(rows));
        }

        return customers;
    }

    private static Segment ReadSegment(SqliteDataReader row)
    {
        var id = row.GetString(0);
        try
        {
            return new Segment(
                id,
                row.GetString(1),
                RuleJson.ParseStored(row.GetString(2)),
                row.IsDBNull(3) ? null : row.GetString(3),
                row.GetString(4),
                DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(5)),
                row.GetInt64(6));
        }
        catch (RuleException e)
        {
            // Not the caller's fault, as a rule in a request would be.
            throw new InvalidDataException($"Segment {id} holds a rule that this program cannot read: {e.Path} {e.Message}", e);
        }
    }
}
