using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.DataProtection.Repositories;
using XenoCrm.Api.Access;
using XenoCrm.Api.Auth.Google;
using XenoCrm.Api.Http;
using XenoCrm.Api.Keys;

namespace XenoCrm.Api.Auth;

/// <summary>
/// People sign in and hold a cookie; programs bring an API key. Whatever does not allow anonymous callers needs one of the two.
/// </summary>
internal static class AuthExtensions
{
    private const string CookieOrKey = "CookieOrKey";

    public static WebApplicationBuilder AddXenoAuth(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddOptions<AuthOptions>().BindConfiguration(AuthOptions.Section).ValidateDataAnnotations().ValidateOnStart();

        // In the store, so that sessions survive a restart and are good at every replica.
        services.AddDataProtection().SetApplicationName("XenoCrm");
        services.AddOptions<KeyManagementOptions>().Configure<IXmlRepository>((keys, store) => keys.XmlRepository = store);

        var google = builder.AddGoogleSettings();
        services.AddSingleton(SignInWays.Of(google, builder.Environment));
        services.AddSingleton<Sessions>();
        services.AddSingleton<ICallerStanding, CallerStanding>();
        services.AddSingleton<DevelopmentSignIn>();
        services.AddHostedService<SignInNotice>();

        var secure = builder.Environment.IsDevelopment() ? CookieSecurePolicy.SameAsRequest : CookieSecurePolicy.Always;
        var authentication = services
            .AddAuthentication(CookieOrKey)
            .AddPolicyScheme(CookieOrKey, null, scheme => scheme.ForwardDefaultSelector = http =>
                http.Request.Headers.ContainsKey("Authorization")
                    ? ApiKeyHandler.SchemeName
                    : CookieAuthenticationDefaults.AuthenticationScheme)
            .AddScheme<ApiKeySchemeOptions, ApiKeyHandler>(ApiKeyHandler.SchemeName, null)
            .AddCookie(cookie =>
            {
                // A browser takes a name with this prefix from this very host only, over TLS, for all paths.
                cookie.Cookie.Name = secure == CookieSecurePolicy.Always ? "__Host-xenocrm" : "xenocrm";
                cookie.Cookie.Path = "/";
                cookie.Cookie.HttpOnly = true;
                cookie.Cookie.SameSite = SameSiteMode.Lax;
                cookie.Cookie.SecurePolicy = secure;
                cookie.SlidingExpiration = true;
                cookie.ExpireTimeSpan = Sessions.Lifetime;

                // A person is asked who they are; a program is told that it has to say so.
                cookie.Events.OnRedirectToLogin = context => PageRoute.IsAsked(context.HttpContext)
                    ? SendToSignIn(context.HttpContext)
                    : Answer(context.HttpContext, StatusCodes.Status401Unauthorized);
                cookie.Events.OnRedirectToAccessDenied = context => Answer(context.HttpContext, StatusCodes.Status403Forbidden);
                cookie.Events.OnValidatePrincipal = Sessions.ValidateAsync;
            });
        if (google.IsConfigured)
        {
            authentication.AddGoogleSignIn(google, secure);
        }

        services.AddAuthorizationBuilder()
            .SetFallbackPolicy(new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build());
        return builder;
    }

    private static Task SendToSignIn(HttpContext http)
    {
        http.Response.Redirect(PageRoute.SignInFor(http.Request));
        return Task.CompletedTask;
    }

    private static Task Answer(HttpContext http, int status)
    {
        http.Response.StatusCode = status;
        return Task.CompletedTask;
    }
}
