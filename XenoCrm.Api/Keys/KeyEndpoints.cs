using System.Security.Claims;
using Microsoft.AspNetCore.Http.HttpResults;
using XenoCrm.Api.Access;
using XenoCrm.Api.Audit;
using XenoCrm.Api.Http;
using XenoCrm.Core.Keys;

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
        int? limit, string? cursor, HttpContext http, IKeyStore keys, CancellationToken cancellationToken) =>
        Paging.Read(limit, cursor, out var problem) is { } page
            ? Paging.Answer(http, await keys.ListAsync(page, cancellationToken), KeyResponse.Of)
            : problem!;

    private static async Task<Results<Created<NewKeyResponse>, ValidationProblem, ProblemHttpResult>> CreateAsync(
        KeyRequest request,
        HttpContext http,
        ClaimsPrincipal admin,
        IKeyStore keys,
        KeyRing ring,
        AuditLog audit,
        TimeProvider time,
        CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (request.Scopes.FirstOrDefault(scope => !KeyRing.Scopes.Contains(scope)) is { } unknown)
        {
            return Problems.Invalid("scopes", $"'{unknown}' is no scope of a key. There are {string.Join(", ", KeyRing.Scopes)}.");
        }

        if (request.ExpiresAt <= now)
        {
            return Problems.Invalid("expiresAt", "The key would have expired already.");
        }

        var secret = KeySecret.Create();
        var key = new ApiKey
        {
            Id = Guid.CreateVersion7(now).ToString(),
            Name = request.Name,
            Hash = Convert.ToHexStringLower(KeySecret.Hash(secret)),
            Scopes = [.. request.Scopes.Distinct()],
            CreatedBy = admin.Identity?.Name ?? "",
            CreatedAt = now,
            ExpiresAt = request.ExpiresAt,
        };
        if (ring.IsConfigured(key.Name) || !await keys.AddAsync(key, cancellationToken))
        {
            return Problems.Conflict("There is a key of that name. Revoke it, or choose another name.");
        }

        await audit.WriteAsync(admin, AuditAction.KeyCreated, key.Id, $"{key.Name}: {string.Join(", ", key.Scopes)}");
        http.Response.Headers.CacheControl = "no-store";
        return TypedResults.Created($"/keys/{key.Id}", NewKeyResponse.Of(key, secret));
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> RevokeAsync(
        string id, ClaimsPrincipal admin, IKeyStore keys, KeyRing ring, AuditLog audit, CancellationToken cancellationToken)
    {
        if (await keys.RevokeAsync(id, cancellationToken) is not { } key)
        {
            return Problems.NotFound("key");
        }

        ring.Forget(key);
        await audit.WriteAsync(admin, AuditAction.KeyRevoked, key.Id, key.Name);
        return TypedResults.NoContent();
    }
}
