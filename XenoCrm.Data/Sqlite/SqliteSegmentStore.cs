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
    private const string IsReachable = $"AND NOT unsubscribed AND NOT ({HasNoAddress})";
    private const string Customers = $"SELECT {SqliteCustomerRow.Columns} FROM customers WHERE";

    private const int StreamChunk = 500;

    public Task<AudienceCount> CountAudienceAsync(Rule rule, DateTimeOffset now, CancellationToken cancellationToken) =>
        database.ReadAsync(
            connection =>
            {
                var those = RuleAt(rule, now);
                var sql = $"""
                    SELECT count(*), count(*) FILTER (WHERE unsubscribed), count(*) FILTER (WHERE NOT unsubscribed AND {HasNoAddress})
                    FROM customers WHERE {those.Condition}
                    """;
                return those.List(connection, sql, row => new AudienceCount(row.GetInt64(0), row.GetInt64(1), row.GetInt64(2)))[0];
            },
            cancellationToken);

    public Task<AudienceSummary> SummarizeAudienceAsync(Rule rule, DateTimeOffset now, CancellationToken cancellationToken) =>
        database.ReadAsync(
            connection =>
            {
                var those = RuleAt(rule, now);
                var sql = $"""
                    SELECT count(*), count(*) FILTER (WHERE order_count > 0), count(*) FILTER (WHERE order_count > 1),
                        count(*) FILTER (WHERE last_order_at >= {those.Add(now.AddDays(-AudienceSummary.RecentDays))}),
                        coalesce(sum(order_count), 0), coalesce(sum(total_spend), 0)
                    FROM customers WHERE {those.Condition}
                    """;
                return those.List(connection, sql, row => new AudienceSummary(
                    row.GetInt64(0),
                    row.GetInt64(1),
                    row.GetInt64(2),
                    row.GetInt64(3),
                    row.GetInt64(4),
                    Money.FromUnits(row.GetInt64(5))))[0];
            },
            cancellationToken);

    public Task<IReadOnlyList<Customer>> SampleAudienceAsync(
        Rule rule, DateTimeOffset now, int count, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<Customer>>(
            connection =>
            {
                var those = RuleAt(rule, now);
                var sql = $"{Customers} {those.Condition} ORDER BY id LIMIT {those.Add(count)}";
                return those.List(connection, sql, SqliteCustomerRow.Read);
            },
            cancellationToken);

    public async IAsyncEnumerable<Customer> StreamAudienceAsync(
        Rule rule, DateTimeOffset now, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // One statement sees one snapshot, however long it is read.
        var those = RuleAt(rule, now);
        using var connection = database.OpenRead();
        using var interruption = connection.InterruptOn(cancellationToken);
        those.Prepare(connection);
        using var rows = new SqliteRowStatement(connection, $"{Customers} {those.Condition} {IsReachable} ORDER BY id");
        rows.WithAll(those.Values);
        while (true)
        {
            var chunk = await Task.Run(() => SqliteReads.Guard(() => ReadChunk(rows), cancellationToken), cancellationToken);
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

    public Task<IReadOnlyList<Customer>> SpreadSampleAsync(
        Rule rule, DateTimeOffset now, int count, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<Customer>>(
            connection =>
            {
                var those = RuleAt(rule, now);
                var ids = $"SELECT id FROM customers WHERE {those.Condition} {First(connection, those.Add(count))}";
                return those.List(connection, $"{Customers} id IN ({ids}) ORDER BY id", SqliteCustomerRow.Read);
            },
            cancellationToken);

    public Task<OrderTimes> CountOrderTimesAsync(
        Rule rule, DateTimeOffset now, TimeZoneInfo zone, int customers, CancellationToken cancellationToken) => database.ReadAsync(
        connection =>
        {
            var those = RuleAt(rule, now);
            var ids = $"SELECT id FROM customers WHERE {those.Condition} {IsReachable} {First(connection, those.Add(customers))}";
            those.Prepare(connection);
            using var statement = new SqliteStatement(
                connection,
                $"SELECT customer_id, placed_at FROM orders WHERE refund_of IS NULL AND customer_id IN ({ids}) ORDER BY customer_id");
            using var row = statement.Query(those.Values);
            var tally = new OrderTimesTally(zone);
            while (row.Read())
            {
                tally.Add(row.GetString(0), row.GetInt64(1));
            }

            return tally.Finish();
        },
        cancellationToken);

    public Task<Segment?> FindAsync(string id, CancellationToken cancellationToken) => database.ReadAsync(
        connection => connection.Find($"SELECT {Columns} FROM segments WHERE id = ?1 AND visible", ReadSegment, id), cancellationToken);

    public Task<Page<Segment>> ListAsync(PageRequest page, CancellationToken cancellationToken) => database.ReadAsync(
        connection =>
        {
            var after = page.Cursor is null ? null : Cursor.Decode(CursorList, page.Cursor);
            var segments = connection.List(
                $"SELECT {Columns} FROM segments WHERE visible {(after is null ? "" : "AND id < ?2")} ORDER BY id DESC LIMIT ?1",
                ReadSegment,
                page.Limit + 1, after);
            return Cursor.Page(CursorList, segments, page.Limit, segment => segment.Id);
        },
        cancellationToken);

    private SqliteRule RuleAt(Rule rule, DateTimeOffset now) => new(rule, new RuleTime(now, account.Value.Zone));

    // With a limit the sort keeps no more than that.
    private static string First(SqliteConnection connection, string count)
    {
        connection.CreateFunction<string, long>("sample_order", SampleOrder.Of, isDeterministic: true);
        return $"ORDER BY sample_order(id) LIMIT {count}";
    }

    private static List<Customer> ReadChunk(SqliteRowStatement rows)
    {
        var customers = new List<Customer>(StreamChunk);
        while (customers.Count < StreamChunk && rows.Step())
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
                row.Text(3),
                row.GetString(4),
                row.Time(5),
                row.GetInt64(6));
        }
        catch (RuleException e)
        {
            // Not the caller's fault, as a rule in a request would be.
            throw new InvalidDataException($"Segment {id} holds a rule that this program cannot read: {e.Path} {e.Message}", e);
        }
    }
}
