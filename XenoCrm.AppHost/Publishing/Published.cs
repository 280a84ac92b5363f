namespace XenoCrm.AppHost.Publishing;

/// <summary>What is the same wherever the application is published to.</summary>
internal static class Published
{
    /// <summary>The setting that says where: <c>--target compose</c>.</summary>
    public const string Target = "target";

    /// <summary>Where a service listens in its container; the images' base has it so.</summary>
    public const int Port = 8080;

    /// <summary>The images' user may write here, and a volume mounted over it is that user's too.</summary>
    public const string Home = "/home/app";

    /// <summary>A service stops within 30 s; in Kubernetes it first goes on for a moment with what still reaches it.</summary>
    public const int StopSeconds = 40;

    /// <summary>The header in which the dashboard asks its senders for the key.</summary>
    public const string TelemetryHeader = "x-otlp-api-key=";

    private static readonly string[] Required = ["WEBHOOK_SECRET", "MONGO_PASSWORD", "REDIS_PASSWORD", "DASHBOARD_TOKEN", "TELEMETRY_KEY"];

    /// <summary>Publishes to <c>compose</c> or <c>kubernetes</c>; without a target, the manifest only.</summary>
    /// <exception cref="StartFailure">Another target.</exception>
    public static void AddPublishing(this IDistributedApplicationBuilder builder)
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

    /// <summary>The dashboard's stable image, open only to who has its token, and to senders that have its key.</summary>
    public static IResourceBuilder<T> ClosedByToken<T>(this IResourceBuilder<T> dashboard)
        where T : ContainerResource => dashboard
            .WithImage("mcr.microsoft.com/dotnet/aspire-dashboard", "13.6")
            .WithEnvironment("DASHBOARD__FRONTEND__AUTHMODE", "BrowserToken")
            .WithEnvironment("DASHBOARD__FRONTEND__BROWSERTOKEN", Generated(dashboard.ApplicationBuilder, "dashboard-token"))
            .WithEnvironment("DASHBOARD__OTLP__AUTHMODE", "ApiKey")
            .WithEnvironment("DASHBOARD__OTLP__PRIMARYAPIKEY", Generated(dashboard.ApplicationBuilder, "telemetry-key"));

    /// <summary>The name that <c>dotnet publish -t:PublishContainer</c> gives a service's image.</summary>
    public static string Image(string service) => $"xenocrm-{service.ToLowerInvariant()}:latest";

    /// <summary>
    /// Memory in MiB, set aside and at most. The services' from their measured peaks at a million recipients (API 306,
    /// worker 133, vendor 142); .NET keeps its heap within three quarters of the limit. The others' are assumptions.
    /// </summary>
    public static (int Request, int Limit) Memory(string container) => container switch
    {
        "api" => (320, 512),
        "worker" or "vendor" => (160, 256),
        "mongo" => (512, 1024),
        "redis" => (128, 1024),
        _ => (128, 512),
    };

    public static bool IsRequired(string input) => Required.Contains(input);

    public static string HowToSet(string input) => $"Set {input}. Make one with: openssl rand -hex 24";

    /// <summary>Why a target cannot be published to by a build that did without its package.</summary>
    public static StartFailure NeedsPackage(string target, string package) => new(
        $"Publishing to {target} needs {package}, which the package feed did not have when this was built. "
        + "Build it where the feed has it (delete artifacts/feed.props to look again), or publish the manifest: --publisher manifest "
            + "--output-path aspire-manifest.json");

    /// <summary>Published, what the service keeps in files outlives its container.</summary>
    public static IResourceBuilder<ProjectResource> WithDataFolder(this IResourceBuilder<ProjectResource> service)
    {
        if (!service.ApplicationBuilder.ExecutionContext.IsPublishMode)
        {
            return service;
        }

        var volume = $"xenocrm-{service.Resource.Name}";
        service.WithEnvironment("XENOCRM_DATA", Home);
        return service.ApplicationBuilder.Configuration[Target] == KubernetesTarget.Name
            ? service.WithVolumePerReplica(volume)
            : service.WithAnnotation(new ContainerMountAnnotation(volume, Home, ContainerMountType.Volume, isReadOnly: false));
    }

    // A default, as a publish waits for a parameter without one; it is never written down.
    private static IResourceBuilder<ParameterResource> Generated(IDistributedApplicationBuilder builder, string name) =>
        builder.AddParameter(name, new GenerateParameterDefault { MinLength = 40, Special = false }, secret: true);
}
