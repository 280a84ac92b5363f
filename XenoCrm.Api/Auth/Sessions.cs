using System.Buffers.Text;
using System.Security.Claims;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.Extensions.Options;
using XenoCrm.Api.Access;
using XenoCrm.Core.People;

namespace XenoCrm.Api.Auth;

/// <summary>
/// A session's cookie says which session it is and no more. Whether that has ended, who it is, what they may do and whether
/// they may still come in, is looked up with each request, so that a change takes effect on sessions that are open.
/// </summary>
internal sealed class Sessions(
    IPersonStore people,
    ISessionStore store,
    ShortCache<Person> knownPeople,
    ShortCache<Session> knownSessions,
    SignInWays ways,
    IOptions<AuthOptions> options,
    TimeProvider time)
{
    public const string ViaClaim = "via";
    public const string DisplayNameClaim = "display_name";

    /// <summary>A cookie is good for so long after its last use.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromDays(7);

    private const string SessionClaim = "session";

    // The store is told of a session's use once a day, so it keeps each a day longer than the cookie.
    private static readonly TimeSpan Slack = TimeSpan.FromDays(1);

    /// <summary>The person as a caller.</summary>
    public static ClaimsPrincipal Principal(Person person, string? sessionId = null) => Signed([
        new Claim(ClaimTypes.NameIdentifier, person.Id),
        new Claim(ClaimTypes.Name, person.Email),
        new Claim(ClaimTypes.Email, person.Email),
        new Claim(ClaimTypes.Role, person.Role.Word()),
        new Claim(DisplayNameClaim, person.Name),
        new Claim(ViaClaim, person.Via),
        .. sessionId is null ? [] : new[] { new Claim(SessionClaim, sessionId) },
        .. Permission.Claims(person.Role.Permissions())]);

    /// <summary>The id of a person who is signed in; null for a key.</summary>
    public static string? PersonOf(ClaimsPrincipal caller) =>
        caller.HasClaim(claim => claim.Type == SessionClaim) ? caller.FindFirstValue(ClaimTypes.NameIdentifier) : null;

    /// <summary>The cookie scheme's question for each request.</summary>
    public static async Task ValidateAsync(CookieValidatePrincipalContext context)
    {
        var sessions = context.HttpContext.RequestServices.GetRequiredService<Sessions>();
        var id = context.Principal?.FindFirstValue(SessionClaim);
        if (id is not null && await sessions.FindAsync(id, context.HttpContext.RequestAborted) is { } person)
        {
            context.ReplacePrincipal(Principal(person, id));
            return;
        }

        context.RejectPrincipal();
        await context.HttpContext.SignOutAsync(context.Scheme.Name);
    }

    /// <returns>What goes into the cookie.</returns>
    public async Task<ClaimsPrincipal> BeginAsync(Person person, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var session = new Session(Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(16)), person.Id, now, now + Lifetime + Slack);
        await store.BeginAsync(session, cancellationToken);
        return Signed(new Claim(SessionClaim, session.Id));
    }

    /// <summary>Ends the caller's session: here at once, at other replicas within the cache's five seconds. A key has none.</summary>
    public async Task SignOutAsync(HttpContext http, ClaimsPrincipal caller, CancellationToken cancellationToken)
    {
        if (caller.FindFirstValue(SessionClaim) is { } id)
        {
            await store.EndAsync(id, cancellationToken);
            knownSessions.Forget(id);
        }

        await http.SignOutAsync(CookieAuthenticationDefaults.AuthenticationScheme);
    }

    /// <summary>Here at once, at other replicas within the cache's five seconds.</summary>
    /// <returns>How many sessions the person had.</returns>
    public async Task<int> EndAllAsync(string personId, CancellationToken cancellationToken)
    {
        var ended = await store.EndAllAsync(personId, cancellationToken);
        knownSessions.ForgetAll();
        return ended;
    }

    /// <summary>After a person was changed: here at once, at other replicas within the cache's five seconds.</summary>
    public void Forget(string personId) => knownPeople.Forget(personId);

    /// <summary>Who has the caller's session; null once it has ended, and for a key.</summary>
    public async Task<Person?> FindAsync(ClaimsPrincipal caller, CancellationToken cancellationToken) =>
        caller.FindFirstValue(SessionClaim) is { } id ? await FindAsync(id, cancellationToken) : null;

    private async Task<Person?> FindAsync(string id, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var session = await knownSessions.GetAsync(id, (key, token) => store.FindAsync(key, now, token), cancellationToken);
        if (session is null)
        {
            return null;
        }

        if (session.ExpiresAt < now + Lifetime)
        {
            await store.ExtendAsync(id, now + Lifetime + Slack, cancellationToken);
            knownSessions.Forget(id);
        }

        var person = await knownPeople.GetAsync(session.PersonId, people.FindAsync, cancellationToken);
        return person is not null && IsWelcome(person) ? person : null;
    }

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
