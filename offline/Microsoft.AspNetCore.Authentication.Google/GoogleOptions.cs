using Microsoft.AspNetCore.Authentication.OAuth;

namespace Microsoft.AspNetCore.Authentication.Google;

internal static class GoogleDefaults
{
    public const string AuthenticationScheme = "Google";
}

/// <summary>Google's addresses, and what we ask it for.</summary>
internal sealed class GoogleOptions : OAuthOptions
{
    public GoogleOptions()
    {
        AuthorizationEndpoint = "https://accounts.google.com/o/oauth2/v2/auth";
        TokenEndpoint = "https://oauth2.googleapis.com/token";
        UserInformationEndpoint = "https://www.googleapis.com/oauth2/v3/userinfo";
        foreach (var scope in (string[])["openid", "profile", "email"])
        {
            Scope.Add(scope);
        }
    }
}
