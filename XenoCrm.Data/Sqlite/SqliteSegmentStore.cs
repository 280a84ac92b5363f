using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using XenoCrm.Core;
using XenoCrm.Core.Account;
using XenoCrm.Core.Customers;
using XenoCrm.Core.Rules;
using XenoCrm.Core.Segments;

namespace XenoCrm.Data.Sqlite;

internal sealed class SqliteSegmentStore(SqliteDatabase database, AccountSettings account) : ISegmentStore
{
    private const string CursorList = "segments";
    private const string ArchivedCursorList = "archived segments";
    private const string Customers = $"SELECT {SqliteCustomerRow.Columns} FROM customers WHERE";

    private const int StreamChunk = 500;

    // The id before which a thousand customers lie, or all there are.
    private const string NearId = "(SELECT max(id) FROM (SELECT id FROM customers ORDER BY id LIMIT 1000))";

    public async Task<AudienceCount> CountAudienceAsync(
        Rule rule, AddressKind? channel, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var parts = await database.ListInPartsAsync(
            RuleAt(rule, now),
            those => Count(channel, those),
            row => new AudienceCount(row.GetInt64(0), row.GetInt64(1), row.GetInt64(2), row.GetInt64(3)),
            cancellationToken);
        return parts.Aggregate((all, part) => all.Plus(part));
    }

    public async Task<AudienceSummary> SummarizeAudienceAsync(Rule rule, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var selected = RuleAt(rule, now);
        var recent = selected.Add(now.AddDays(-AudienceSummary.RecentDays));
        var parts = await database.ListInPartsAsync(
            selected,
            those => $"""
                SELECT count(*), count(*) FILTER (WHERE order_count > 0), count(*) FILTER (WHERE order_count > 1),
                    count(*) FILTER (WHERE last_order_at >= {recent}), coalesce(sum(order_count), 0), coalesce(sum(total_spend), 0)
                FROM customers WHERE {those}
                """,
            row => new AudienceSummary(
                row.GetInt64(0),
                row.GetInt64(1),
                row.GetInt64(2),
                row.GetInt64(3),
                row.GetInt64(4),
                Money.FromUnits(row.GetInt64(5))),
            cancellationToken);
        return parts.Aggregate((all, part) => all.Plus(part));
    }

    public async Task<IReadOnlyList<Customer>> SampleAudienceAsync(
        Rule rule, DateTimeOffset now, int count, CancellationToken cancellationToken)
    {
        // Of an audience that is no small share of all, the first are among the first of all. Else all are looked at; on the way by id,
        // which lies across the table, that would take ten times as long.
        var those = RuleAt(rule, now);
        var limit = those.Add(count);
        var first = await database.ReadAsync(
            connection => those.List(
                connection,
                $"{Customers} {those.Condition} AND id <= {NearId} ORDER BY id LIMIT {limit}",
                SqliteCustomerRow.Read),
            cancellationToken);
        if (first.Count == count)
        {
            return first;
        }

        var ids = await database.ListInPartsAsync(
            those,
            condition => $"SELECT id FROM customers WHERE {condition} ORDER BY +id LIMIT {limit}",
            row => row.GetString(0),
            cancellationToken);
        return await database.ReadAsync(
            connection => connection.List(
                $"{Customers} id IN (SELECT value FROM json_each(?1)) ORDER BY id LIMIT ?2",
                SqliteCustomerRow.Read,
                JsonSerializer.Serialize(ids),
                count),
            cancellationToken);
    }

    public async IAsyncEnumerable<Customer> StreamAudienceAsync(
        Rule rule, AddressKind? channel, DateTimeOffset now, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // One statement sees one snapshot, however long it is read.
        var those = RuleAt(rule, now);
        using var connection = database.OpenRead();
        using var interruption = connection.InterruptOn(cancellationToken);
        those.Prepare(connection);
        using var rows = new SqliteRowStatement(connection, $"{Customers} {those.Condition} {IsReachable(channel)} ORDER BY id");
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
            var ids = $"SELECT id FROM customers WHERE {those.Condition} {IsReachable(null)} {First(connection, those.Add(customers))}";
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
        connection => Find(connection, id), cancellationToken);

    public Task<Page<Segment>> ListAsync(bool archived, PageRequest page, CancellationToken cancellationToken)
    {
        var list = archived ? ArchivedCursorList : CursorList;
        var after = page.Cursor is { } cursor ? Cursor.Decode(list, cursor) : null;
        return database.ReadAsync(
            connection =>
            {
                var segments = connection.List(
                    $"""
                    SELECT {SqliteSegmentRow.Columns} FROM segments
                    WHERE visible AND archived = ?3 AND (?2 IS NULL OR id < ?2) ORDER BY id DESC LIMIT ?1
                    """,
                    SqliteSegmentRow.Read,
                    page.Limit + 1, after, archived);
                return Cursor.Page(list, segments, page.Limit, segment => segment.Id);
            },
            cancellationToken);
    }

    public Task<Segment> AddAsync(Segment segment, string? idempotencyKey, CancellationToken cancellationToken) => database.WriteAsync(
        connection =>
        {
            var first = idempotencyKey is null
                ? null
                : connection.Find(
                    $"SELECT {SqliteSegmentRow.Columns} FROM segments WHERE idempotency_key = ?1", SqliteSegmentRow.Read, idempotencyKey);
            if (first is null)
            {
                SqliteSegmentRow.Insert(connection, segment, visible: true, idempotencyKey);
            }

            return first ?? segment;
        },
        cancellationToken);

    public Task<Segment?> ChangeAsync(string id, string? name, bool? archived, CancellationToken cancellationToken) =>
        database.WriteAsync(
            connection =>
            {
                connection.Execute(
                    "UPDATE segments SET name = coalesce(?2, name), archived = coalesce(?3, archived) WHERE id = ?1 AND visible",
                    id, name, archived);
                return Find(connection, id);
            },
            cancellationToken);

    /// <summary>An <see cref="AudienceCount"/> of those for whom <paramref name="those"/>, a condition, holds.</summary>
    public static string Count(AddressKind? channel, string those) => $"""
        SELECT count(*), count(*) FILTER (WHERE unsubscribed),
            (SELECT count(*) FROM customers INDEXED BY customers_suppressed WHERE (email_suppressed OR phone_suppressed)
                AND NOT unsubscribed AND {IsSuppressed(channel)} AND {those}),
            count(*) FILTER (WHERE NOT unsubscribed AND {HasNoAddress(channel)})
        FROM customers WHERE {those}
        """;

    private static string HasNoAddress(AddressKind? channel) => channel switch
    {
        AddressKind.Email => "NOT has_email",
        AddressKind.Phone => "NOT has_phone",
        _ => "NOT has_email AND NOT has_phone",
    };

    /// <summary>Of the address that a message goes to.</summary>
    private static string IsSuppressed(AddressKind? channel) => channel switch
    {
        AddressKind.Email => "email_suppressed",
        AddressKind.Phone => "phone_suppressed",
        _ => "iif(has_email, email_suppressed, phone_suppressed)",
    };

    private static string IsReachable(AddressKind? channel) =>
        $"AND NOT unsubscribed AND NOT ({HasNoAddress(channel)}) AND NOT {IsSuppressed(channel)}";

    private static Segment? Find(SqliteConnection connection, string id) => connection.Find(
        $"SELECT {SqliteSegmentRow.Columns} FROM segments WHERE id = ?1 AND visible", SqliteSegmentRow.Read, id);

    private SqliteRule RuleAt(Rule rule, DateTimeOffset now) => new(rule, new RuleTime(now, account.Current.Zone));

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
}
