using XenoCrm.Core.People;
using XenoCrm.Data.Sqlite;
using XenoCrm.Tests.Support;

namespace XenoCrm.Tests.People;

public sealed class SqliteSessionStoreTests : SessionStoreContract, IAsyncDisposable
{
    private static readonly DateTimeOffset Monday = new(2026, 11, 23, 8, 0, 0, TimeSpan.Zero);

    private readonly SqliteStores stores = new();

    protected override ISessionStore Sessions => new SqliteSessionStore(stores.Database);

    [Fact]
    public async Task Sessions_that_are_over_go_when_another_begins()
    {
        await Sessions.BeginAsync(new Session("old", "mara", Monday, Monday.AddDays(8)), Cancellation);
        await Sessions.BeginAsync(new Session("new", "mara", Monday.AddDays(8), Monday.AddDays(16)), Cancellation);
        Assert.Equal(1, await Sessions.EndAllAsync("mara", Cancellation));
    }

    public ValueTask DisposeAsync() => stores.DisposeAsync();
}
