using System.Security.Claims;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;
using XenoCrm.Api.Access;
using XenoCrm.Api.Http;
using XenoCrm.Api.Imports;
using XenoCrm.Api.Pages.Imports;
using XenoCrm.Api.Pages.Shell;
using XenoCrm.Api.Rows.Csv;
using XenoCrm.Api.Suppressions;
using XenoCrm.Core.Account;
using XenoCrm.Core.Imports;

namespace XenoCrm.Api.Pages.Settings;

/// <remarks>A part of the settings that is for everybody. An address is in no address of a page.</remarks>
internal static class SuppressionPages
{
    public static void MapSuppressionPages(this IEndpointRouteBuilder pages)
    {
        const string path = SettingsPages.Suppressions;
        var limit = new RequestSizeLimitAttribute(pages.ServiceProvider.GetRequiredService<IOptions<ImportOptions>>().Value.MaxFileBytes);
        pages.MapGet(path, ShowAsync).RequirePermission(Permission.Read);
        pages.MapPost(path, AddAsync).RequirePermission(Permission.Ingest);
        pages.MapPost($"{path}/check", CheckAsync).RequirePermission(Permission.Read);
        pages.MapPost($"{path}/remove", RemoveAsync).RequirePermission(Permission.Administer);
        pages.MapPost($"{path}/import", ImportAsync).Accepts<IFormFile>(CsvUpload.MultipartType).WithMetadata(limit)
            .RequirePermission(Permission.Ingest);
    }

    private static Task<RazorComponentResult> ShowAsync(
        [AsParameters] PagePlace place, ClaimsPrincipal person, SuppressionService suppressions, CancellationToken cancellationToken) =>
        PageAsync(SuppressionForm.Empty, place, person, suppressions, cancellationToken);

    private static async Task<RazorComponentResult> PageAsync(
        SuppressionForm form, PagePlace place, ClaimsPrincipal person, SuppressionService suppressions, CancellationToken cancellationToken)
    {
        var page = await suppressions.ListAsync(place.Request(), cancellationToken);
        var count = await suppressions.CountAsync(cancellationToken);
        return Show.Page<SuppressionsPage, SuppressionsModel>(
            new SuppressionsModel(page.Items, count, place.In(SettingsPages.Suppressions, page.NextCursor), form, new Viewer(person)),
            form.Fault is null ? StatusCodes.Status200OK : StatusCodes.Status400BadRequest);
    }

    private static async Task<RazorComponentResult> AddAsync(
        [FromForm] string? address, [FromForm] string? reason, ClaimsPrincipal person, SuppressionService suppressions,
        IOptions<AccountOptions> account, CancellationToken cancellationToken)
    {
        var form = SuppressionForm.Empty with { Step = "add", Address = address?.Trim() ?? "", Reason = reason };
        if (SuppressionInput.Read(form.Address, reason, account.Value.Country, out var fault) is { } input)
        {
            var (entry, isNew) = await suppressions.AddAsync(input, person, cancellationToken);
            form = form with { Entry = entry, Told = isNew ? "is on the list from now on" : "was on the list already" };
        }

        return await PageAsync(form with { Fault = fault }, PagePlace.First, person, suppressions, cancellationToken);
    }

    private static async Task<RazorComponentResult> CheckAsync(
        [FromForm] string? address, ClaimsPrincipal person, SuppressionService suppressions, IOptions<AccountOptions> account,
        CancellationToken cancellationToken)
    {
        var form = SuppressionForm.Empty with { Step = "check", Address = address?.Trim() ?? "" };
        if (SuppressionInput.Read(form.Address, null, account.Value.Country, out var fault) is { } input)
        {
            var entry = await suppressions.FindAsync(input, cancellationToken);
            form = form with { Entry = entry, Told = entry is null ? "is not on the list" : "is on the list" };
        }

        return await PageAsync(form with { Fault = fault }, PagePlace.First, person, suppressions, cancellationToken);
    }

    private static async Task<RazorComponentResult> RemoveAsync(
        [FromForm] string? address, ClaimsPrincipal admin, SuppressionService suppressions, IOptions<AccountOptions> account,
        CancellationToken cancellationToken)
    {
        var form = SuppressionForm.Empty with { Step = "check", Address = address?.Trim() ?? "" };
        if (SuppressionInput.Read(form.Address, null, account.Value.Country, out var fault) is { } input)
        {
            var isRemoved = await suppressions.RemoveAsync(input, admin, cancellationToken);
            form = form with { Told = isRemoved ? "is taken off the list" : "is not on the list" };
        }

        return await PageAsync(form with { Fault = fault }, PagePlace.First, admin, suppressions, cancellationToken);
    }

    private static async Task<Results<RedirectHttpResult, RazorComponentResult>> ImportAsync(
        HttpRequest request, ClaimsPrincipal person, ImportService imports, SuppressionService suppressions,
        CancellationToken cancellationToken)
    {
        try
        {
            var (file, encoding) = await CsvUpload.OpenFormAsync(request, new Dictionary<string, string>(), cancellationToken);
            var wishes = ImportWishes.Of(SuppressionInput.Csv, dryRun: false, null, null) with { Encoding = encoding };

            // Twice the same is the same list.
            var import = await imports.ReceiveAsync(ImportKind.Suppressions, wishes, file, null, person, cancellationToken);
            return TypedResults.LocalRedirect(ImportPages.Of(import.Id));
        }
        catch (CsvRefusedException e)
        {
            var fault = e.Field switch
            {
                CsvRefusedException.WholeFile => e.Sentence,
                SuppressionInput.AddressField => "The file needs one column that is called address, with the addresses in it.",
                var column => $"{column}: {e.Sentence}",
            };
            var form = SuppressionForm.Empty with { Step = "import", Fault = fault };
            return await PageAsync(form, PagePlace.First, person, suppressions, cancellationToken);
        }
    }
}

/// <param name="Count">How many addresses are on the list.</param>
/// <param name="Form">What has just been done.</param>
public sealed record SuppressionsModel(
    IReadOnlyList<SuppressionResponse> Entries, long Count, PageTrail Trail, SuppressionForm Form, Viewer Viewer);

/// <param name="Step"><c>check</c>, <c>add</c> or <c>import</c>; empty where nothing was done.</param>
/// <param name="Address">As it was typed.</param>
/// <param name="Told">What came of it, after the address.</param>
/// <param name="Entry">The address's; null if it is not on the list.</param>
/// <param name="Fault">What was wrong with it.</param>
public sealed record SuppressionForm(
    string Step, string Address, string? Reason, string? Told, SuppressionResponse? Entry, string? Fault)
{
    internal static readonly SuppressionForm Empty = new("", "", null, null, null, null);
}
