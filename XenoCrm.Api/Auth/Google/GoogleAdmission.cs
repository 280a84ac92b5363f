using System.Security.Claims;
using Microsoft.Extensions.Options;
using XenoCrm.Api.Access;
using XenoCrm.Api.Audit;
using XenoCrm.Core.People;

namespace XenoCrm.Api.Auth.Google;

/// <summary>Lets in whom the lists allow, by what the verified token says and by nothing else.</summary>
internal sealed class GoogleAdmission(
    IPersonStore people, IOptions<AuthOptions> options, Sessions sessions, AuditLog audit, TimeProvider time)
{
    /// <summary>The session's ticket.</summary>
    /// <exception cref="SignInRefusedException">They may not come in.</exception>
    public async Task<ClaimsPrincipal> AdmitAsync(GoogleAccount account, CancellationToken cancellationToken)
    {
        // An address that Google did not verify may be somebody else's: it is written down nowhere.
        if (!account.EmailVerified)
        {
            await audit.WriteAsync("an unverified address", "google:" + account.Subject, AuditAction.SignInRefused, null, "not verified");
            throw Refused(
                "not-verified",
                "Google has not verified this account's e-mail address. Verify it at Google, then sign in again at /auth/google.");
        }

        if (!options.Value.Allows(account.Email, account.Domain))
        {
            await audit.WriteAsync(account.Email, "google:" + account.Subject, AuditAction.SignInRefused, null, "not allowed");
            throw Refused(
                "not-allowed",
                "This Google account may not sign in here. Ask whoever runs this server to add it, or sign in with another one at "
                    + "/auth/google.");
        }

        var outcome = await people.SignInAsync(
            new SignIn
            {
                Via = SignInWays.ViaGoogle,
                Email = account.Email,
                Name = account.Name,
                Subject = account.Subject,
                Domain = account.Domain,
                Newcomer = options.Value.DefaultRole,
            },
            time.GetUtcNow(),
            cancellationToken);
        if (outcome.Status == SignInStatus.OtherAccount)
        {
            await audit.WriteAsync(
                account.Email, "google:" + account.Subject, AuditAction.SignInRefused, outcome.Person.Id, "another account");
            throw Refused(
                "other-account",
                "This address belonged to another Google account here. An admin must remove that person first; then sign in again at "
                    + "/auth/google.");
        }

        sessions.Forget(outcome.Person.Id);
        if (outcome.Status == SignInStatus.FirstTime)
        {
            await audit.WriteAsync(
                Sessions.Principal(outcome.Person), AuditAction.FirstSignIn, outcome.Person.Id, outcome.Person.Role.Word());
        }

        return await sessions.BeginAsync(outcome.Person, cancellationToken);
    }

    private static SignInRefusedException Refused(string reason, string message) => new(StatusCodes.Status403Forbidden, reason, message);
}
