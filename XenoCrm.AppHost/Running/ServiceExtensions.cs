using XenoCrm.AppHost.Publishing;
using XenoCrm.ServiceDefaults;

namespace XenoCrm.AppHost.Running;

internal static class ServiceExtensions
{
    /// <summary>
    /// A service's one endpoint, its probes, and how many of it there are. While it runs here it listens at the address
    /// that the documentation names; published, at one port in a host of its own.
    /// </summary>
    /// <param name="builder">Of the application.</param>
    /// <param name="name">The service's.</param>
    /// <param name="offset">From the first port; null for any port, which nobody has to know.</param>
    /// <param name="replicas">How many.</param>
    /// <exception cref="StartFailure"><c>XENOCRM_PORT</c> is not a port.</exception>
    public static IResourceBuilder<ProjectResource> AddService<T>(
        this IDistributedApplicationBuilder builder, string name, int? offset, int replicas = 1)
        where T : IProjectMetadata, new()
    {
        var service = builder.AddProject<T>(name, options => options.ExcludeLaunchProfile = true);
        if (builder.ExecutionContext.IsPublishMode)
        {
            service.WithHttpEndpoint(targetPort: Published.Port);
        }
        else
        {
            // Replicas share a port, which the orchestrator listens on for them; one alone does so itself.
            service
                .WithHttpEndpoint(port: LocalPorts.First(builder.Configuration) + offset, isProxied: replicas > 1 || offset is null)
                .WithEnvironment("ASPNETCORE_ENVIRONMENT", builder.Environment.EnvironmentName)
                .WithEnvironment("XENOCRM_DATA", LocalEnvironment.DataFolder(builder.Configuration))

                // One line an entry, beginning with its level: as ServiceWatch reads it.
                .WithEnvironment("Logging__Console__FormatterName", "simple")
                .WithEnvironment("Logging__Console__FormatterOptions__SingleLine", "true")
                .WithEnvironment("Logging__Console__FormatterOptions__ColorBehavior", "Disabled")
                .WithoutCertificate()
                .StartingWhatWasBuilt();
        }

        return service.WithProbes().WithReplicas(replicas).PublishToCompose(replicas).PublishToKubernetes();
    }

    /// <summary>The connection string is all that a service reads, and a database's XENOCRM_PORT would be taken for its own.</summary>
    /// <param name="service">Whoever connects.</param>
    /// <param name="server">Null where what is embedded does its work.</param>
    public static IResourceBuilder<ProjectResource> ConnectedTo(
        this IResourceBuilder<ProjectResource> service, IResourceBuilder<IResourceWithConnectionString>? server) =>
        server is null
            ? service
            : service
                .WithReferenceEnvironment(ReferenceEnvironmentInjectionFlags.ConnectionString)
                .WithReference(server)
                .WaitFor(server);

    /// <summary>Google's sign-in, who may use it, and a language model: each only where its parameter has a value.</summary>
    public static IResourceBuilder<ProjectResource> WithOptionalSettings(this IResourceBuilder<ProjectResource> api)
    {
        return api
            .WithEnvironment(
                "Authentication__Google__ClientId",
                Optional("google-client-id", "Sign-in with Google: the client's id, see docs/google.md."))
            .WithEnvironment(
                "Authentication__Google__ClientSecret",
                Optional("google-client-secret", "Sign-in with Google: the client's secret.", secret: true))
            .WithEnvironment(
                "Auth__AllowedDomains__0",
                Optional("allowed-domain", "Whose accounts may sign in with Google: a domain such as example.com."))
            .WithEnvironment("Auth__AllowedEmails__0", Optional("allowed-email", "Who may sign in with Google: an e-mail address."))
            .WithEnvironment(
                "OpenAI__ApiKey",
                Optional("openai-api-key", "A language model's key; without one the built-in engine answers.", secret: true))
            .WithEnvironment("OpenAI__Model", Optional("openai-model", "The language model's name; gpt-4.1-mini if empty."))
            .WithEnvironment(
                "OpenAI__Endpoint", Optional("openai-endpoint", "Another service that speaks OpenAI's protocol: its address."));

        // Never without a value, which a publish would wait for.
        IResourceBuilder<ParameterResource> Optional(string name, string description, bool secret = false)
        {
            var configuration = api.ApplicationBuilder.Configuration;
            return api.ApplicationBuilder
                .AddParameter(name, () => configuration[$"Parameters:{name}"] ?? "", publishValueAsDefault: !secret, secret: secret)
                .WithDescription(description);
        }
    }

    /// <summary>
    /// The service itself, and not a <c>dotnet run</c> around it, which would hide its process and cost memory. Not under
    /// an IDE or <c>dotnet watch</c>, which start it their own way.
    /// </summary>
    private static void StartingWhatWasBuilt(this IResourceBuilder<ProjectResource> service)
    {
        var configuration = service.ApplicationBuilder.Configuration;
        var (assembly, folder) = ServiceOutput.Of(Path.GetFileNameWithoutExtension(service.Resource.GetProjectMetadata().ProjectPath));
        if (string.IsNullOrEmpty(configuration["DEBUG_SESSION_PORT"])
            && string.IsNullOrEmpty(configuration["DOTNET_WATCH"])
            && File.Exists(assembly))
        {
            service
                .WithAnnotation(new ExecutableAnnotation { Command = ServiceOutput.DotnetPath, WorkingDirectory = folder })
                .WithArgs(assembly);
        }
    }

#pragma warning disable ASPIRECERTIFICATES001 // New in Aspire, too.
    /// <summary>It talks plain HTTP on this machine; without this the dashboard warns that no certificate is trusted.</summary>
    public static IResourceBuilder<T> WithoutCertificate<T>(this IResourceBuilder<T> resource)
        where T : IResourceWithEnvironment, IResourceWithArgs => resource.WithoutHttpsCertificate();
#pragma warning restore ASPIRECERTIFICATES001

#pragma warning disable ASPIREPROBES001 // Probes are new in Aspire and may still change their names.
    /// <summary>
    /// Ready for work, for who waits or sends requests; alive, for who restarts. Each is a health check on the dashboard too.
    /// </summary>
    private static IResourceBuilder<ProjectResource> WithProbes(this IResourceBuilder<ProjectResource> service) => service
        .WithHttpProbe(ProbeType.Readiness, "/health")
        .WithHttpProbe(ProbeType.Liveness, "/alive");
#pragma warning restore ASPIREPROBES001
}
