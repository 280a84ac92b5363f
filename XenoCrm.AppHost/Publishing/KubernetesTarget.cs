using System.Text.RegularExpressions;
using Aspire.Hosting.Kubernetes;
using Aspire.Hosting.Kubernetes.Resources;

namespace XenoCrm.AppHost.Publishing;

/// <summary>What Aspire's Helm chart does not say by itself: see <see cref="Complete"/> and <see cref="Chart"/>.</summary>
internal static partial class KubernetesTarget
{
    public const string Name = "kubernetes";

    private const string Dashboard = "kubernetes_dashboard";

    public static void AddKubernetes(this IDistributedApplicationBuilder builder)
    {
        builder.AddKubernetesEnvironment(Name)
            .WithHelm(helm => helm
                .WithChartName("xenocrm")
                .WithChartVersion("0.2.0")
                .WithChartDescription("XenoCrm: customers, segments, campaigns"))
            .WithDashboard(dashboard => dashboard.ClosedByToken().PublishToKubernetes())
            .WithProperties(kubernetes =>
            {
                // Without it a pod's data would go with the pod.
                kubernetes.DefaultStorageType = "pvc";
                kubernetes.DefaultStorageSize = Chart.Value("storage.size");
            });
        var source = Path.Combine(builder.AppHostDirectory, "Publishing", "Chart");
        builder.Finish(Name, folder => Chart.Finish(folder, source));
    }

    public static IResourceBuilder<T> PublishToKubernetes<T>(this IResourceBuilder<T> resource)
        where T : IComputeResource => resource.ApplicationBuilder.Configuration[Published.Target] == Name
            ? resource.PublishAsKubernetesService(Complete)
            : resource;

    /// <summary>A claim for each replica, as one of its own can be mounted wherever the replica runs.</summary>
    public static IResourceBuilder<ProjectResource> WithVolumePerReplica(this IResourceBuilder<ProjectResource> service, string volume) =>
        service.PublishAsKubernetesService(resource =>
            resource.Workload = PerReplica((Deployment)resource.Workload!, resource.Service!, volume));

    private static void Complete(KubernetesResource resource)
    {
        var pod = resource.Workload!.PodTemplate.Spec;
        var container = pod.Containers[0];
        var name = container.Name.Replace('-', '_');
        container.Resources = new()
        {
            // No limit for the processor: it would slow down what has the machine for itself.
            Requests = { ["cpu"] = Chart.Value($"resources.{name}.cpu"), ["memory"] = Chart.Value($"resources.{name}.memory") },
            Limits = { ["memory"] = Chart.Value($"resources.{name}.limit") },
        };
        switch (name)
        {
            case "mongo":
                container.ReadinessProbe = Probe("mongosh --quiet --host $HOSTNAME --eval \"quit(db.adminCommand('ping').ok ? 0 : 1)\"");
                container.LivenessProbe = Probe(27017);
                break;
            case "redis":
                container.ReadinessProbe = Probe("REDISCLI_AUTH=\"$REDIS_PASSWORD\" redis-cli ping | grep -q PONG");
                container.LivenessProbe = Probe(6379);
                break;
            case Dashboard:
                container.ReadinessProbe = Probe(18888);
                break;
            default:
                CompleteService(resource, pod, container);
                break;
        }

        foreach (var (key, value) in resource.Secret?.StringData.ToList() ?? [])
        {
            resource.Secret!.StringData[key] = OrExternal(key, SecretValue().Replace(value, OneValueForAll));
        }
    }

