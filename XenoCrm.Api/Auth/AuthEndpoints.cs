using System.ComponentModel.DataAnnotations;
using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Http.HttpResults;

namespace XenoCrm.Api.Auth;

internal static class AuthEndpoints
{
    public static IEndpointRouteBuilder MapAuth(this IEndpointRouteBuilder routes)
    {
        var auth = routes.MapGroup("/auth").WithTags("Auth");
        if (routes.ServiceProvider.GetRequiredService<IHostEnvironment>().IsDevelopment())
        {
            auth.MapPost("/dev", SignInForDevelopment).AllowAnonymous()
                .WithName("DevSignIn").WithSummary("Signs in under any e-mail address; in Development only.");
        }

        auth.MapPost("/logout", SignOutAsync).WithName("SignOut").WithSummary("Ends the session.");
        auth.MapGet("/me", Me).WithName("Me").WithSummary("Who is signed in, and how.");
        return routes;
    }

    private static async Task<Ok<MeResponse>> SignInForDevelopment(DevSignInRequest request, HttpContext http, CancellationToken cancellationToken)
    {
        var identity = new ClaimsIdentity(
            [new Claim(ClaimTypes.Name, request.Email), new Claim(ClaimTypes.Email, request.Email), .. Permission.Claims(Permission.All)],
            CookieAuthenticationDefaults.AuthenticationScheme);
        var person = new ClaimsPrincipal(identity);
        await http.SignInAsync(CookieAuthenticationDefaults.AuthenticationScheme, person);
        return TypedResults.Ok(MeResponse.Of(person));
    }

    private static async Task<NoContent> SignOutAsync(HttpContext http, CancellationToken cancellationToken)
    {
        await http.SignOutAsync(CookieAuthenticationDefaults.AuthenticationScheme);
        return TypedResults.NoContent();
    }

    private static Ok<MeResponse> Me(ClaimsPrincipal person) => TypedResults.Ok(MeResponse.Of(person));
}

/// <param name="Email">Whom to sign in as.</param>
public sealed record DevSignInRequest([property: Required, EmailAddress, StringLength(254)] string Email);

/// <param name="Via"><c>dev</c> or <c>key</c>.</param>
public sealed record MeResponse(string? Email, string? Name, string Via)
{
    internal static MeResponse Of(ClaimsPrincipal person) => new(
        person.FindFirstValue(ClaimTypes.Email),
        person.Identity?.Name,
        person.Identity?.AuthenticationType == ApiKeyHandler.SchemeName ? "key" : "dev");
}
