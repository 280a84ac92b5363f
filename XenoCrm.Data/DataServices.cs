using Microsoft.AspNetCore.DataProtection.Repositories;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using XenoCrm.Data.Account;
using XenoCrm.Data.Audit;
using XenoCrm.Data.Campaigns;
using XenoCrm.Data.Customers;
using XenoCrm.Data.Imports;
using XenoCrm.Data.Keys;
#if HAS_MONGODB
using XenoCrm.Data.Mongo;
#endif
using XenoCrm.Data.Orders;
using XenoCrm.Data.People;
using XenoCrm.Data.Receipts;
using XenoCrm.Data.Redis;
using XenoCrm.Data.Segments;
using XenoCrm.Data.Sqlite;

namespace XenoCrm.Data;

/// <summary>Chooses the store and the stream by their connection strings and registers them.</summary>
public static class DataServices
{
    public const string StoreName = "xenocrm";
    public const string RedisName = "redis";

    /// <param name="services">Where to register.</param>
    /// <param name="configuration"><c>ConnectionStrings:xenocrm</c> is <c>Data Source=…</c> or <c>mongodb://…</c>.</param>
    /// <param name="dataFolder">Where the embedded store's file lies if no connection string is set.</param>
    /// <exception cref="InvalidOperationException">The connection string names a store that this build has not.</exception>
    public static IServiceCollection AddData(this IServiceCollection services, IConfiguration configuration, string dataFolder)
    {
        services.AddOptions<AccountOptions>().BindConfiguration(AccountOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        var store = configuration.GetConnectionString(StoreName) ?? $"Data Source={Path.Combine(dataFolder, "xenocrm.db")}";
        var redis = configuration.GetConnectionString(RedisName);
        if (store.StartsWith("mongodb", StringComparison.OrdinalIgnoreCase))
        {
            services.AddMongo(store, redis);
        }
        else
        {
            services.AddSqlite(store);
        }

        services.AddReceiptStream(redis);
        services.AddHealthChecks().AddCheck<StreamHealthCheck>("stream");
        return services;
    }

    private static void AddSqlite(this IServiceCollection services, string store)
    {
        services.AddSingleton(provider => new SqliteDatabase(store, provider.GetRequiredService<ILogger<SqliteDatabase>>()));
        services.AddSingleton<ICampaignStore, SqliteCampaignStore>();
        services.AddSingleton<IOutbox, SqliteOutbox>();
        services.AddSingleton<ICustomerStore, SqliteCustomerStore>();
        services.AddSingleton<IOrderStore, SqliteOrderStore>();
        services.AddSingleton<IImportStore, SqliteImportStore>();
        services.AddSingleton<ISegmentStore, SqliteSegmentStore>();
        services.AddSingleton<IReceiptStore, SqliteReceiptStore>();
        services.AddSingleton<IPersonStore, SqlitePersonStore>();
        services.AddSingleton<IKeyStore, SqliteKeyStore>();
        services.AddSingleton<IAuditStore, SqliteAuditStore>();
        services.AddSingleton<IXmlRepository, SqliteProtectionKeys>();
        services.AddHealthChecks().AddCheck<StoreHealthCheck>("store");
    }

#if HAS_MONGODB
    private static void AddMongo(this IServiceCollection services, string store, string? redis)
    {
        if (string.IsNullOrWhiteSpace(redis))
        {
            throw new InvalidOperationException($"ConnectionStrings:{StoreName} names a MongoDB server, which has no receipt stream. Name a Redis for it in ConnectionStrings:{RedisName}, or a file for both: Data Source=/path/to/xenocrm.db");
        }

        services.AddMongoStore(store);
        services.AddHealthChecks().AddCheck<MongoHealthCheck>("store");
    }
#else
    private static void AddMongo(this IServiceCollection services, string store, string? redis) => throw new InvalidOperationException(
        $"ConnectionStrings:{StoreName} names a MongoDB server, but this program was built without MongoDB.Driver, which its package feed did not have. Build it where the feed has it, or name a file: Data Source=/path/to/xenocrm.db");
#endif

    private static void AddReceiptStream(this IServiceCollection services, string? redis)
    {
        services.AddOptions<ReceiptStreamOptions>().BindConfiguration(ReceiptStreamOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<ReceiptTelemetry>();
        if (string.IsNullOrWhiteSpace(redis))
        {
            services.AddSingleton<IReceiptStream, SqliteReceiptStream>();
            return;
        }

        services.AddSingleton(provider => ActivatorUtilities.CreateInstance<RedisReceiptStream>(provider, redis));
        services.AddSingleton<IReceiptStream>(provider => provider.GetRequiredService<RedisReceiptStream>());
        services.AddHostedService<RedisDurability>();
    }
}
