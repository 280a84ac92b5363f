namespace XenoCrm.AppHost.Publishing;

/// <summary>Without Aspire.Hosting.Kubernetes there is no chart.</summary>
internal static class KubernetesTarget
{
    public const string Name = "kubernetes";

    /// <exception cref="StartFailure">Always.</exception>
    public static void AddKubernetes(this IDistributedApplicationBuilder builder) =>
        throw Published.NeedsPackage(Name, "Aspire.Hosting.Kubernetes");

    public static IResourceBuilder<T> PublishToKubernetes<T>(this IResourceBuilder<T> resource)
        where T : IComputeResource => resource;

    public static IResourceBuilder<ProjectResource> WithVolumePerReplica(this IResourceBuilder<ProjectResource> service, string volume) =>
        service;
}