    private static void CompleteService(KubernetesResource resource, PodSpecV1 pod, ContainerV1 container)
    {
        foreach (var probe in (ProbeV1[])[container.LivenessProbe!, container.ReadinessProbe!])
        {
            // Written in small letters by Aspire, which the API server refuses.
            probe.HttpGet!.Scheme = probe.HttpGet.Scheme.ToUpperInvariant();
        }

        // Until nobody sends it requests any more, it serves them.
        container.Lifecycle = new() { PreStop = new() { Sleep = new() { Seconds = 5 }, Exec = null!, HttpGet = null!, TcpSocket = null! } };
        pod.TerminationGracePeriodSeconds = Published.StopSeconds;

        // Its image runs as user 1654, who owns what is mounted.
        pod.SecurityContext = new() { RunAsNonRoot = true, FsGroup = 1654, FsGroupChangePolicy = "OnRootMismatch" };
        pod.TopologySpreadConstraints.Add(new()
        {
            MaxSkew = 1,
            TopologyKey = "kubernetes.io/hostname",
            WhenUnsatisfiable = "ScheduleAnyway",
            LabelSelector = new(resource.Workload!.PodTemplate.Metadata.Labels.ToDictionary()),
        });
        if (container.Name == "api")
        {
            container.Env.Add(new() { Name = "Imports__Replica", ValueFrom = new() { FieldRef = new() { FieldPath = "metadata.name" } } });
        }

        if (resource.Workload is Deployment deployment)
        {
            deployment.Spec.Strategy!.RollingUpdate!.MaxUnavailable = 0;
        }

        var key = Chart.Value($"secrets.{Dashboard}.telemetry_key");
        resource.Secret!.StringData["OTEL_EXPORTER_OTLP_HEADERS"] = Published.TelemetryHeader + key;
    }

    private static StatefulSet PerReplica(Deployment deployment, Service service, string volume)
    {
        var container = deployment.Spec.Template.Spec.Containers[0];
        container.VolumeMounts.Add(new() { Name = volume, MountPath = Published.Home });
        var claim = new PersistentVolumeClaim { Metadata = { Name = volume }, Spec = new() { AccessModes = { "ReadWriteOnce" } } };
        claim.Spec.Resources.Requests["storage"] = Chart.Value("storage.size");
        return new StatefulSet
        {
            Metadata = { Name = $"{container.Name}-statefulset", Labels = deployment.Metadata.Labels },
            Spec =
            {
                ServiceName = service.Metadata.Name,
                Template = deployment.Spec.Template,
                Selector = deployment.Spec.Selector,
                Replicas = deployment.Spec.Replicas,
                VolumeClaimTemplates = { claim },

                // All start at once; an update still takes one after the other.
                PodManagementPolicy = "Parallel",
            },
        };
    }

    private static ProbeV1 Probe(string command) => new()
    {
        Exec = new() { Command = { "/bin/sh", "-c", command } },
        InitialDelaySeconds = 5,
        PeriodSeconds = 10,
        TimeoutSeconds = 5,
        FailureThreshold = 3,
    };

    private static ProbeV1 Probe(int port) => new()
    {
        TcpSocket = new() { Port = port },
        InitialDelaySeconds = 5,
        PeriodSeconds = 10,
        TimeoutSeconds = 5,
        FailureThreshold = 6,
    };

    private static string OrExternal(string key, string bundled)
    {
        var external = key switch
        {
            "ConnectionStrings__xenocrm" => "external.mongodb",
            "ConnectionStrings__redis" => "external.redis",
            _ => null,
        };

        // What begins with a condition is written as it stands, without quotes around it.
        return external is null
            ? bundled
            : $"{{{{ if .Values.{external} }}}}{{{{ .Values.{external} | quote }}}}{{{{ else }}}}\"{bundled}\"{{{{ end }}}}";
    }

    /// <summary>
    /// Each service would have a value of its own for the same secret, and an empty one would be taken. In the URL of a
    /// connection string it is encoded.
    /// </summary>
    private static string OneValueForAll(Match found)
    {
        var name = found.Groups["name"].Value;
        var owner = name switch
        {
            "webhook_secret" => "api",
            "mongo_password" => "mongo",
            "redis_password" => "redis",
            "dashboard_token" or "telemetry_key" => Dashboard,
            _ => "",
        };
        if (owner.Length == 0)
        {
            return found.Value;
        }

        var encoded = found.Groups["after"].Value == "@" ? " | urlquery" : "";
        var path = $"secrets.{owner}.{name}";
        return $"{{{{ required `{Published.HowToSet(path)}` .Values.{path}{encoded} }}}}{found.Groups["after"].Value}";
    }

    [GeneratedRegex(@"\{\{ \.Values\.secrets\.\w+\.(?<name>\w+) \}\}(?<after>@?)", RegexOptions.CultureInvariant)]
    private static partial Regex SecretValue();
}
