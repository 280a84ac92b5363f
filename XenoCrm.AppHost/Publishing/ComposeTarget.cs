using System.Globalization;
using System.Text.RegularExpressions;
using Aspire.Hosting.Docker;
using Aspire.Hosting.Docker.Resources;
using Aspire.Hosting.Docker.Resources.ComposeNodes;

namespace XenoCrm.AppHost.Publishing;

/// <summary>
/// What Aspire's Compose file does not say by itself: a default or a refusal for each value that comes from outside, the
/// restart after a crash or a reboot, memory, the stores' health, and the addresses that the documentation names.
/// </summary>
internal static partial class ComposeTarget
{
    public const string Name = "compose";

    private static readonly Store[] Stores =
    [
        // The server that the image starts to make its first user answers on the loopback address only.
        new(
            "mongo",
            "EXTERNAL_MONGODB",
            "ConnectionStrings__xenocrm",
            "mongosh --quiet --host $$HOSTNAME --eval \"quit(db.adminCommand('ping').ok ? 0 : 1)\""),

        // While it reads its file, it answers LOADING.
        new("redis", "EXTERNAL_REDIS", "ConnectionStrings__redis", "REDISCLI_AUTH=\"$$REDIS_PASSWORD\" redis-cli ping | grep -q PONG"),
    ];

    public static void AddCompose(this IDistributedApplicationBuilder builder)
    {
        builder.AddDockerComposeEnvironment(Name)
            .WithDashboard(dashboard => dashboard.ClosedByToken())
            .ConfigureComposeFile(Complete)
            .ConfigureEnvFile(Describe);
        builder.Finish(Name, TakeReplicas);
    }

    /// <summary>What Compose does not read off the model: how many there are, and the time that a service takes to stop.</summary>
    public static IResourceBuilder<ProjectResource> PublishToCompose(this IResourceBuilder<ProjectResource> service, int replicas) =>
        service.ApplicationBuilder.Configuration[Published.Target] == Name
            ? service.PublishAsDockerComposeService((_, published) =>
            {
                published.Deploy = new() { Replicas = replicas };
                published.StopGracePeriod = string.Create(CultureInfo.InvariantCulture, $"{Published.StopSeconds}s");
                published.Environment["OTEL_EXPORTER_OTLP_HEADERS"] = Published.TelemetryHeader + "${TELEMETRY_KEY}";
            })
            : service;

    private static void Complete(ComposeFile file)
    {
        foreach (var (name, service) in file.Services)
        {
            service.Restart = "unless-stopped";
            service.Image = WithDefaults(service.Image ?? "");
            foreach (var (variable, value) in service.Environment.ToList())
            {
                service.Environment[variable] = WithDefaults(value);
            }

            var (request, limit) = Published.Memory(name);
            service.Deploy ??= new() { Replicas = 1 };
            service.Deploy.Resources = new() { Reservations = new() { Memory = $"{request}M" }, Limits = new() { Memory = $"{limit}M" } };
        }

        foreach (var store in Stores)
        {
            Complete(file, store);
        }

        var redis = file.Services["redis"].Environment;
        redis["REDIS_MAXMEMORY"] = $"${{REDIS_MAXMEMORY:-{redis["REDIS_MAXMEMORY"]}}}";
        file.Services["api"].Ports = [$"${{XENOCRM_PORT:-5080}}:{Published.Port}"];

        // Whoever is on this machine, and has the token.
        file.Services[$"{Name}-dashboard"].Ports = ["127.0.0.1:${DASHBOARD_PORT:-18888}:18888"];
    }

    private static void Complete(ComposeFile file, Store store)
    {
        file.Services[store.Name].Healthcheck = new()
        {
            Test = ["CMD-SHELL", store.Health],
            Interval = "10s",
            Timeout = "5s",
            Retries = 6,
            StartPeriod = "60s",
        };
        foreach (var service in file.Services.Values)
        {
            if (service.DependsOn.TryGetValue(store.Name, out var dependency))
            {
                dependency.Condition = "service_healthy";
            }

            if (service.Environment.TryGetValue(store.Connection, out var bundled))
            {
                service.Environment[store.Connection] = $"${{{store.External}:-{bundled}}}";
            }
        }
    }

    /// <summary>Every value is listed, those that Aspire does not know of too.</summary>
    private static void Describe(IDictionary<string, CapturedEnvironmentVariable> inputs)
    {
        Add("EXTERNAL_MONGODB", "A MongoDB of yours: its connection string with the database's name; then set MONGO_REPLICAS to 0");
        Add("MONGO_REPLICAS", "1, or 0 for a MongoDB of yours");
        Add("EXTERNAL_REDIS", "A Redis of yours: host:port,password=...; then set REDIS_REPLICAS to 0");
        Add("REDIS_REPLICAS", "1, or 0 for a Redis of yours");
        Add("REDIS_MAXMEMORY", "What Redis may hold before it refuses receipts; 512mb if empty");
        Add("XENOCRM_PORT", "The API's port on this machine; 5080 if empty");
        Add("DASHBOARD_PORT", "The dashboard's port on this machine, for this machine only; 18888 if empty");

        void Add(string name, string description) => inputs[name] = new() { Name = name, Description = description };
    }

    // Aspire's number of replicas is a number, and no variable.
    private static void TakeReplicas(string folder)
    {
        var file = Path.Combine(folder, "docker-compose.yaml");
        var text = File.ReadAllText(file);
        foreach (var store in Stores)
        {
            var at = text.IndexOf($"\n  {store.Name}:\n", StringComparison.Ordinal);
            text = text[..at] + Replicas().Replace(text[at..], $"replicas: \"${{{store.Name.ToUpperInvariant()}_REPLICAS:-1}}\"", 1);
        }

        File.WriteAllText(file, text);
    }

    /// <summary><c>${MONGO_PASSWORD}</c> is refused while it is empty, <c>${API_IMAGE}</c> has a default, all else may be empty.</summary>
    private static string WithDefaults(string text) => Input().Replace(text, input => input.Groups["name"].Value switch
    {
        var name when Published.IsRequired(name) => $"${{{name}:?{Published.HowToSet(name)}}}",
        var name when name.EndsWith("_IMAGE", StringComparison.Ordinal) => $"${{{name}:-{Published.Image(name[..^"_IMAGE".Length])}}}",
        var name => $"${{{name}:-}}",
    });

    [GeneratedRegex(@"\$\{(?<name>\w+)\}", RegexOptions.CultureInvariant)]
    private static partial Regex Input();

    [GeneratedRegex("replicas: 1", RegexOptions.CultureInvariant)]
    private static partial Regex Replicas();

    /// <param name="Name">The service's name.</param>
    /// <param name="External">The variable that names one of the operator's own.</param>
    /// <param name="Connection">What tells the services.</param>
    /// <param name="Health">Ends with 0 while it works.</param>
    private sealed record Store(string Name, string External, string Connection, string Health);
}
