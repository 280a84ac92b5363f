using System.Security.Claims;
using Microsoft.AspNetCore.Http.HttpResults;
using XenoCrm.Api.Overview;
using XenoCrm.Api.Pages.Home;
using XenoCrm.Api.Pages.Shell;
using XenoCrm.Api.Samples;

namespace XenoCrm.Api.Pages.Settings;

internal static class SystemPages
{
    public static void MapSystemPages(this IEndpointRouteBuilder settings) => settings.MapGet(SettingsPages.System, ShowAsync);

    private static async Task<RazorComponentResult> ShowAsync(
        ClaimsPrincipal admin, SystemService system, SampleShopService sample, CancellationToken cancellationToken) =>
        Show.Page<SystemPage, SystemModel>(new SystemModel(
            await system.ReadAsync(cancellationToken),
            new SampleShopModel(await sample.StatusAsync(cancellationToken), new Viewer(admin))));
}

public sealed record SystemModel(SystemReport Report, SampleShopModel Sample);
