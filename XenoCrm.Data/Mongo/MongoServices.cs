using Microsoft.AspNetCore.DataProtection.Repositories;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using MongoDB.Driver;
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

namespace XenoCrm.Data.Mongo;

/// <summary>Registers the store on MongoDB.</summary>
public static class MongoServices
{
    private const string DefaultDatabase = "xenocrm";

    /// <summary>
    /// What the store relies on: it gives up within seconds when no server can be reached, retries what may be retried,
    /// and keeps the text of commands, which has personal data in it, out of traces.
    /// </summary>
    public static void Configure(MongoClientSettings settings, MongoStoreOptions options)
    {
        settings.ServerSelectionTimeout = options.ConnectTimeout;
        settings.ConnectTimeout = options.ConnectTimeout;
        settings.WaitQueueTimeout = options.ConnectTimeout;
        settings.RetryWrites = true;
        settings.RetryReads = true;
        settings.TracingOptions = new() { QueryTextMaxLength = 0 };
    }

    /// <param name="builder">Where to register.</param>
    /// <param name="connectionName">
    /// Of <c>mongodb://…</c> or <c>mongodb+srv://…</c>; the database that it names, else <c>xenocrm</c>.
    /// </param>
    internal static void AddMongoStore(this IHostApplicationBuilder builder, string connectionName)
    {
        var url = ConnectionStrings.ReadMongo(builder.Configuration.GetConnectionString(connectionName));
        var options = builder.Configuration.GetSection(MongoStoreOptions.Section).Get<MongoStoreOptions>() ?? new();
        builder.AddMongoDBClient(
            connectionName,
            settings =>
            {
                // Ours asks more than a ping: whether the indexes are there, see MongoHealthCheck.
                settings.DisableHealthChecks = true;

                // The driver has spans of its own; these would be the same again, with the text of commands.
                settings.DisableTracing = true;
            },
            settings => Configure(settings, options));

        var services = builder.Services;
        services.AddOptions<MongoStoreOptions>().BindConfiguration(MongoStoreOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddHealthChecks().AddCheck<MongoHealthCheck>("store");
        services.AddSingleton(provider => new MongoStore(
            provider.GetRequiredService<IMongoClient>().GetDatabase(url.DatabaseName ?? DefaultDatabase),
            provider.GetRequiredService<IOptions<MongoStoreOptions>>(),
            provider.GetRequiredService<IOptions<AccountOptions>>().Value.Country));
        services.AddSingleton<MongoCampaignProgress>();
        services.AddSingleton<MongoCustomerWriter>();
        services.AddSingleton<MongoErasures>();
        services.AddSingleton<MongoTotals>();
        services.AddSingleton<MongoSuppressions>();
        services.AddSingleton<ICampaignStore, MongoCampaignStore>();
        services.AddSingleton<IDraftStore, MongoDraftStore>();
        services.AddSingleton<IContactStore, MongoContactStore>();
        services.AddSingleton<IOutbox, MongoOutbox>();
        services.AddSingleton<ICustomerStore, MongoCustomerStore>();
        services.AddSingleton<IOrderStore, MongoOrderStore>();
        services.AddSingleton<IImportStore, MongoImportStore>();
        services.AddSingleton<ISegmentStore, MongoSegmentStore>();
        services.AddSingleton<IReceiptStore, MongoReceiptStore>();
        services.AddSingleton<MongoAdmins>();
        services.AddSingleton<IPersonStore, MongoPersonStore>();
        services.AddSingleton<ISessionStore, MongoSessionStore>();
        services.AddSingleton<IKeyStore, MongoKeyStore>();
        services.AddSingleton<IAuditStore, MongoAuditStore>();
        services.AddSingleton<IAccountStore, MongoAccountStore>();
        services.AddSingleton<ISuppressionStore, MongoSuppressionStore>();
        services.AddSingleton<IXmlRepository, MongoProtectionKeys>();
        services.AddHostedService<MongoRepair>();
    }
}
