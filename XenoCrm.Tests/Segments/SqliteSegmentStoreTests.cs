using Microsoft.Data.Sqlite;
using XenoCrm.Core.Customers;
using XenoCrm.Core.Orders;
using XenoCrm.Core.Rules;
using XenoCrm.Core.Segments;
using XenoCrm.Data.Sqlite;
using XenoCrm.Tests.Rules;
using XenoCrm.Tests.Support;

namespace XenoCrm.Tests.Segments;

public sealed class SqliteSegmentStoreTests : SegmentStoreContract, IAsyncDisposable
{
    private readonly TempFolder folder = new();
    private readonly List<SqliteDatabase> databases = [];

    private protected override async Task<ISegmentStore> StoreOfAsync(
        IReadOnlyList<Customer> customers, params IReadOnlyList<Segment> segments)
    {
        var database = Open();
        await database.AddAsync(customers);
        await database.AddAsync(segments);
        return new SqliteSegmentStore(database, Account);
    }

    private protected override async Task<ISegmentStore> StoreOfAsync(IReadOnlyList<Customer> customers, IReadOnlyList<Order> orders)
    {
        var database = Open();
        await database.AddAsync(customers);
        await database.AddAsync(orders);
        return new SqliteSegmentStore(database, Account);
    }

    [Fact]
    public async Task A_segment_whose_campaign_is_being_prepared_is_not_shown()
    {
        var database = Open();
        await database.AddAsync([Segment(1)]);
        await database.AddAsync([Segment(2)], visible: false);
        var store = new SqliteSegmentStore(database, Account);
        Assert.Null(await store.FindAsync(Segment(2).Id, Cancellation));
        var shown = await store.ListAsync(archived: false, new(10, null), Cancellation);
        Assert.Equal(["segment 1"], shown.Items.Select(segment => segment.Name));
    }

    [Fact]
    public async Task A_stream_sees_the_customers_of_the_moment_it_began()
    {
        var database = Open();
        await database.AddAsync(Customers(2000).Select(customer => customer with { Phone = "+1 555 04" }));
        var store = new SqliteSegmentStore(database, Account);

        var seen = 0;
        await foreach (var _ in store.StreamAudienceAsync(new Everyone(), RuleMeanings.Now, Cancellation))
        {
            if (seen++ == 0)
            {
                await database.AddAsync([RuleMeanings.Cast[0] with { Id = "z" }]);
            }
        }

        Assert.Equal(2000, seen);
        Assert.Equal(2001, (await store.CountAudienceAsync(new Everyone(), RuleMeanings.Now, Cancellation)).Matching);
    }

    [Theory]
    [InlineData("""{"$everyone":true}""")]
    [InlineData("""{"lastOrderAt":{"$lt":"2026-01-01"}}""")]
    [InlineData("""{"$not":{"city":"Delhi"}}""")]
    [InlineData("""{"createdAt":{"$gte":"2026-01-01"},"attributes.plan":"gold"}""")]
    [InlineData("""{"orders":{"placedAt":{"$gte":"2026-01-01"},"$sum":{"$lt":100}}}""")]
    public void A_stream_reads_in_order_and_sorts_nothing(string rule)
    {
        // A sort holds all rows in memory.
        using var connection = Open().OpenRead();
        var those = new SqliteRule(RuleJson.Parse(rule), RuleTime.Utc(RuleMeanings.Now));
        var sql = $"EXPLAIN QUERY PLAN SELECT {SqliteCustomerRow.Columns} FROM customers WHERE {those.Condition} ORDER BY id";
        var steps = those.List(connection, sql, row => row.GetString(3));

        Assert.Equal("SCAN customers USING INDEX sqlite_autoindex_customers_1", steps[0]);
        Assert.DoesNotContain(steps, step => step.Contains("TEMP B-TREE", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("""{"totalSpend":{"$gt":100}}""", "SEARCH customers USING COVERING INDEX customers_by_spend (total_spend>?)")]
    [InlineData("""{"lastOrderAt":{"$lt":"2026-01-01"},"city":"Pune"}""", "SCAN customers USING COVERING INDEX customers_by_spend")]
    [InlineData("""{"averageOrderValue":{"$gt":100}}""", "SCAN customers USING COVERING INDEX customers_by_spend")]
    [InlineData("""{"name":{"$contains":"er"}}""", "SCAN customers USING COVERING INDEX customers_by_name")]
    [InlineData("""{"email":{"$endsWith":"example.com"}}""", "SCAN customers USING COVERING INDEX customers_by_name")]
    [InlineData("""{"tags":"vip"}""", "SCAN customers")]
    public void A_count_reads_an_index_alone_where_one_has_what_the_rule_asks(string rule, string step)
    {
        using var connection = Open().OpenRead();
        var those = new SqliteRule(RuleJson.Parse(rule), RuleTime.Utc(RuleMeanings.Now));
        AddressKind?[] channels = [null, AddressKind.Email, AddressKind.Phone];
        Assert.All(channels, channel => Assert.Contains(
            step,
            those.List(
                connection, "EXPLAIN QUERY PLAN " + SqliteSegmentStore.Count(channel, those.Condition), row => row.GetString(3))));
    }

    [Fact]
    public void A_condition_holds_nothing_of_the_rules_text()
    {
        var those = new SqliteRule(
            RuleJson.Parse("""
                {"city":"zz1'; DROP TABLE customers","tags":{"$in":["zz2\"","zz3"]},"attributes.zz4":{"$contains":"zz5"},"name":{"$endsWith":"zz6"}}
                """),
            RuleTime.Utc(RuleMeanings.Now));
        Assert.DoesNotContain("zz", those.Condition, StringComparison.Ordinal);
        Assert.Equal(5, those.Values.Length);
    }

    [Fact]
    public async Task A_scan_stops_when_its_caller_goes_away()
    {
        using var started = new ManualResetEventSlim();
        using var cancellation = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var endless = Open().ReadAsync(
            connection =>
            {
                using var command = connection.CreateCommand();
                command.CommandText =
                    "WITH RECURSIVE numbers (n) AS (SELECT started() UNION ALL SELECT n + 1 FROM numbers) SELECT count(*) FROM numbers";
                connection.CreateFunction("started", () =>
                {
                    started.Set();
                    return 1;
                });
                return command.ExecuteScalar();
            },
            cancellation.Token);

        started.Wait(Cancellation);
        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => endless);
    }

    [Fact]
    public async Task A_stored_rule_that_cannot_be_read_is_not_the_callers_fault()
    {
        var database = Open();
        await database.AddAsync([Segment(1)]);
        await database.WriteAsync(
            connection => connection.Execute("UPDATE segments SET rule = '{\"shoeSize\":42}'"),
            Cancellation);
        await Assert.ThrowsAsync<InvalidDataException>(() => new SqliteSegmentStore(database, Account).FindAsync(Segment(1).Id,
            Cancellation));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var database in databases)
        {
            await database.DisposeAsync();
        }

        folder.Dispose();
    }

    private SqliteDatabase Open()
    {
        var database = SqliteRows.Open(folder.File($"{databases.Count}.db"));
        databases.Add(database);
        return database;
    }
}
