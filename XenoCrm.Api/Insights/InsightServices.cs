using XenoCrm.Api.Insights.BestTime;
using XenoCrm.Api.Insights.Campaigns;
using XenoCrm.Api.Insights.Fatigue;
using XenoCrm.Api.Insights.Lookalikes;

namespace XenoCrm.Api.Insights;

/// <summary>
/// What the data tell: when to send, how a campaign went, who is like whom. All of it is computed; a model may word a campaign's paragraph,
/// and no more.
/// </summary>
internal static class InsightServices
{
    public static IServiceCollection AddInsights(this IServiceCollection services)
    {
        services.AddSingleton<CampaignInsight>();
        services.AddSingleton<InsightWriter>();
        services.AddSingleton<InsightService>();
        services.AddSingleton<LookalikeFinder>();
        services.AddSingleton<LookalikeService>();
        services.AddSingleton<BestTimeService>();
        services.AddSingleton<FatigueService>();
        return services;
    }

    public static IEndpointRouteBuilder MapInsights(this IEndpointRouteBuilder routes)
    {
        routes.MapBestTime();
        routes.MapInsight();
        routes.MapLookalikes();
        routes.MapFatigue();
        return routes;
    }
}
