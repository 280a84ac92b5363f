using XenoCrm.Api.Access;

namespace XenoCrm.Api.Pages.Settings;

internal static class SettingsPages
{
    public const string Path = "/app/settings";
    public const string People = $"{Path}/people";
    public const string Keys = $"{Path}/keys";
    public const string Audit = $"{Path}/audit";
    public const string Account = $"{Path}/account";
    public const string Suppressions = $"{Path}/suppressions";
    public const string System = $"{Path}/system";

    public static void MapSettings(this IEndpointRouteBuilder pages)
    {
        var settings = pages.MapGroup("").RequirePermission(Permission.Administer);
        settings.MapGet(Path, () => TypedResults.LocalRedirect(Account));
        settings.MapPeoplePages();
        settings.MapKeyPages();
        settings.MapAuditPages();
        settings.MapSystemPages();
        pages.MapAccountPages();
        pages.MapSuppressionPages();
    }
}
