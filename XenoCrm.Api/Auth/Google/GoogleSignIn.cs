using System.Buffers.Text;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authentication.Google;
using Microsoft.AspNetCore.Authentication.OAuth;
using Microsoft.AspNetCore.WebUtilities;

namespace XenoCrm.Api.Auth.Google;

/// <summary>
/// The code flow with Google: state and correlation cookie, PKCE and nonce on the way out; on the way back the ID token says
/// who it is. How it may fail, <see cref="GoogleFailures"/> says.
/// </summary>
internal static class GoogleSignIn
{
    public const string Scheme = GoogleDefaults.AuthenticationScheme;
    public const string CallbackPath = "/auth/google/callback";

    /// <summary>The HTTP client that asks Google.</summary>
    public const string Backchannel = "google";

    private const string Nonce = "nonce";

    /// <summary>
    /// A sign-in that ends at <paramref name="localUrl"/>. The nonce travels sealed in the state, and comes back in the token.
    /// </summary>
    public static AuthenticationProperties Begin(string localUrl) => new()
    {
        RedirectUri = localUrl,
        Items = { [Nonce] = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(16)) },
    };

    public static GoogleSettings AddGoogleSettings(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<GoogleSettings>().BindConfiguration(GoogleSettings.Section).ValidateDataAnnotations().ValidateOnStart();
        return builder.Configuration.GetSection(GoogleSettings.Section).Get<GoogleSettings>() ?? new GoogleSettings();
    }

    public static AuthenticationBuilder AddGoogleSignIn(
        this AuthenticationBuilder authentication, GoogleSettings settings, CookieSecurePolicy secure)
    {
        authentication.Services.AddSingleton<GoogleAdmission>();
        authentication.Services.AddSingleton<GoogleIdTokens>();
        authentication.Services
            .AddHttpClient(Backchannel, client =>
            {
                client.Timeout = TimeSpan.FromSeconds(15);
                client.MaxResponseContentBufferSize = 1024 * 1024;
            })
            .AddHttpMessageHandler(() => new ServerErrorHandler());
        authentication.Services.AddOptions<GoogleOptions>(Scheme)
            .Configure<IHttpClientFactory>((google, clients) => google.Backchannel = clients.CreateClient(Backchannel));
        return authentication.AddGoogle(google =>
        {
            google.ClientId = settings.ClientId ?? "";
            google.ClientSecret = settings.ClientSecret ?? "";
            google.AuthorizationEndpoint = settings.AuthorizationEndpoint?.AbsoluteUri ?? google.AuthorizationEndpoint;
            google.TokenEndpoint = settings.TokenEndpoint?.AbsoluteUri ?? google.TokenEndpoint;
            google.UserInformationEndpoint = settings.UserInformationEndpoint?.AbsoluteUri ?? google.UserInformationEndpoint;
            google.CallbackPath = CallbackPath;
            google.SignInScheme = CookieAuthenticationDefaults.AuthenticationScheme;
            google.UsePkce = true;

            // It comes back with a plain link from Google, which Lax lets through.
            google.CorrelationCookie.SameSite = SameSiteMode.Lax;
            google.CorrelationCookie.SecurePolicy = secure;
            google.Events.OnRedirectToAuthorizationEndpoint = RedirectAsync;
            google.Events.OnCreatingTicket = AdmitAsync;
            google.Events.OnAccessDenied = GoogleFailures.AnswerDeniedAsync;
            google.Events.OnRemoteFailure = GoogleFailures.AnswerAsync;
        });
    }

    private static Task RedirectAsync(RedirectContext<OAuthOptions> context)
    {
        // Google would take the account of last time, also after a wrong one was refused.
        var more = new Dictionary<string, string?> { [Nonce] = context.Properties.Items[Nonce], ["prompt"] = "select_account" };
        context.Response.Redirect(QueryHelpers.AddQueryString(context.RedirectUri, more));
        return Task.CompletedTask;
    }

    private static async Task AdmitAsync(OAuthCreatingTicketContext context)
    {
        var services = context.HttpContext.RequestServices;
        context.Properties.Items.Remove(Nonce, out var nonce);
        var token = context.TokenResponse.Response!.RootElement.TryGetProperty("id_token", out var value) ? value.GetString() : null;
        var account = await services.GetRequiredService<GoogleIdTokens>().ReadAsync(token, nonce!, context.HttpContext.RequestAborted);
        context.Principal = await services.GetRequiredService<GoogleAdmission>().AdmitAsync(account, context.HttpContext.RequestAborted);
    }

    /// <summary>An answer that says that Google is down is no answer, whatever its body is.</summary>
    private sealed class ServerErrorHandler : DelegatingHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var answer = await base.SendAsync(request, cancellationToken);
            return (int)answer.StatusCode < StatusCodes.Status500InternalServerError ? answer : answer.EnsureSuccessStatusCode();
        }
    }
}
