using XenoCrm.AppHost.Local;

namespace XenoCrm.AppHost.Distributed;

/// <summary>What is the same wherever the application is published to.</summary>
internal static class Published
{
    /// <summary>The setting that says where: <c>--target compose</c>.</summary>
    public const string Target = "target";

    /// <summary>Where a service listens in its container; the images' base has it so.</summary>
    public const int Port = 8080;

    /// <summary>The images' user may write here, and a volume mounted over it is that user's too.</summary>
    public const string Home = "/home/app";

    /// <summary>Publishes to <c>compose</c> or <c>kubernetes</c>; without a target, the manifest only.</summary>
    /// <exception cref="StartFailure">Another target.</exception>
    public static void AddTarget(this IDistributedApplicationBuilder builder)
    {
        switch (builder.Configuration[Target])
        {
            case ComposeTarget.Name:
                builder.AddCompose();
                break;
            case KubernetesTarget.Name:
                builder.AddKubernetes();
                break;
            case null or "":
                break;
            case var other:
                throw new StartFailure($"--{Target} is '{other}'; it must be '{ComposeTarget.Name}' or '{KubernetesTarget.Name}'.");
        }
    }

    /// <summary>The name that <c>dotnet publish -t:PublishContainer</c> gives a service's image.</summary>
    public static string Image(string service) => $"xenocrm-{service.ToLowerInvariant()}:latest";

    public static bool IsRequired(string input) => input is "WEBHOOK_SECRET" or "MONGO_PASSWORD" or "REDIS_PASSWORD";

    public static string HowToSet(string input) => $"Set {input}. Make one with: openssl rand -hex 24";

    /// <summary>Published, what the service keeps in files outlives its container.</summary>
    public static IResourceBuilder<ProjectResource> WithDataFolder(this IResourceBuilder<ProjectResource> service)
    {
        if (!service.ApplicationBuilder.ExecutionContext.IsPublishMode)
        {
            return service;
        }

        return service
            .WithEnvironment("XENOCRM_DATA", Home)
            .WithAnnotation(new ContainerMountAnnotation($"xenocrm-{service.Resource.Name}", Home, ContainerMountType.Volume, isReadOnly: false));
    }

    /// <summary>As <c>WithReplicas</c>, which Docker Compose does not read; and the time that a service takes to stop.</summary>
    public static IResourceBuilder<ProjectResource> Times(this IResourceBuilder<ProjectResource> service, int replicas)
    {
        service.WithReplicas(replicas);
        return service.ApplicationBuilder.Configuration[Target] == ComposeTarget.Name
            ? service.PublishAsDockerComposeService((_, published) =>
            {
                published.Deploy = new() { Replicas = replicas };
                published.StopGracePeriod = "40s";
            })
            : service;
    }
}
