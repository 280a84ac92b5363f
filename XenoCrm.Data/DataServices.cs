using Microsoft.AspNetCore.DataProtection.Repositories;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using XenoCrm.Core.Account;
using XenoCrm.Core.Audit;
using XenoCrm.Core.Campaigns;
using XenoCrm.Core.Customers;
using XenoCrm.Core.Imports;
using XenoCrm.Core.Keys;
using XenoCrm.Core.Orders;
using XenoCrm.Core.People;
using XenoCrm.Core.Receipts;
using XenoCrm.Core.Segments;
using XenoCrm.Core.Suppressions;
using XenoCrm.Data.Mongo;
using XenoCrm.Data.Redis;
using XenoCrm.Data.Sqlite;

namespace XenoCrm.Data;

/// <summary>Chooses the store and the stream by their connection strings and registers them.</summary>
public static class DataServices
{
    public const string StoreName = "xenocrm";
    public const string RedisName = "redis";

    /// <summary>Reads the account's settings again and again; for a process whose work goes by them.</summary>
    public static IServiceCollection AddAccountRefresh(this IServiceCollection services) => services.AddHostedService<AccountRefresh>();

    /// <param name="builder">Where to register; <c>ConnectionStrings:xenocrm</c> is <c>Data Source=…</c> or <c>mongodb://…</c>.</param>
    /// <param name="dataFolder">Where the embedded store's file lies if no connection string is set.</param>
    /// <exception cref="InvalidOperationException">The connection strings do not go together.</exception>
    public static void AddData(this IHostApplicationBuilder builder, string dataFolder)
    {
        builder.Services.AddOptions<AccountOptions>().BindConfiguration(AccountOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddSingleton(provider => new AccountSettings(provider.GetRequiredService<IOptions<AccountOptions>>().Value));
        var store = StoreOf(builder.Configuration, dataFolder);
        var redis = builder.Configuration.GetConnectionString(RedisName);
        if (IsMongo(store))
        {
            if (string.IsNullOrWhiteSpace(redis))
            {
                throw new InvalidOperationException(
                    $"ConnectionStrings:{StoreName} names a MongoDB server, which has no receipt stream. Name a Redis for it in "
                        + $"ConnectionStrings:{RedisName}, "
                    + "or a file for both: Data Source=/path/to/xenocrm.db");
            }

            builder.AddMongoStore(StoreName);
        }
        else
        {
            ConnectionStrings.CheckSqlite(store);
            builder.Services.AddSqlite(store);
        }

        builder.AddReceiptStream(redis);
    }

    /// <summary>Copies the embedded store, as it is at one moment, while others use it.</summary>
    /// <param name="configuration">Names the store.</param>
    /// <param name="dataFolder">Where it lies if no connection string is set.</param>
    /// <param name="target">A file that is not there yet.</param>
    /// <exception cref="InvalidOperationException">It is no embedded one, or the copy could not be made.</exception>
    public static void BackUp(IConfiguration configuration, string dataFolder, string target)
    {
        var store = StoreOf(configuration, dataFolder);
        if (IsMongo(store))
        {
            throw new InvalidOperationException(
                $"ConnectionStrings:{StoreName} names a MongoDB server. It is backed up with its own tools: mongodump, or a snapshot.");
        }

        ConnectionStrings.CheckSqlite(store);
        SqliteBackup.Write(store, Path.GetFullPath(target));
    }

    private static string StoreOf(IConfiguration configuration, string dataFolder) =>
        configuration.GetConnectionString(StoreName) ?? $"Data Source={Path.Combine(dataFolder, "xenocrm.db")}";

    private static bool IsMongo(string store) => store.StartsWith("mongodb", StringComparison.OrdinalIgnoreCase);

    private static void AddSqlite(this IServiceCollection services, string store)
    {
        services.AddSingleton(provider => new SqliteDatabase(
            store, provider.GetRequiredService<ILogger<SqliteDatabase>>(),
                provider.GetRequiredService<IOptions<AccountOptions>>().Value.Country));
        services.AddSingleton<ICampaignStore, SqliteCampaignStore>();
        services.AddSingleton<IDraftStore, SqliteDraftStore>();
        services.AddSingleton<IContactStore, SqliteContactStore>();
        services.AddSingleton<IOutbox, SqliteOutbox>();
        services.AddSingleton<ICustomerStore, SqliteCustomerStore>();
        services.AddSingleton<IOrderStore, SqliteOrderStore>();
        services.AddSingleton<IImportStore, SqliteImportStore>();
        services.AddSingleton<ISegmentStore, SqliteSegmentStore>();
        services.AddSingleton<IReceiptStore, SqliteReceiptStore>();
        services.AddSingleton<IPersonStore, SqlitePersonStore>();
        services.AddSingleton<ISessionStore, SqliteSessionStore>();
        services.AddSingleton<IKeyStore, SqliteKeyStore>();
        services.AddSingleton<IAuditStore, SqliteAuditStore>();
        services.AddSingleton<IAccountStore, SqliteAccountStore>();
        services.AddSingleton<ISuppressionStore, SqliteSuppressionStore>();
        services.AddSingleton<IXmlRepository, SqliteProtectionKeys>();
        services.AddHealthChecks().AddCheck<StoreHealthCheck>("store");
    }

    private static void AddReceiptStream(this IHostApplicationBuilder builder, string? redis)
    {
        var services = builder.Services;
        services.AddOptions<ReceiptStreamOptions>()
            .BindConfiguration(ReceiptStreamOptions.Section)
            .ValidateDataAnnotations()
            .ValidateOnStart();
        services.AddSingleton<ReceiptTelemetry>();
        services.AddHealthChecks().AddCheck<StreamHealthCheck>("stream");
        if (string.IsNullOrWhiteSpace(redis))
        {
            services.AddSingleton<IReceiptStream, SqliteReceiptStream>();
            return;
        }

        ConnectionStrings.CheckRedis(redis);
        builder.AddRedisClients(redis);
        services.AddSingleton<RedisReceiptStream>();
        services.AddSingleton<IReceiptStream>(provider => provider.GetRequiredService<RedisReceiptStream>());
        services.AddHostedService<RedisDurability>();
    }
}
