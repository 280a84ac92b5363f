using XenoCrm.Api.Access;
using XenoCrm.Api.Keys;

namespace XenoCrm.Api.Auth;

internal sealed class CallerStanding(Sessions sessions, KeyRing keys) : ICallerStanding
{
    public async Task<bool> MayStillAsync(HttpContext http, string permission, CancellationToken cancellationToken)
    {
        if (ApiKeyHandler.SecretOf(http.Request) is { } secret)
        {
            return await keys.FindAsync(secret, cancellationToken) is { } key && key.Scopes.Contains(permission);
        }

        return await sessions.FindAsync(http.User, cancellationToken) is { } person && person.Role.Permissions().Contains(permission);
    }
}
