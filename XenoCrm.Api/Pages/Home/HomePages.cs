using System.Security.Claims;
using Microsoft.AspNetCore.Http.HttpResults;
using XenoCrm.Api.Access;
using XenoCrm.Api.Auth;
using XenoCrm.Api.Campaigns;
using XenoCrm.Api.Imports;
using XenoCrm.Api.Overview;
using XenoCrm.Api.Pages.Shell;
using XenoCrm.Api.Pages.SignIn;
using XenoCrm.Api.Receipts;
using XenoCrm.Api.Samples;
using XenoCrm.Core.Segments;

namespace XenoCrm.Api.Pages.Home;

internal static class HomePages
{
    public const string SampleShop = "/app/sample-shop";

    public static void MapHome(this IEndpointRouteBuilder pages)
    {
        // Open to all: whoever is nobody is told what this is and asked to sign in.
        pages.MapGet("/", ShowAsync).AllowAnonymous();
        pages.MapGet("/app/home", ShowNowAsync).RequirePermission(Permission.Read);
        pages.MapGet(SampleShop, ShowSampleAsync).RequirePermission(Permission.Read);
        pages.MapPost(SampleShop, LoadSampleAsync).RequirePermission(Permission.Ingest);
        pages.MapPost($"{SampleShop}/remove", RemoveSampleAsync).RequirePermission(Permission.Administer);
    }

    private static async Task<IResult> ShowAsync(
        ClaimsPrincipal person, SignInWays ways, OverviewService overview, SampleShopService sample, TimeProvider time,
        CancellationToken cancellationToken) =>
        person.HasClaim(Permission.ClaimType, Permission.Read)
            ? Show.Page<HomePage, HomeModel>(await ReadAsync(person, overview, sample, time, cancellationToken))
            : SignInPages.Ask(null, ways);

    /// <summary>What of the page changes while it is open.</summary>
    private static async Task<RazorComponentResult> ShowNowAsync(
        ClaimsPrincipal person, OverviewService overview, SampleShopService sample, TimeProvider time,
        CancellationToken cancellationToken) =>
        Show.Page<HomeContent, HomeModel>(await ReadAsync(person, overview, sample, time, cancellationToken));

    private static async Task<RazorComponentResult> ShowSampleAsync(
        ClaimsPrincipal person, SampleShopService sample, CancellationToken cancellationToken) =>
        Show.Page<SampleShopProgress, SampleShopModel>(
            new SampleShopModel(await sample.StatusAsync(cancellationToken), new Viewer(person)));

    private static async Task<RedirectHttpResult> LoadSampleAsync(
        ClaimsPrincipal person, SampleShopService sample, CancellationToken cancellationToken)
    {
        await sample.LoadAsync(person, cancellationToken);
        return TypedResults.LocalRedirect("/");
    }

    private static async Task<RedirectHttpResult> RemoveSampleAsync(
        ClaimsPrincipal person, SampleShopService sample, CancellationToken cancellationToken)
    {
        await sample.RemoveAsync(person, cancellationToken);
        return TypedResults.LocalRedirect("/");
    }

    private static async Task<HomeModel> ReadAsync(
        ClaimsPrincipal person, OverviewService overview, SampleShopService sample, TimeProvider time,
        CancellationToken cancellationToken)
    {
        var everybody = overview.EverybodyAsync(cancellationToken);
        var campaigns = overview.CampaignsAsync(cancellationToken);
        var imports = overview.ImportsAsync(cancellationToken);
        var backlog = overview.BacklogAsync(cancellationToken);
        var shop = sample.StatusAsync(cancellationToken);
        await Task.WhenAll(everybody, campaigns, imports, backlog, shop);
        var model = new HomeModel(
            await everybody, await campaigns, await imports, await backlog, overview.VendorOutage(),
            new SampleShopModel(await shop, new Viewer(person)), new Viewer(person), time.GetUtcNow());
        if (model is { Campaigns: not null, Everybody: not null })
        {
            return model with { IsFirstRun = model.Campaigns.Newest.Count == 0, HasAnyCustomer = model.Everybody.Matching > 0 };
        }

        // Figures may be on their way; what the page is about is decided before it is shown.
        var (anyCampaign, anyCustomer) = await overview.LookForAnyAsync(cancellationToken);
        return model with { IsFirstRun = !anyCampaign, HasAnyCustomer = anyCustomer };
    }
}

/// <param name="Everybody">Null while they are counted for the first time.</param>
/// <param name="Campaigns">Null while they are read for the first time.</param>
/// <param name="Imports">Those under way.</param>
/// <param name="Backlog">Null while the stream cannot be reached.</param>
/// <param name="Outage">While the vendor is away.</param>
/// <param name="Now">When the page was made.</param>
public sealed record HomeModel(
    AudienceCount? Everybody,
    CampaignFigures? Campaigns,
    IReadOnlyList<ImportSummary> Imports,
    BacklogResponse? Backlog,
    WaitingResponse? Outage,
    SampleShopModel Sample,
    Viewer Viewer,
    DateTimeOffset Now)
{
    /// <summary>Nothing was ever sent: what to do is said step by step.</summary>
    public bool IsFirstRun { get; init; }

    /// <summary>Those of the sample shop included.</summary>
    public bool HasAnyCustomer { get; init; }
}

public sealed record SampleShopModel(SampleShopStatus Status, Viewer Viewer);
