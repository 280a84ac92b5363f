using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using MongoDB.Bson;
using MongoDB.Driver;

namespace Aspire.Hosting;

/// <summary>As the package's, of which only what the AppHost calls is here.</summary>
internal static class MongoDBBuilderExtensions
{
    private const int Port = 27017;

    public static IResourceBuilder<MongoDBServerResource> AddMongoDB(
        this IDistributedApplicationBuilder builder, [ResourceName] string name)
    {
        var password = ParameterResourceBuilderExtensions.CreateDefaultPasswordParameter(builder, $"{name}-password", special: false);
        return builder
            .AddResource(new MongoDBServerResource(name, password))
            .WithEndpoint(targetPort: Port, name: MongoDBServerResource.PrimaryEndpointName)
            .WithImage("library/mongo", "8.3")
            .WithImageRegistry("docker.io")
            .WithIconName("DatabaseMultiple")
            .WithEnvironment("MONGO_INITDB_ROOT_USERNAME", MongoDBServerResource.UserName)
            .WithEnvironment(context => context.EnvironmentVariables["MONGO_INITDB_ROOT_PASSWORD"] = password)
            .WithPing();
    }

    public static IResourceBuilder<MongoDBDatabaseResource> AddDatabase(
        this IResourceBuilder<MongoDBServerResource> server, [ResourceName] string name) =>
        server.ApplicationBuilder
            .AddResource(new MongoDBDatabaseResource(name, server.Resource))
            .WithIconName("Database")
            .WithPing();

    /// <param name="server">Whose data are kept.</param>
    /// <param name="name">The volume's name; null for one of this source tree's own.</param>
    public static IResourceBuilder<MongoDBServerResource> WithDataVolume(
        this IResourceBuilder<MongoDBServerResource> server, string? name = null) =>
        server.WithVolume(name ?? VolumeNameGenerator.Generate(server, "data"), "/data/db");

    private static IResourceBuilder<T> WithPing<T>(this IResourceBuilder<T> resource)
        where T : IResourceWithConnectionString
    {
        var check = $"{resource.Resource.Name}_check";
        IMongoClient? client = null;
        resource.ApplicationBuilder.Eventing.Subscribe<ConnectionStringAvailableEvent>(resource.Resource, async (_, cancellationToken) =>
            client = new MongoClient(await resource.Resource.ConnectionStringExpression.GetValueAsync(cancellationToken)));
        resource.ApplicationBuilder.Services.AddHealthChecks().AddAsyncCheck(check, async cancellationToken =>
        {
            if (client is null)
            {
                return HealthCheckResult.Unhealthy("The server has not been started yet.");
            }

            await client.GetDatabase("admin")
                .RunCommandAsync<BsonDocument>(new BsonDocument("ping", 1), cancellationToken: cancellationToken);
            return HealthCheckResult.Healthy();
        });
        return resource.WithHealthCheck(check);
    }
}
