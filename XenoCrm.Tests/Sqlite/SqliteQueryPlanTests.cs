using XenoCrm.Data.Sqlite;
using XenoCrm.Tests.Support;

namespace XenoCrm.Tests.Sqlite;

/// <summary>A partial index serves only queries whose words imply its own.</summary>
public sealed class SqliteQueryPlanTests : IAsyncDisposable
{
    private readonly TempFolder folder = new();
    private readonly SqliteDatabase database;

    public SqliteQueryPlanTests() => database = SqliteRows.Open(folder.File("xenocrm.db"));

    public static TheoryData<string, string> Queries => new()
    {
        { SqliteOutbox.ListOpen, "campaigns_open" },
        { SqliteLease.Due, "log_due" },
        { SqliteCampaignStore.MessagesOf, "log_by_recipient" },
        { SqliteCampaignStore.Waiting, "log_waiting" },
        { SqliteReceiptStore.ByVendorMessage, "log_by_vendor_message" },
        { SqliteCampaignStore.PageOf("b.failed > 0", " AND l.status = 1"), "log_blocks_by_campaign" },
        { SqliteImportStore.Running, "imports_running" },
        { SqlitePersonStore.CountAdmins, "people_admins" },
    };

    [Theory]
    [MemberData(nameof(Queries))]
    public void A_query_goes_through_the_index_that_was_made_for_it(string sql, string index)
    {
        using var connection = database.OpenRead();
        object?[] values = [.. Enumerable.Repeat<object?>(0, 3)];
        var steps = connection.List("EXPLAIN QUERY PLAN " + sql, row => row.GetString(3), values);
        Assert.Contains(
            steps,
            step =>
                step.Contains($"INDEX {index} ", StringComparison.Ordinal) || step.EndsWith($"INDEX {index}", StringComparison.Ordinal));
    }

    public async ValueTask DisposeAsync()
    {
        await database.DisposeAsync();
        folder.Dispose();
    }
}
