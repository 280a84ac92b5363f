using System.Security.Claims;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;
using XenoCrm.Api.Access;
using XenoCrm.Api.Http;
using XenoCrm.Api.Rows.Csv;
using XenoCrm.Core.Imports;
using XenoCrm.ServiceDefaults;

namespace XenoCrm.Api.Imports;

internal static class ImportEndpoints
{
    public static IServiceCollection AddImports(this IServiceCollection services)
    {
        services.AddOptions<ImportOptions>().BindConfiguration(ImportOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<CustomerIntake>();
        services.AddSingleton<OrderIntake>();
        services.AddSingleton<SuppressionIntake>();
        services.AddSingleton<ImportQueue>();
        services.AddSingleton(provider => ActivatorUtilities.CreateInstance<ImportSpool>(
            provider, Path.Combine(LocalEnvironment.DataFolder(provider.GetRequiredService<IConfiguration>()), "imports")));
        services.AddSingleton<ImportService>();
        services.AddHostedService<ImportRunner>();
        return services;
    }

    public static IEndpointRouteBuilder MapImports(this IEndpointRouteBuilder routes)
    {
        var limit = new RequestSizeLimitAttribute(routes.ServiceProvider.GetRequiredService<IOptions<ImportOptions>>().Value.MaxFileBytes);
        var imports = routes.MapGroup("").WithTags("Imports");
        imports.MapPost("/customers/import", ImportCustomers).TakesCsv(limit).RequirePermission(Permission.Ingest)
            .WithName("ImportCustomers").WithSummary("Imports customers from a CSV file with a header row, as multipart or raw.");
        imports.MapPost("/orders/import", ImportOrders).TakesCsv(limit).RequirePermission(Permission.Ingest)
            .WithName("ImportOrders").WithSummary("Imports orders from a CSV file with a header row, as multipart or raw.");
        imports.MapPost("/suppressions/import", ImportSuppressions).TakesCsv(limit).RequirePermission(Permission.Ingest)
            .WithName("ImportSuppressions")
            .WithSummary("Puts the addresses of a CSV file with a header row on the suppression list, as multipart or raw.");
        imports.MapGet("/imports", ListAsync).RequirePermission(Permission.Read, Permission.Ingest)
            .WithName("ListImports").WithSummary("All imports, newest first.");
        imports.MapGet("/imports/{id}", Find)
            .RequirePermission(Permission.Read, Permission.Ingest)
            .ProducesProblem(StatusCodes.Status404NotFound)
            .WithName("GetImport").WithSummary("How far an import is, and which rows it rejected.");
        imports.MapImportRejections();
        return routes;
    }

    private static RouteHandlerBuilder TakesCsv(this RouteHandlerBuilder route, RequestSizeLimitAttribute limit) =>
        route.Accepts<IFormFile>(CsvUpload.MultipartType, CsvUpload.CsvType).WithMetadata(limit, new TakesGzip())
            .ProducesProblem(StatusCodes.Status413PayloadTooLarge);

    private static Task<Results<Accepted<ImportStarted>, ValidationProblem>> ImportCustomers(
        HttpRequest request, bool? dryRun, string? columns, string? dates, ClaimsPrincipal person, ImportService imports,
        CancellationToken cancellationToken) =>
        ImportAsync(ImportKind.Customers, request, dryRun, columns, dates, person, imports, cancellationToken);

    private static Task<Results<Accepted<ImportStarted>, ValidationProblem>> ImportOrders(
        HttpRequest request, bool? dryRun, string? columns, string? dates, ClaimsPrincipal person, ImportService imports,
        CancellationToken cancellationToken) =>
        ImportAsync(ImportKind.Orders, request, dryRun, columns, dates, person, imports, cancellationToken);

    private static Task<Results<Accepted<ImportStarted>, ValidationProblem>> ImportSuppressions(
        HttpRequest request, bool? dryRun, string? columns, ClaimsPrincipal person, ImportService imports,
        CancellationToken cancellationToken) =>
        ImportAsync(ImportKind.Suppressions, request, dryRun, columns, null, person, imports, cancellationToken);

    private static async Task<Results<Accepted<ImportStarted>, ValidationProblem>> ImportAsync(
        ImportKind kind, HttpRequest request, bool? dryRun, string? columns, string? dates, ClaimsPrincipal person, ImportService imports,
        CancellationToken cancellationToken)
    {
        var wishes = ImportWishes.Read(request, ImportService.LayoutOf(kind), dryRun, columns, dates);
        try
        {
            var (file, encoding) = await CsvUpload.OpenAsync(request, cancellationToken);
            var import = await imports.ReceiveAsync(kind, wishes with { Encoding = encoding }, file, null, person, cancellationToken);
            return TypedResults.Accepted($"/imports/{import.Id}", ImportStarted.Of(import));
        }
        catch (CsvRefusedException e)
        {
            return TypedResults.ValidationProblem(
                new Dictionary<string, string[]> { [e.Field] = [e.Sentence] },
                detail: "The file was not imported, no row of it.",
                extensions: e.Line is null ? null : [new("line", e.Line)]);
        }
    }

    private static async Task<Results<Ok<ImportSummary[]>, ValidationProblem>> ListAsync(
        int? limit, string? cursor, HttpContext http, ImportService imports, CancellationToken cancellationToken) =>
        Paging.Read(limit, cursor, out var problem) is { } page
            ? Paging.Answer(http, await imports.ListAsync(page, cancellationToken))
            : problem!;

    private static async Task<Results<Ok<ImportResponse>, ProblemHttpResult>> Find(
        string id, ImportService imports, CancellationToken cancellationToken) =>
        await imports.FindAsync(id, cancellationToken) is { } import
            ? TypedResults.Ok(import)
            : Problems.NotFound("import");
}
