namespace XenoCrm.AppHost.Publishing;

/// <summary>Without Aspire.Hosting.Docker there is no Compose file.</summary>
internal static class ComposeTarget
{
    public const string Name = "compose";

    /// <exception cref="StartFailure">Always.</exception>
    public static void AddCompose(this IDistributedApplicationBuilder builder) =>
        throw Published.NeedsPackage(Name, "Aspire.Hosting.Docker");

    public static IResourceBuilder<ProjectResource> PublishToCompose(this IResourceBuilder<ProjectResource> service, int replicas) =>
        service;
}
