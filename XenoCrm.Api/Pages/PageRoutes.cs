using XenoCrm.Api.Http;
using XenoCrm.Api.Pages.Calendar;
using XenoCrm.Api.Pages.Campaigns;
using XenoCrm.Api.Pages.Customers;
using XenoCrm.Api.Pages.Deliveries;
using XenoCrm.Api.Pages.Find;
using XenoCrm.Api.Pages.Home;
using XenoCrm.Api.Pages.Imports;
using XenoCrm.Api.Pages.NewCampaign;
using XenoCrm.Api.Pages.Segments;
using XenoCrm.Api.Pages.Settings;
using XenoCrm.Api.Pages.Shell;
using XenoCrm.Api.Pages.SignIn;
using XenoCrm.Api.Pages.Unsubscribe;

namespace XenoCrm.Api.Pages;

/// <summary>
/// The pages: what a person sees in a browser. A route here reads what a page shows, or does what its form asks for, by the same verbs
/// and under the same permission as the API's route beside it; a Razor component makes HTML of it, and nothing else.
/// </summary>
internal static class PageRoutes
{
    /// <summary>Before the conventions of the API: an error of a page is a page.</summary>
    public static IServiceCollection AddPages(this IServiceCollection services)
    {
        services.AddRazorComponents();
        services.AddHttpContextAccessor();
        services.AddSingleton<IProblemDetailsWriter, ErrorPageWriter>();
        services.AddSingleton<PageAssets>();
        services.AddSingleton<DraftDesk>();
        services.AddSingleton<CampaignDesk>();
        return services;
    }

    public static WebApplication MapPages(this WebApplication app)
    {
        // Else, in Development, each path that is no route would have one, for files that came after the build.
        app.Configuration["DisableStaticAssetNotFoundRuntimeFallback"] = "true";
        app.MapStaticAssets().AllowAnonymous().ExcludeFromDescription().DisableRateLimiting();
        var pages = app.MapGroup("").WithMetadata(new PageRoute()).ExcludeFromDescription().DisableAntiforgery();
        pages.MapHome();
        pages.MapSignIn();
        pages.MapFindPages();
        pages.MapCustomerPages();
        pages.MapImportPages();
        pages.MapCampaignPages();
        pages.MapCalendarPages();
        pages.MapNewCampaignPages();
        pages.MapSegmentPages();
        pages.MapDeliveryPages();
        pages.MapSettings();
        pages.MapUnsubscribe();
        return app;
    }
}
