using System.Security.Claims;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using XenoCrm.Api.Access;
using XenoCrm.Api.Auth;
using XenoCrm.Api.Http;
using XenoCrm.Api.Pages.Shell;

namespace XenoCrm.Api.Pages.SignIn;

internal static class SignInPages
{
    public static void MapSignIn(this IEndpointRouteBuilder pages)
    {
        pages.MapGet(PageRoute.SignIn, (string? returnUrl, SignInWays ways) => Ask(returnUrl, ways)).AllowAnonymous();
        if (pages.ServiceProvider.GetRequiredService<SignInWays>().Development)
        {
            pages.MapPost(PageRoute.SignIn, SignInAsync).AllowAnonymous();
        }

        pages.MapPost("/app/sign-out", SignOutAsync);
    }

    public static RazorComponentResult Ask(string? returnUrl, SignInWays ways) =>
        Show.Page<SignInPage, SignInModel>(new SignInModel(ways, LocalUrl.OrRoot(returnUrl)));

    private static async Task<Results<RazorComponentResult, RedirectHttpResult>> SignInAsync(
        [FromForm] string? email, [FromForm] string? role, [FromForm] string? returnUrl, HttpContext http, SignInWays ways,
        DevelopmentSignIn signIn, CancellationToken cancellationToken)
    {
        var back = LocalUrl.OrRoot(returnUrl);
        var request = new DevSignInRequest(email ?? "", role);
        if (FormCheck.Faults(request) is [var fault, ..])
        {
            var model = new SignInModel(ways, back) { Email = email, Error = fault.ErrorMessage };
            return Show.Page<SignInPage, SignInModel>(model, StatusCodes.Status400BadRequest);
        }

        await signIn.SignInAsync(http, request.Email, Roles.Read(request.Role ?? "admin"), cancellationToken);
        return TypedResults.LocalRedirect(back);
    }

    private static async Task<RedirectHttpResult> SignOutAsync(
        HttpContext http, ClaimsPrincipal person, Sessions sessions, CancellationToken cancellationToken)
    {
        await sessions.SignOutAsync(http, person, cancellationToken);
        return TypedResults.LocalRedirect("/");
    }
}

/// <param name="ReturnUrl">Where to go after it, a path on this host.</param>
public sealed record SignInModel(SignInWays Ways, string ReturnUrl)
{
    public string? Email { get; init; }

    /// <summary>What was wrong with the last try.</summary>
    public string? Error { get; init; }
}
