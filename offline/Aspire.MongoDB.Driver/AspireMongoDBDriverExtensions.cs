using Aspire.MongoDB.Driver;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using MongoDB.Driver;
using MongoDB.Driver.Core.Configuration;

namespace Microsoft.Extensions.Hosting;

/// <summary>As the package's, without its health check and its tracing.</summary>
internal static class AspireMongoDBDriverExtensions
{
    public static void AddMongoDBClient(
        this IHostApplicationBuilder builder,
        string connectionName,
        Action<MongoDBSettings> configureSettings,
        Action<MongoClientSettings> configureClientSettings)
    {
        var settings = new MongoDBSettings();
        configureSettings(settings);
        if (!settings.DisableHealthChecks || !settings.DisableTracing)
        {
            throw new NotSupportedException("This stand-in for Aspire.MongoDB.Driver has neither its health check nor its tracing.");
        }

        builder.Services.AddSingleton<IMongoClient>(provider =>
        {
            var client = MongoClientSettings.FromConnectionString(builder.Configuration.GetConnectionString(connectionName));
            configureClientSettings(client);
            client.LoggingSettings ??= new LoggingSettings(provider.GetService<ILoggerFactory>());
            return new MongoClient(client);
        });
    }
}
