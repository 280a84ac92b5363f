using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using MongoDB.Bson;
using MongoDB.Driver;
using MongoDB.Driver.Core.Events;
using XenoCrm.Data.Mongo;

namespace XenoCrm.Tests.Mongo;

/// <summary>
/// A database of a test class's own on <see cref="MongoServer"/>; without one, its tests are skipped. The stores' client
/// refuses a read that sets no limit on the server, so that none can slip in.
/// </summary>
public sealed class MongoFixture : IAsyncDisposable
{
    // A busy machine is no outage.
    private static readonly MongoStoreOptions Patient =
        new() { ConnectTimeout = TimeSpan.FromMinutes(1), QueryTimeout = TimeSpan.FromMinutes(5), WriteTimeout = TimeSpan.FromMinutes(1) };

    private static readonly string[] Reads = ["find", "aggregate", "count", "distinct"];

    private readonly string name = "xenocrm_test_" + Guid.NewGuid().ToString("N");
    private readonly Lazy<IMongoDatabase> database;
    private MongoStore? store;

    public MongoFixture() => database = new Lazy<IMongoDatabase>(() => new MongoClient(Settings()).GetDatabase(name));

    public static string? Server => MongoServer.Address;

    public static void RequireServer() => Assert.SkipWhen(Server is null, MongoServer.WhyNone);

    /// <summary>For what a test itself looks up or puts in.</summary>
    public IMongoDatabase Database => database.Value;

    /// <summary>The class's store, with nothing in it: collections and indexes stay from test to test, documents do not.</summary>
    internal async Task<MongoStore> StoreAsync()
    {
        RequireServer();
        var names = await (await Database.ListCollectionNamesAsync(cancellationToken: TestContext.Current.CancellationToken)).ToListAsync();
        await Task.WhenAll(
            names.Select(name => Database.GetCollection<BsonDocument>(name).DeleteManyAsync(FilterDefinition<BsonDocument>.Empty)));
        return store ??= Open();
    }

    /// <summary>All that is built on <see cref="StoreAsync"/>.</summary>
    internal async Task<MongoStores> StoresAsync(DateTimeOffset? now = null) =>
        new(await StoreAsync(), now is { } at ? new FakeTimeProvider(at) : null);

    /// <summary>
    /// The store as another process would open it. <paramref name="onEvent"/> sees the driver's command events, and may throw.
    /// </summary>
    internal MongoStore Open(Action<object>? onEvent = null, string? country = null)
    {
        var settings = Settings();
        MongoServices.Configure(settings, Patient);
        settings.ClusterConfigurator = cluster =>
        {
            cluster.Subscribe<CommandStartedEvent>(RefuseUnlimitedReads);
            if (onEvent is not null)
            {
                cluster.Subscribe<CommandStartedEvent>(command => onEvent(command));
                cluster.Subscribe<CommandSucceededEvent>(command => onEvent(command));
            }
        };
        return new MongoStore(new MongoClient(settings).GetDatabase(name), Options.Create(Patient), country);
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
