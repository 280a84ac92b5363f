using System.Security.Claims;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;
using XenoCrm.Api.Access;
using XenoCrm.Api.Http;
using XenoCrm.Api.Imports;
using XenoCrm.Api.Pages.Shell;
using XenoCrm.Api.Rows.Csv;
using XenoCrm.Core;
using XenoCrm.Core.Imports;

namespace XenoCrm.Api.Pages.Imports;

internal static class ImportPages
{
    private const string Path = "/app/imports";
    private const string New = $"{Path}/new";
    private const string Customers = "customers";
    private const string Orders = "orders";

    public static void MapImportPages(this IEndpointRouteBuilder pages)
    {
        var limit = new RequestSizeLimitAttribute(pages.ServiceProvider.GetRequiredService<IOptions<ImportOptions>>().Value.MaxFileBytes);
        pages.MapGet(Path, ListAsync).RequirePermission(Permission.Read);
        pages.MapGet($"{Path}/newest", ListNewestAsync).RequirePermission(Permission.Read);
        pages.MapGet(New, Ask).RequirePermission(Permission.Ingest);
        pages.MapPost(New, ReceiveAsync).Accepts<IFormFile>(CsvUpload.MultipartType).WithMetadata(limit)
            .RequirePermission(Permission.Ingest);
        pages.MapGet($"{Path}/{{id}}", ShowAsync<ImportPage>).RequirePermission(Permission.Read);

        // The part of it that is read again while it runs.
        pages.MapGet($"{Path}/{{id}}/state", ShowAsync<ImportState>).RequirePermission(Permission.Read);
    }

    private static async Task<RazorComponentResult> ListAsync(
        [AsParameters] PagePlace place, ClaimsPrincipal person, ImportService imports, CancellationToken cancellationToken)
    {
        var page = await imports.ListAsync(place.Request(), cancellationToken);
        return Show.Page<ImportListPage, ImportListModel>(
            new ImportListModel(page.Items, place.In(Path, page.NextCursor), new Viewer(person).MayIngest));
    }

    // The part of the list that is read again while something runs.
    private static async Task<RazorComponentResult> ListNewestAsync(
        ImportService imports, CancellationToken cancellationToken) =>
        Show.Page<ImportTable, IReadOnlyList<ImportSummary>>(
            (await imports.ListAsync(new PageRequest(PageRequest.DefaultLimit, null), cancellationToken)).Items);

    private static RazorComponentResult Ask(string? kind, ImportService imports) =>
        Show.Page<NewImportPage, NewImportModel>(
            new NewImportModel(new ImportFields(imports.NewKey(), kind == Orders ? Orders : Customers, null, null, false), null));

    /// <summary>The fields come before the file, which is so read while it arrives, however large it is.</summary>
    private static async Task<Results<RedirectHttpResult, RazorComponentResult>> ReceiveAsync(
        HttpRequest request, ClaimsPrincipal person, ImportService imports, CancellationToken cancellationToken)
    {
        var form = new Dictionary<string, string>();
        try
        {
            var (file, encoding) = await CsvUpload.OpenFormAsync(request, form, cancellationToken);
            var fields = ImportFields.Of(form);
            var kind = fields.Kind == Orders ? ImportKind.Orders : ImportKind.Customers;
            var wishes = ImportWishes.Of(ImportService.LayoutOf(kind), fields.DryRun, fields.Columns, fields.Dates);
            var import = await imports.ReceiveAsync(kind, wishes with { Encoding = encoding }, file, fields.Key, person, cancellationToken);
            return TypedResults.LocalRedirect(Of(import.Id));
        }
        catch (CsvRefusedException e)
        {
            return Again(form, new ImportFault(e.Field == CsvRefusedException.WholeFile ? null : e.Field, e.Sentence), imports);
        }
        catch (RefusedRequestException e) when (e.StatusCode == StatusCodes.Status400BadRequest)
        {
            return Again(form, new ImportFault(e.Field, e.Message), imports);
        }
    }

    private static async Task<Results<RazorComponentResult, ProblemHttpResult>> ShowAsync<TPage>(
        string id, ClaimsPrincipal person, ImportService imports, CancellationToken cancellationToken)
        where TPage : PageOf<ImportModel>
    {
        var viewer = new Viewer(person);
        return await imports.FindAsync(id, cancellationToken) is { } import
            ? Show.Page<TPage, ImportModel>(new ImportModel(import, viewer.MayIngest, viewer.MaySend))
            : Problems.NotFound("import");
    }

    private static RazorComponentResult Again(Dictionary<string, string> form, ImportFault fault, ImportService imports) =>
        Show.Page<NewImportPage, NewImportModel>(
            new NewImportModel(ImportFields.Of(form) with { Key = imports.NewKey() }, fault), StatusCodes.Status400BadRequest);

    public static string Of(string id) => $"{Path}/{Uri.EscapeDataString(id)}";
}

public sealed record ImportListModel(IReadOnlyList<ImportSummary> Imports, PageTrail Trail, bool MayIngest)
{
    /// <summary>Whether there is something to watch: only the newest run.</summary>
    public bool IsLive => Trail.IsFirst && Imports.Any(import => import.Status == "running");
}

public sealed record ImportModel(ImportResponse Import, bool MayIngest, bool MaySend)
{
    public bool IsRunning => Import.Status == "running";
}

/// <param name="Fields">As they were typed.</param>
/// <param name="Fault">What was wrong with the last try.</param>
public sealed record NewImportModel(ImportFields Fields, ImportFault? Fault);

/// <param name="Key">Made when the form was rendered: two clicks are one import.</param>
/// <param name="Kind"><c>customers</c> or <c>orders</c>.</param>
/// <param name="Columns">The file's names for ours: <c>E-Mail:email,Ort:city</c>.</param>
/// <param name="Dates"><c>dmy</c> or <c>mdy</c>.</param>
public sealed record ImportFields(string? Key, string Kind, string? Columns, string? Dates, bool DryRun)
{
    internal static ImportFields Of(IReadOnlyDictionary<string, string> form) => new(
        form.GetValueOrDefault("key"),
        form.GetValueOrDefault("kind") == "orders" ? "orders" : "customers",
        form.GetValueOrDefault("columns"),
        form.GetValueOrDefault("dates"),
        form.GetValueOrDefault("dryRun") == "true");
}

/// <param name="Field">A field of the form, or a column of the file; null for the file as such.</param>
public sealed record ImportFault(string? Field, string Message);
