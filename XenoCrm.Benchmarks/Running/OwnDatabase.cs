using MongoDB.Driver;

namespace XenoCrm.Benchmarks.Running;

/// <summary>A database on a server that stays: gone with this. Nothing for an embedded store.</summary>
internal sealed class OwnDatabase(string? connection) : IAsyncDisposable
{
    public async ValueTask DisposeAsync()
    {
        if (connection is not null)
        {
            var url = new MongoUrl(connection);
            using var client = new MongoClient(url);
            await client.DropDatabaseAsync(url.DatabaseName);
        }
    }
}
