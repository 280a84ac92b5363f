using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using XenoCrm.Data.Campaigns;
using XenoCrm.Data.Customers;
using XenoCrm.Data.Imports;
using XenoCrm.Data.Orders;
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
        var store = configuration.GetConnectionString(StoreName) ?? $"Data Source={Path.Combine(dataFolder, "xenocrm.db")}";
        if (store.StartsWith("mongodb", StringComparison.OrdinalIgnoreCase))
        {
            throw new InvalidOperationException("ConnectionStrings:xenocrm names a MongoDB server; this version has the embedded store only. Name a file: Data Source=/path/to/xenocrm.db");
        }

        services.AddSingleton(provider => new SqliteDatabase(store, provider.GetRequiredService<ILogger<SqliteDatabase>>()));
        services.AddSingleton<ICampaignStore, SqliteCampaignStore>();
        services.AddSingleton<IOutbox, SqliteOutbox>();
        services.AddSingleton<ICustomerStore, SqliteCustomerStore>();
        services.AddSingleton<IOrderStore, SqliteOrderStore>();
        services.AddSingleton<IImportStore, SqliteImportStore>();
        services.AddSingleton<ISegmentStore, SqliteSegmentStore>();
        services.AddSingleton<IReceiptStore, SqliteReceiptStore>();
        services.AddReceiptStream(configuration.GetConnectionString(RedisName));
        services.AddHealthChecks().AddCheck<StoreHealthCheck>("store").AddCheck<StreamHealthCheck>("stream");
        return services;
    }

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
