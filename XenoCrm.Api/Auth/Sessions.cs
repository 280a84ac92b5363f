using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.Extensions.Options;
using XenoCrm.Data.People;

namespace XenoCrm.Api.Auth;

/// <summary>
/// A session's cookie says who it is and no more. What they may do, and whether they may still come in, is looked up with
/// each request, so that a change takes effect on sessions that are open.
/// </summary>
internal sealed class Sessions(IPersonStore people, SignInWays ways, IOptions<AuthOptions> options, TimeProvider clock)
{
    public const string ViaClaim = "via";
    public const string DisplayNameClaim = "display_name";

    private readonly ShortCache<Person> cache = new(clock);

    /// <summary>What goes into the cookie.</summary>
    public static ClaimsPrincipal Ticket(Person person) =>
        Signed(new Claim(ClaimTypes.NameIdentifier, person.Id));

    /// <summary>The person as a caller.</summary>
    public static ClaimsPrincipal Principal(Person person) => Signed([
        new Claim(ClaimTypes.NameIdentifier, person.Id),
        new Claim(ClaimTypes.Name, person.Email),
        new Claim(ClaimTypes.Email, person.Email),
        new Claim(ClaimTypes.Role, person.Role.Word()),
        new Claim(DisplayNameClaim, person.Name),
        new Claim(ViaClaim, person.Via),
        .. Permission.Claims(person.Role.Permissions())]);

    /// <summary>The cookie scheme's question for each request.</summary>
    public static async Task ValidateAsync(CookieValidatePrincipalContext context)
    {
        var sessions = context.HttpContext.RequestServices.GetRequiredService<Sessions>();
        var id = context.Principal?.FindFirstValue(ClaimTypes.NameIdentifier);
        if (id is not null && await sessions.FindAsync(id, context.HttpContext.RequestAborted) is { } person)
        {
            context.ReplacePrincipal(Principal(person));
            return;
        }

        context.RejectPrincipal();
        await context.HttpContext.SignOutAsync(context.Scheme.Name);
    }

    /// <summary>After a person was changed: here at once, at other replicas within the cache's five seconds.</summary>
    public void Forget(string id) => cache.Forget(id);

    private async Task<Person?> FindAsync(string id, CancellationToken cancellationToken) =>
        await cache.GetAsync(id, people.FindAsync, cancellationToken) is { } person && IsWelcome(person) ? person : null;

    // A session from Development, or of somebody who was taken off the list, is none.
    private bool IsWelcome(Person person) => person.Via switch
    {
        SignInWays.ViaDevelopment => ways.Development,
        SignInWays.ViaGoogle => ways.Google && options.Value.Allows(person.Email, person.Domain),
        _ => false,
    };

    private static ClaimsPrincipal Signed(params IEnumerable<Claim> claims) =>
        new(new ClaimsIdentity(claims, CookieAuthenticationDefaults.AuthenticationScheme));
}
