using System.Security.Claims;
using Microsoft.AspNetCore.Http.HttpResults;
using XenoCrm.Api.Access;
using XenoCrm.Api.Http;

namespace XenoCrm.Api.Keys;

internal static class KeyEndpoints
{
    public static IEndpointRouteBuilder MapKeys(this IEndpointRouteBuilder routes)
    {
        var keys = routes.MapGroup("/keys").RequirePermission(Permission.Administer).WithTags("Keys");
        keys.MapGet("", ListAsync)
            .WithName("ListKeys").WithSummary("The API keys that were made here, newest first; never the keys themselves.");
        keys.MapPost("", CreateAsync).ProducesProblem(StatusCodes.Status409Conflict)
            .WithName("CreateKey").WithSummary("Makes an API key. The answer shows it, once.");
        keys.MapDelete("/{id}", RevokeAsync).ProducesProblem(StatusCodes.Status404NotFound)
            .WithName("RevokeKey").WithSummary("Ends a key.");
        return routes;
    }

    private static async Task<Results<Ok<KeyResponse[]>, ValidationProblem>> ListAsync(
        int? limit, string? cursor, HttpContext http, KeyService keys, CancellationToken cancellationToken) =>
        Paging.Read(limit, cursor, out var problem) is { } page
            ? Paging.Answer(http, await keys.ListAsync(page, cancellationToken))
            : problem!;

    private static async Task<Results<Created<NewKeyResponse>, ValidationProblem, ProblemHttpResult>> CreateAsync(
        KeyRequest request, ClaimsPrincipal admin, KeyService keys, CancellationToken cancellationToken)
    {
        var key = await keys.CreateAsync(request, admin, cancellationToken);
        return TypedResults.Created($"/keys/{key.Id}", key);
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> RevokeAsync(
        string id, ClaimsPrincipal admin, KeyService keys, CancellationToken cancellationToken) =>
        await keys.RevokeAsync(id, admin, cancellationToken) is null ? Problems.NotFound("key") : TypedResults.NoContent();
}
