using System.Security.Claims;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;
using XenoCrm.Api.Access;
using XenoCrm.Api.Http;
using XenoCrm.Api.Rows;
using XenoCrm.Core.Account;

namespace XenoCrm.Api.Suppressions;

/// <remarks>An address stands in a body always: what is in a path or a query ends in logs.</remarks>
internal static class SuppressionEndpoints
{
    private const int MaxBodyBytes = 16 * 1024;

    public static IServiceCollection AddSuppressions(this IServiceCollection services) => services.AddSingleton<SuppressionService>();

    public static IEndpointRouteBuilder MapSuppressions(this IEndpointRouteBuilder routes)
    {
        var suppressions = routes.MapGroup("/suppressions").WithTags("Suppressions");
        suppressions.MapGet("", ListAsync).RequirePermission(Permission.Read)
            .WithName("ListSuppressions").WithSummary("The addresses that are never written to, newest first, without the addresses.");
        suppressions.MapPost("", AddAsync).Takes<SuppressionRequest>().RequirePermission(Permission.Ingest)
            .WithName("AddSuppression").WithSummary("Puts an address on the suppression list. One that is there stays as it is.");
        suppressions.MapPost("/check", CheckAsync).Takes<AddressRequest>().RequirePermission(Permission.Read)
            .WithName("CheckSuppression").WithSummary("Whether an address is on the suppression list, and why.");
        suppressions.MapPost("/remove", RemoveAsync).Takes<AddressRequest>().RequirePermission(Permission.Administer)
            .ProducesProblem(StatusCodes.Status404NotFound)
            .WithName("RemoveSuppression").WithSummary("Takes an address off the suppression list.");
        return routes;
    }

    private static RouteHandlerBuilder Takes<T>(this RouteHandlerBuilder route)
        where T : notnull =>
        route.Accepts<T>(MediaTypes.Json).WithMetadata(new RequestSizeLimitAttribute(MaxBodyBytes))
            .ProducesProblem(StatusCodes.Status413PayloadTooLarge);

    private static async Task<Results<Ok<SuppressionResponse[]>, ValidationProblem>> ListAsync(
        int? limit, string? cursor, HttpContext http, SuppressionService suppressions, CancellationToken cancellationToken) =>
        Paging.Read(limit, cursor, out var problem) is { } page
            ? Paging.Answer(http, await suppressions.ListAsync(page, cancellationToken))
            : problem!;

    private static async Task<Results<Created<SuppressionResponse>, Ok<SuppressionResponse>, ValidationProblem>> AddAsync(
        HttpRequest request, ClaimsPrincipal person, SuppressionService suppressions, IOptions<AccountOptions> account,
        CancellationToken cancellationToken)
    {
        var (address, problem) = await ReadAsync(request, SuppressionInput.Csv.Members, account.Value, cancellationToken);
        if (address is null)
        {
            return problem!;
        }

        var (entry, isNew) = await suppressions.AddAsync(address, person, cancellationToken);
        return isNew ? TypedResults.Created((string?)null, entry) : TypedResults.Ok(entry);
    }

    private static async Task<Results<Ok<SuppressionCheck>, ValidationProblem>> CheckAsync(
        HttpRequest request, SuppressionService suppressions, IOptions<AccountOptions> account, CancellationToken cancellationToken)
    {
        var (address, problem) = await ReadAsync(request, [SuppressionInput.AddressField], account.Value, cancellationToken);
        if (address is null)
        {
            return problem!;
        }

        var entry = await suppressions.FindAsync(address, cancellationToken);
        return TypedResults.Ok(new SuppressionCheck(entry is not null, entry));
    }

    private static async Task<Results<NoContent, ValidationProblem, ProblemHttpResult>> RemoveAsync(
        HttpRequest request, ClaimsPrincipal person, SuppressionService suppressions, IOptions<AccountOptions> account,
        CancellationToken cancellationToken)
    {
        var (address, problem) = await ReadAsync(request, [SuppressionInput.AddressField], account.Value, cancellationToken);
        if (address is null)
        {
            return problem!;
        }

        return await suppressions.RemoveAsync(address, person, cancellationToken)
            ? TypedResults.NoContent()
            : TypedResults.Problem("This address is not on the suppression list.", statusCode: StatusCodes.Status404NotFound);
    }

    private static async Task<(SuppressionInput? Address, ValidationProblem? Problem)> ReadAsync(
        HttpRequest request, IReadOnlyCollection<string> members, AccountOptions account, CancellationToken cancellationToken)
    {
        using var json = await RowJson.ReadAsync(request, cancellationToken);
        var row = new JsonRowSource(json.RootElement, members);
        var address = SuppressionInput.Read(row, account.Country);
        return address is null ? (null, Problems.Invalid(row.Errors)) : (address, null);
    }
}
