using System.Linq.Expressions;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Options;
using MongoDB.Bson;
using MongoDB.Driver;
using XenoCrm.Core;

namespace XenoCrm.Data.Mongo;

/// <summary>
/// The collections of one database, and the two ways to use them: <see cref="RunAsync{T}"/> around every use, and reads that
/// begin with <c>Find</c>, <see cref="Aggregate{T}"/> or <see cref="CountAsync{T}"/>, so that none is without its limit on the
/// server. Filters are expressions over the documents' types, and updates the driver's builders; rules and pipelines are BSON.
/// Writes are acknowledged by a majority and journaled. No transactions: docs/decisions/mongodb-without-transactions.md.
/// </summary>
internal sealed class MongoStore
{
    // The server ends a query itself; this is for one that answers no more.
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    private const int StreamPage = 2_000;
    private const int MaxConflicts = 5;

    private readonly IMongoDatabase database;
    private readonly MongoStoreOptions options;
    private readonly string? country;
    private readonly Lock preparing = new();
    private Task? prepared;

    /// <param name="database">Where it lies.</param>
    /// <param name="options">How long it waits.</param>
    /// <param name="country">Whose telephone numbers are written without a country code, for those that an older store holds.</param>
    public MongoStore(IMongoDatabase database, IOptions<MongoStoreOptions> options, string? country = null)
    {
        MongoMapping.Register();
        this.country = country;
        this.options = options.Value;
        this.database = database
            .WithWriteConcern(WriteConcern.WMajority.With(journal: true, wTimeout: this.options.WriteTimeout))
            .WithReadPreference(ReadPreference.Primary);
        Campaigns = this.database.GetCollection<MongoCampaign>("campaigns");
        Segments = this.database.GetCollection<MongoSegment>("segments");
        Orders = this.database.GetCollection<MongoOrder>("orders");
        Unsettled = this.database.GetCollection<MongoUnsettled>("unsettled");
        Erasures = this.database.GetCollection<MongoErasure>("erasures");
        Imports = this.database.GetCollection<MongoImport>("imports");
        Rejections = this.database.GetCollection<MongoRejection>("rejections");
        Customers = this.database.GetCollection<MongoCustomer>("customers");
        Log = this.database.GetCollection<MongoLogRow>("log");
        People = this.database.GetCollection<MongoPerson>("people");
        Admins = this.database.GetCollection<MongoAdminList>("admins");
        Sessions = this.database.GetCollection<MongoSession>("sessions");
        Keys = this.database.GetCollection<MongoKey>("keys");
        ProtectionKeys = this.database.GetCollection<MongoProtectionKey>("protectionKeys");
        Contacts = this.database.GetCollection<MongoContact>("contacts");
        Audit = this.database.GetCollection<MongoAuditEntry>("audit");
        Suppressions = this.database.GetCollection<MongoSuppression>("suppressions");
        Account = this.database.GetCollection<MongoAccount>("account");
        SuppressionKeys = this.database.GetCollection<MongoSuppressionKey>("suppressionKey");
    }

    public IMongoCollection<MongoCampaign> Campaigns { get; }

    public IMongoCollection<MongoSegment> Segments { get; }

    public IMongoCollection<MongoLogRow> Log { get; }

    public IMongoCollection<MongoCustomer> Customers { get; }

    public IMongoCollection<MongoOrder> Orders { get; }

    public IMongoCollection<MongoUnsettled> Unsettled { get; }

    public IMongoCollection<MongoErasure> Erasures { get; }

    public IMongoCollection<MongoImport> Imports { get; }

    public IMongoCollection<MongoRejection> Rejections { get; }

    public IMongoCollection<MongoPerson> People { get; }

    public IMongoCollection<MongoAdminList> Admins { get; }

    public IMongoCollection<MongoSession> Sessions { get; }

    public IMongoCollection<MongoKey> Keys { get; }

    public IMongoCollection<MongoProtectionKey> ProtectionKeys { get; }

    public IMongoCollection<MongoAuditEntry> Audit { get; }

    public IMongoCollection<MongoContact> Contacts { get; }

    public IMongoCollection<MongoSuppression> Suppressions { get; }

    public IMongoCollection<MongoSuppressionKey> SuppressionKeys { get; }

    public IMongoCollection<MongoAccount> Account { get; }

    /// <summary>
    /// Runs <paramref name="work"/> once the indexes are there. What takes long must come in steps, each run by itself:
    /// a step that the server does not answer in time is given up.
    /// </summary>
    /// <exception cref="StoreUnavailableException">The server cannot be reached, or did not answer or acknowledge in time.</exception>
    public Task<T> RunAsync<T>(Func<CancellationToken, Task<T>> work, CancellationToken cancellationToken) =>
        RunAsync(work, options.QueryTimeout, cancellationToken);

    /// <inheritdoc cref="RunAsync{T}(Func{CancellationToken, Task{T}}, CancellationToken)"/>
    public Task RunAsync(Func<CancellationToken, Task> work, CancellationToken cancellationToken) => RunAsync(
        async token =>
        {
            await work(token);
            return true;
        },
        cancellationToken);

    /// <summary>The same with what <see cref="FindLongAsync{T}"/> gives.</summary>
    /// <exception cref="StoreUnavailableException">As above.</exception>
    public Task<T> RunLongAsync<T>(Func<CancellationToken, Task<T>> work, CancellationToken cancellationToken) =>
        RunAsync(work, options.AudienceTimeout, cancellationToken);

