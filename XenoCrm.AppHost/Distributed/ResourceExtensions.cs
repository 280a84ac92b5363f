using XenoCrm.AppHost.Local;

namespace XenoCrm.AppHost.Distributed;

internal static class ResourceExtensions
{
    /// <summary>
    /// A service's one endpoint, its probes, and how many of it there are. While it runs here it listens at the address
    /// that the documentation names; published, at one port in a host of its own.
    /// </summary>
    /// <exception cref="StartFailure"><c>XENOCRM_PORT</c> is not a port.</exception>
    public static IResourceBuilder<ProjectResource> AddService<T>(this IDistributedApplicationBuilder builder, string name, int? offset, int replicas = 1)
        where T : IProjectMetadata, new()
    {
        var published = builder.ExecutionContext.IsPublishMode;
        return builder.AddProject<T>(name)
            .WithHttpEndpoint(
                port: published || offset is null ? null : LocalSettings.Read(builder.Configuration).Port + offset,
                targetPort: published ? Published.Port : null)
            .WithProbes()
            .Times(replicas)
            .PublishToKubernetes();
    }

    /// <summary>Google's sign-in, who may use it, and a language model: each only where its parameter has a value.</summary>
    public static IResourceBuilder<ProjectResource> WithOptionalSettings(this IResourceBuilder<ProjectResource> api)
    {
        return api
            .WithEnvironment("Authentication__Google__ClientId", Optional("google-client-id"))
            .WithEnvironment("Authentication__Google__ClientSecret", Optional("google-client-secret", secret: true))
            .WithEnvironment("Auth__AllowedDomains__0", Optional("allowed-domain"))
            .WithEnvironment("Auth__AllowedEmails__0", Optional("allowed-email"))
            .WithEnvironment("OpenAI__ApiKey", Optional("openai-api-key", secret: true))
            .WithEnvironment("OpenAI__Model", Optional("openai-model"))
            .WithEnvironment("OpenAI__Endpoint", Optional("openai-endpoint"));

        // Never without a value, which a publish would wait for.
        IResourceBuilder<ParameterResource> Optional(string name, bool secret = false) =>
            api.ApplicationBuilder.AddParameter(name, () => api.ApplicationBuilder.Configuration[$"Parameters:{name}"] ?? "", publishValueAsDefault: !secret, secret: secret);
    }

#pragma warning disable ASPIREPROBES001 // Probes are new in Aspire and may still change their names.
    /// <summary>Ready for work, for who waits or sends requests; alive, for who restarts. Each is a health check on the dashboard too.</summary>
    private static IResourceBuilder<ProjectResource> WithProbes(this IResourceBuilder<ProjectResource> service) => service
        .WithHttpProbe(ProbeType.Readiness, "/health")
        .WithHttpProbe(ProbeType.Liveness, "/alive");
#pragma warning restore ASPIREPROBES001
}
