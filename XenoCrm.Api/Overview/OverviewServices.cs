namespace XenoCrm.Api.Overview;

internal static class OverviewServices
{
    public static IServiceCollection AddOverview(this IServiceCollection services) =>
        services.AddSingleton<OverviewService>().AddSingleton<SystemService>();
}
