using XenoCrm.ServiceDefaults;

namespace XenoCrm.AppHost.Distributed;

/// <summary>The store and the stream: containers that keep their data, or, where nothing runs containers, the embedded ones.</summary>
internal static class Infrastructure
{
    public static void AddInfrastructure(this IDistributedApplicationBuilder builder, params IReadOnlyList<IResourceBuilder<ProjectResource>> services)
    {
        if (builder.ExecutionContext.IsRunMode && !ContainerRuntime.Answers())
        {
            Console.WriteLine("Neither Docker nor Podman answers: the services run on the embedded store and stream; start one of the two and run this again to have MongoDB and Redis in containers.");
            foreach (var service in services)
            {
                service.WithEnvironment("XENOCRM_DATA", LocalEnvironment.DataFolder(builder.Configuration));
            }

            return;
        }

        // A published volume is known by its name; on a developer's machine each source tree has its own.
        var named = builder.ExecutionContext.IsPublishMode;

        var store = builder.AddMongoDB("mongo")
            .WithDataVolume(named ? "xenocrm-mongo" : null)
            .PublishToKubernetes()
            .AddDatabase("xenocrm");

        var stream = builder.AddRedis("redis")
            .WithDataVolume(named ? "xenocrm-redis" : null)
            .PublishToKubernetes()
            .WithEveryWriteOnDisk();

        foreach (var service in services)
        {
            // The connection string is all that a service reads, and a database's XENOCRM_PORT would be taken for its own.
            service
                .WithReferenceEnvironment(ReferenceEnvironmentInjectionFlags.ConnectionString)
                .WithReference(store).WaitFor(store)
                .WithReference(stream).WaitFor(stream);
        }
    }

    /// <summary>A receipt that was acknowledged survives the kill of Redis, and none is evicted.</summary>
    private static IResourceBuilder<RedisResource> WithEveryWriteOnDisk(this IResourceBuilder<RedisResource> redis) => redis.WithArgs(context =>
    {
        const string options = "--appendonly yes --appendfsync always --maxmemory-policy noeviction";
        if (context.ExecutionContext.IsRunMode)
        {
            foreach (var option in options.Split(' '))
            {
                context.Args.Add(option);
            }
        }
        else
        {
            // Published, the server and all its options are one argument, for sh -c.
            context.Args[^1] = $"{context.Args[^1]} {options}";
        }
    });
}
