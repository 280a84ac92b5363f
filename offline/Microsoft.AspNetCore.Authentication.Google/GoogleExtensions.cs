using System.Net.Http.Headers;
using System.Security.Claims;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Google;
using Microsoft.AspNetCore.Authentication.OAuth;
using Microsoft.Extensions.Options;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>
/// The part of Microsoft.AspNetCore.Authentication.Google that we call, for feeds that lack the package: the framework's own
/// OAuth handler with Google's addresses, which asks for the user's information as the package does.
/// </summary>
internal static class GoogleExtensions
{
    public static AuthenticationBuilder AddGoogle(this AuthenticationBuilder builder, Action<GoogleOptions> configure) =>
        builder.AddOAuth<GoogleOptions, GoogleHandler>(GoogleDefaults.AuthenticationScheme, GoogleDefaults.AuthenticationScheme, configure);

    private sealed class GoogleHandler(IOptionsMonitor<GoogleOptions> options, ILoggerFactory logger, UrlEncoder encoder)
        : OAuthHandler<GoogleOptions>(options, logger, encoder)
    {
        protected override async Task<AuthenticationTicket> CreateTicketAsync(ClaimsIdentity identity, AuthenticationProperties properties, OAuthTokenResponse tokens)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, Options.UserInformationEndpoint);
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", tokens.AccessToken);
            using var answer = await Backchannel.SendAsync(request, Context.RequestAborted);
            answer.EnsureSuccessStatusCode();
            using var user = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Context.RequestAborted));
            var context = new OAuthCreatingTicketContext(new ClaimsPrincipal(identity), properties, Context, Scheme, Options, Backchannel, tokens, user.RootElement);
            await Events.CreatingTicket(context);
            return new AuthenticationTicket(context.Principal!, context.Properties, Scheme.Name);
        }
    }
}
