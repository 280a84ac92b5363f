using System.Security.Claims;
using XenoCrm.Api.Access;
using XenoCrm.Api.Auth;

namespace XenoCrm.Api.Pages.Shell;

/// <summary>Who looks at a page, and what of it is for them. What is hidden here is refused by the route all the same.</summary>
public sealed record Viewer(ClaimsPrincipal Caller)
{
    public bool IsSignedIn => Caller.Identity?.IsAuthenticated == true;

    public string Email => Caller.Identity?.Name ?? "";

    public string Name => Caller.FindFirstValue(Sessions.DisplayNameClaim) ?? Email;

    public string Role => Caller.FindFirstValue(ClaimTypes.Role) ?? "key";

    public bool MaySend => May(Permission.Send);

    public bool MayIngest => May(Permission.Ingest);

    public bool MayAdminister => May(Permission.Administer);

    private bool May(string permission) => Caller.HasClaim(Permission.ClaimType, permission);
}