    public IFindFluent<T, T> Find<T>(IMongoCollection<T> collection, FilterDefinition<T> filter, int? batchSize = null) =>
        collection.Find(filter, new FindOptions { MaxTime = options.QueryTimeout, BatchSize = batchSize });

    public IFindFluent<T, T> Find<T>(IMongoCollection<T> collection, Expression<Func<T, bool>> filter, int? batchSize = null) =>
        Find(collection, (FilterDefinition<T>)filter, batchSize);

    /// <summary>A page of what <paramref name="filter"/> lets into a list, newest first: ids are UUIDv7s.</summary>
    /// <exception cref="InvalidCursorException">The cursor is not this list's.</exception>
    public async Task<Page<T>> FindPageAsync<T>(
        IMongoCollection<T> collection, string list, PageRequest page, Func<T, string> id, CancellationToken cancellationToken,
        Expression<Func<T, bool>>? filter = null)
    {
        var those = filter is null ? FilterDefinition<T>.Empty : filter;
        if (page.Cursor is { } cursor)
        {
            those &= Builders<T>.Filter.Lt("_id", Cursor.Decode(list, cursor));
        }

        var newest = Builders<T>.Sort.Descending("_id");
        var found = await Find(collection, those).Sort(newest).Limit(page.Limit + 1).ToListAsync(cancellationToken);
        return Cursor.Page(list, found, page.Limit, id);
    }

    /// <summary>For what may be read for a long time, a page at a time.</summary>
    public Task<IAsyncCursor<T>> FindLongAsync<T>(
        IMongoCollection<T> collection, FilterDefinition<T> filter, SortDefinition<T> sort, int batchSize,
        CancellationToken cancellationToken, ProjectionDefinition<T, T>? fields = null)
    {
        var find = new FindOptions<T> { Sort = sort, Projection = fields, MaxTime = options.AudienceTimeout, BatchSize = batchSize };
        return collection.FindAsync(filter, find, cancellationToken);
    }

    /// <summary>All that match, in any order, in memory for a page of them; only <paramref name="fields"/> of each are there.</summary>
    /// <exception cref="StoreUnavailableException">As above.</exception>
    public async IAsyncEnumerable<T> StreamAsync<T>(
        IMongoCollection<T> collection, FilterDefinition<T> filter, ProjectionDefinition<T, T> fields,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var find = new FindOptions<T, T> { Projection = fields, MaxTime = options.AudienceTimeout, BatchSize = StreamPage };
        using var cursor = await RunLongAsync(token => collection.FindAsync(filter, find, token), cancellationToken);
        while (await RunLongAsync(cursor.MoveNextAsync, cancellationToken))
        {
            foreach (var document in cursor.Current)
            {
                yield return document;
            }
        }
    }

    public IAggregateFluent<T> Aggregate<T>(IMongoCollection<T> collection) =>
        collection.Aggregate(new AggregateOptions { MaxTime = options.QueryTimeout });

    /// <summary>For what may take as long as an audience, in <see cref="RunLongAsync{T}"/>.</summary>
    public IAggregateFluent<T> AggregateLong<T>(IMongoCollection<T> collection) =>
        collection.Aggregate(new AggregateOptions { MaxTime = options.AudienceTimeout, AllowDiskUse = true });

    public Task<long> CountAsync<T>(
        IMongoCollection<T> collection, Expression<Func<T, bool>> filter, CancellationToken cancellationToken) =>
        collection.CountDocumentsAsync(filter, new CountOptions { MaxTime = options.QueryTimeout }, cancellationToken);

    /// <exception cref="StoreUnavailableException">The server does not answer.</exception>
    public Task PingAsync(CancellationToken cancellationToken) => RunAsync(
        token => database.RunCommandAsync<BsonDocument>(new BsonDocument("ping", 1), cancellationToken: token), cancellationToken);

    private async Task<T> RunAsync<T>(Func<CancellationToken, Task<T>> work, TimeSpan timeout, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(options.ConnectTimeout + timeout + Grace);
        try
        {
            await PrepareAsync(cancellationToken);
            return await work(limit.Token);
        }
        catch (Exception e) when (
            MongoFaults.IsUnavailable(e) || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            // The driver's messages name servers and error codes; a write error's would name the key that was refused.
            var why = e is MongoServerException ? e.GetType().Name : e.Message;
            throw new StoreUnavailableException($"MongoDB cannot be used now: {why}", e);
        }
    }

    private async Task PrepareOnceAsync()
    {
        for (var left = MaxConflicts; ; left--)
        {
            try
            {
                await MongoIndexes.CreateAsync(this);
                await new MongoMigration(database, country, options.AudienceTimeout).RunAsync();
                return;
            }
            catch (MongoException e) when (left > 0 && MongoFaults.IsConflict(e))
            {
                // Another process does the same; what it has done is done.
            }
        }
    }

    /// <summary>One attempt for all who wait for it, and another one for the next if it fails.</summary>
    private Task PrepareAsync(CancellationToken cancellationToken)
    {
        lock (preparing)
        {
            if (prepared is null or { IsFaulted: true })
            {
                prepared = PrepareOnceAsync();
            }

            return prepared.WaitAsync(cancellationToken);
        }
    }
}
