using XenoCrm.AppHost.Local;

namespace XenoCrm.AppHost.Distributed;

internal static class ResourceExtensions
{
    private const string Compose = "compose";
    private const string Kubernetes = "kubernetes";

    /// <summary>Where to publish: <c>--target compose</c> or <c>--target kubernetes</c>. Without it, the manifest only.</summary>
    /// <exception cref="StartFailure">Another target.</exception>
    public static void AddTarget(this IDistributedApplicationBuilder builder)
    {
        switch (builder.Configuration["target"])
        {
            case Compose:
                builder.AddDockerComposeEnvironment(Compose);
                break;
            case Kubernetes:
                // Without it a pod's data would go with the pod.
                builder.AddKubernetesEnvironment(Kubernetes).WithProperties(kubernetes => kubernetes.DefaultStorageType = "pvc");
                break;
            case null or "":
                break;
            case var other:
                throw new StartFailure($"--target is '{other}'; it must be '{Compose}' or '{Kubernetes}'.");
        }
    }

    /// <summary>The address that the documentation names, while it runs here; published, each service has its own host.</summary>
    /// <exception cref="StartFailure"><c>XENOCRM_PORT</c> is not a port.</exception>
    public static int? LocalPort(this IDistributedApplicationBuilder builder, int offset) =>
        builder.ExecutionContext.IsRunMode ? LocalSettings.Read(builder.Configuration).Port + offset : null;

#pragma warning disable ASPIREPROBES001 // Probes are new in Aspire and may still change their names.
    /// <summary>Ready for work, for who waits or sends requests; alive, for who restarts. Each is a health check on the dashboard too.</summary>
    public static IResourceBuilder<ProjectResource> WithProbes(this IResourceBuilder<ProjectResource> service) => service
        .WithHttpProbe(ProbeType.Readiness, "/health")
        .WithHttpProbe(ProbeType.Liveness, "/alive");
#pragma warning restore ASPIREPROBES001

    /// <summary>As <c>WithReplicas</c>, which Docker Compose does not read.</summary>
    public static IResourceBuilder<ProjectResource> Times(this IResourceBuilder<ProjectResource> service, int replicas)
    {
        service.WithReplicas(replicas);
        return service.ApplicationBuilder.Configuration["target"] == Compose
            ? service.PublishAsDockerComposeService((_, published) => published.Deploy = new() { Replicas = replicas })
            : service;
    }

    /// <summary>Google's sign-in and OpenAI's models, each only where its parameter has a value.</summary>
    public static IResourceBuilder<ProjectResource> WithOptionalSettings(this IResourceBuilder<ProjectResource> api)
    {
        return api
            .WithEnvironment("Authentication__Google__ClientId", Optional("google-client-id", secret: false))
            .WithEnvironment("Authentication__Google__ClientSecret", Optional("google-client-secret", secret: true))
            .WithEnvironment("OpenAI__ApiKey", Optional("openai-api-key", secret: true));

        IResourceBuilder<ParameterResource> Optional(string name, bool secret) =>
            api.ApplicationBuilder.AddParameter(name, () => api.ApplicationBuilder.Configuration[$"Parameters:{name}"] ?? "", publishValueAsDefault: !secret, secret: secret);
    }
}
