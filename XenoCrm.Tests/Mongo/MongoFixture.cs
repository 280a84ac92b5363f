using Microsoft.Extensions.Options;
using MongoDB.Bson;
using MongoDB.Driver;
using MongoDB.Driver.Core.Events;
using XenoCrm.Data.Mongo;

namespace XenoCrm.Tests.Mongo;

/// <summary>
/// A database of a test class's own on the server that <c>XENOCRM_TEST_MONGO</c> names; without it, its tests are
/// skipped. The stores' client refuses a read that sets no limit on the server, so that none can slip in.
/// </summary>
public sealed class MongoFixture : IAsyncDisposable
{
    public const string Variable = "XENOCRM_TEST_MONGO";

    private static readonly string[] Reads = ["find", "aggregate", "count", "distinct"];

    private readonly string name = "xenocrm_test_" + Guid.NewGuid().ToString("N");
    private readonly Lazy<IMongoDatabase> database;

    public MongoFixture() => database = new Lazy<IMongoDatabase>(() => new MongoClient(Settings()).GetDatabase(name));

    public static string? Server => Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } server ? server : null;

    /// <summary>For what a test itself looks up or puts in.</summary>
    public IMongoDatabase Database => database.Value;

    /// <summary>An empty database: its collections and indexes stay from test to test, their documents do not.</summary>
    internal async Task<MongoStore> StoreAsync(Action<object>? onEvent = null)
    {
        Assert.SkipWhen(Server is null, $"no MongoDB server: {Variable} names none. Start one (docker run -p 27017:27017 mongo:8) and set it to mongodb://localhost:27017");
        foreach (var collection in await (await Database.ListCollectionNamesAsync(cancellationToken: TestContext.Current.CancellationToken)).ToListAsync())
        {
            await Database.GetCollection<BsonDocument>(collection).DeleteManyAsync(Query.Everything);
        }

        return Open(onEvent);
    }

    /// <summary>The store as another process would open it. <paramref name="onEvent"/> sees the driver's command events, and may throw.</summary>
    internal MongoStore Open(Action<object>? onEvent = null)
    {
        var settings = Settings();
        settings.ClusterConfigurator = cluster =>
        {
            cluster.Subscribe<CommandStartedEvent>(RefuseUnlimitedReads);
            if (onEvent is not null)
            {
                cluster.Subscribe<CommandStartedEvent>(command => onEvent(command));
                cluster.Subscribe<CommandSucceededEvent>(command => onEvent(command));
            }
        };
        return new MongoStore(new MongoClient(settings).GetDatabase(name), Options.Create(new MongoStoreOptions()));
    }

    public async ValueTask DisposeAsync()
    {
        if (database.IsValueCreated)
        {
            await Database.Client.DropDatabaseAsync(name);
        }
    }

    private static MongoClientSettings Settings() => MongoClientSettings.FromConnectionString(Server);

    private static void RefuseUnlimitedReads(CommandStartedEvent command)
    {
        if (Reads.Contains(command.CommandName) && !command.Command.Contains("maxTimeMS"))
        {
            throw new InvalidOperationException($"This read has no maxTimeMS: {command.Command}");
        }
    }
}
