using System.Text.RegularExpressions;
using Aspire.Hosting.Kubernetes;
using Aspire.Hosting.Kubernetes.Resources;

namespace XenoCrm.AppHost.Distributed;

/// <summary>What Aspire's Helm chart does not say by itself: see <see cref="Complete"/>.</summary>
internal static partial class KubernetesTarget
{
    public const string Name = "kubernetes";

    public static void AddKubernetes(this IDistributedApplicationBuilder builder) => builder.AddKubernetesEnvironment(Name)
        .WithHelm(helm => helm.WithChartName("xenocrm").WithChartDescription("XenoCrm: customers, segments, campaigns"))
        .WithProperties(kubernetes =>
        {
            // Without it a pod's data would go with the pod.
            kubernetes.DefaultStorageType = "pvc";
            kubernetes.DefaultStorageSize = "10Gi";
        });

    public static IResourceBuilder<T> PublishToKubernetes<T>(this IResourceBuilder<T> resource)
        where T : IComputeResource => resource.ApplicationBuilder.Configuration[Published.Target] == Name
            ? resource.PublishAsKubernetesService(Complete)
            : resource;

    private static void Complete(KubernetesResource resource)
    {
        var pod = resource.Workload!.PodTemplate.Spec;
        foreach (var probe in pod.Containers.SelectMany(container => (ProbeV1?[])[container.LivenessProbe, container.ReadinessProbe]).OfType<ProbeV1>())
        {
            // Written in small letters by Aspire 13.5, which the API server refuses.
            probe.HttpGet!.Scheme = probe.HttpGet.Scheme.ToUpperInvariant();
        }

        if (resource.Workload is Deployment)
        {
            // A service stops within 30 s; its image runs as user 1654, who owns what is mounted.
            pod.TerminationGracePeriodSeconds = 40;
            pod.SecurityContext = new() { RunAsNonRoot = true, FsGroup = 1654, FsGroupChangePolicy = "OnRootMismatch" };
        }

        foreach (var (name, value) in resource.Secret?.StringData.ToList() ?? [])
        {
            resource.Secret!.StringData[name] = SecretValue().Replace(value, OneValueForAll);
        }
    }

    /// <summary>
    /// Each service would have a value of its own for the same secret, and an empty one would be taken. In the URL of a
    /// connection string it is encoded.
    /// </summary>
    private static string OneValueForAll(Match found)
    {
        var (owner, name) = found.Groups["name"].Value switch
        {
            "webhook_secret" => ("api", "webhook_secret"),
            "mongo_password" => ("mongo", "mongo_password"),
            "redis_password" => ("redis", "redis_password"),
            _ => ("", ""),
        };
        if (name.Length == 0)
        {
            return found.Value;
        }

        var encoded = found.Groups["after"].Value == "@" ? " | urlquery" : "";
        return $"{{{{ required `{Published.HowToSet($"secrets.{owner}.{name}")}` .Values.secrets.{owner}.{name}{encoded} }}}}{found.Groups["after"].Value}";
    }

    [GeneratedRegex(@"\{\{ \.Values\.secrets\.\w+\.(?<name>\w+) \}\}(?<after>@?)", RegexOptions.CultureInvariant)]
    private static partial Regex SecretValue();
}
