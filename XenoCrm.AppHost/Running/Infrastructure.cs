using Microsoft.Extensions.Configuration;
using XenoCrm.AppHost.Publishing;

namespace XenoCrm.AppHost.Running;

/// <summary>The store and the stream: containers where something runs them, else what this machine has.</summary>
internal static class Infrastructure
{
    /// <summary>Whether MongoDB and Redis are containers: published always, here where Docker or Podman answers and nobody minds.</summary>
    /// <exception cref="StartFailure"><c>XENOCRM_CONTAINERS</c> or <c>XENOCRM_REDIS</c> is neither on nor off.</exception>
    public static bool UsesContainers(this IDistributedApplicationBuilder builder) =>
        builder.ExecutionContext.IsPublishMode || (IsOn(builder, "XENOCRM_CONTAINERS") && ContainerRuntime.Answers(builder.Configuration));

    /// <summary>This machine's <c>redis-server</c>; null where it has none or nobody wants it, or a Redis is configured.</summary>
    /// <exception cref="StartFailure"><c>XENOCRM_REDIS</c> is neither on nor off.</exception>
    public static IResourceBuilder<RedisServerResource>? AddRedisServer(this IDistributedApplicationBuilder builder, string name) =>
        IsOn(builder, "XENOCRM_REDIS")
            && string.IsNullOrEmpty(builder.Configuration.GetConnectionString("redis"))
            && RedisServer.Find() is { } program
            ? RedisServer.Add(builder, name, program)
            : null;

    public static IResourceBuilder<MongoDBServerResource> KeepingItsData(this IResourceBuilder<MongoDBServerResource> mongo) =>
        mongo.WithDataVolume(mongo.VolumeName()).PublishToKubernetes();

    public static IResourceBuilder<RedisResource> KeepingItsData(this IResourceBuilder<RedisResource> redis) =>
        redis.WithoutCertificate().WithDataVolume(redis.VolumeName()).WithMaxMemory().PublishToKubernetes();

    /// <summary>A receipt that was acknowledged survives the kill of Redis, and none is evicted.</summary>
    public static IResourceBuilder<RedisResource> WithEveryWriteOnDisk(
        this IResourceBuilder<RedisResource> redis) => redis.WithArgs(context =>
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
            // Published, the server and all its options are one argument, for sh -c. It refuses before it is ended for its memory.
            context.Args[^1] = $"{context.Args[^1]} {options} --maxmemory $REDIS_MAXMEMORY";
        }
    });

    private static IResourceBuilder<RedisResource> WithMaxMemory(this IResourceBuilder<RedisResource> redis) =>
        redis.ApplicationBuilder.ExecutionContext.IsPublishMode ? redis.WithEnvironment("REDIS_MAXMEMORY", "512mb") : redis;

    // A published volume is known by its name; on a developer's machine each source tree has its own.
    private static string? VolumeName(this IResourceBuilder<IResource> resource) =>
        resource.ApplicationBuilder.ExecutionContext.IsPublishMode ? $"xenocrm-{resource.Resource.Name}" : null;

    private static bool IsOn(IDistributedApplicationBuilder builder, string setting) => builder.Configuration[setting] switch
    {
        null or "" or "on" => true,
        "off" => false,
        var other => throw new StartFailure($"{setting} is '{other}'; it must be 'on' or 'off'."),
    };
}
