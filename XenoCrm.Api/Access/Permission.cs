using System.Security.Claims;
using Microsoft.AspNetCore.Authorization;

namespace XenoCrm.Api.Access;

/// <summary>What a caller may do. A person's role and a key's scopes grant some of these; each route asks for one.</summary>
internal static class Permission
{
    /// <summary>The claim that a caller has once for each permission.</summary>
    public const string ClaimType = "permission";

    /// <summary>To look at customers, segments, campaigns and their logs.</summary>
    public const string Read = "read";

    /// <summary>To bring customers and orders in.</summary>
    public const string Ingest = "ingest";

    /// <summary>To create segments, and to start and steer campaigns.</summary>
    public const string Send = "send";

    /// <summary>To manage people and keys, and to erase customers.</summary>
    public const string Administer = "administer";

    public static IReadOnlyList<string> All { get; } = [Read, Ingest, Send, Administer];

    public static IEnumerable<Claim> Claims(IEnumerable<string> permissions) =>
        permissions.Select(permission => new Claim(ClaimType, permission));

    /// <summary>The route is for callers who have any one of these permissions; others are answered 401 or 403.</summary>
    public static TBuilder RequirePermission<TBuilder>(this TBuilder route, params string[] anyOf)
        where TBuilder : IEndpointConventionBuilder =>
        route.RequireAuthorization(new AuthorizationPolicyBuilder().RequireAuthenticatedUser().RequireClaim(ClaimType, anyOf).Build());
}
