using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Infrastructure;
using Microsoft.OpenApi;
using XenoCrm.Api.Access;

namespace XenoCrm.Api.Http.Description;

/// <summary>An operation of the description beside the route that it describes.</summary>
internal sealed record Route(OpenApiDocument Document, string Path, HttpMethod Verb, OpenApiOperation Operation, IList<object> Metadata)
{
    /// <summary>Nobody need sign in.</summary>
    public bool IsOpen => Metadata.OfType<IAllowAnonymous>().Any();

    public bool IsSigned => Metadata.OfType<SignedRequest>().Any();

    /// <summary>Some who are signed in may not.</summary>
    public bool AsksPermission => Permissions.Any();

    /// <summary>No key may.</summary>
    public bool Administers => Permissions.Any() && Permissions.All(permission => permission == Permission.Administer);

    public bool Writes => Verb != HttpMethod.Get && Verb != HttpMethod.Head;

    public bool TakesBody => Operation.RequestBody is not null;

    private IEnumerable<string> Permissions => Metadata.OfType<AuthorizationPolicy>()
        .SelectMany(policy => policy.Requirements).OfType<ClaimsAuthorizationRequirement>().SelectMany(claim => claim.AllowedValues ?? []);
}
