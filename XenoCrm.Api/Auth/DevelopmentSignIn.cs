using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using XenoCrm.Api.Access;
using XenoCrm.Api.Audit;
using XenoCrm.Core.People;

namespace XenoCrm.Api.Auth;

/// <summary>Signs in under any address; in Development only, and only while Google is not configured.</summary>
internal sealed class DevelopmentSignIn(IPersonStore people, Sessions sessions, AuditLog audit, TimeProvider time)
{
    public async Task<ClaimsPrincipal> SignInAsync(HttpContext http, string email, Role role, CancellationToken cancellationToken)
    {
        var outcome = await people.SignInAsync(
            new SignIn { Via = SignInWays.ViaDevelopment, Email = email, Name = email, Fixed = role }, time.GetUtcNow(), cancellationToken);
        var person = Sessions.Principal(outcome.Person);
        sessions.Forget(outcome.Person.Id);
        if (outcome.Status == SignInStatus.FirstTime)
        {
            await audit.WriteAsync(person, AuditAction.FirstSignIn, outcome.Person.Id, outcome.Person.Role.Word());
        }

        var ticket = await sessions.BeginAsync(outcome.Person, cancellationToken);
        await http.SignInAsync(CookieAuthenticationDefaults.AuthenticationScheme, ticket);
        return person;
    }
}
