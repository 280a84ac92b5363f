using System.ComponentModel.DataAnnotations;
using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Http.HttpResults;
using XenoCrm.Api.Access;
using XenoCrm.Api.Audit;
using XenoCrm.Api.Auth.Google;
using XenoCrm.Core.People;

namespace XenoCrm.Api.Auth;

internal static class AuthEndpoints
{
    public static IEndpointRouteBuilder MapAuth(this IEndpointRouteBuilder routes)
    {
        var auth = routes.MapGroup("/auth").WithTags("Auth");
        if (routes.ServiceProvider.GetRequiredService<SignInWays>().Development)
        {
            auth.MapPost("/dev", SignInForDevelopment).AllowAnonymous()
                .WithName("DevSignIn")
                    .WithSummary("Signs in under any e-mail address; in Development only, and only while Google is not configured.");
        }

        auth.MapGet("/google", StartGoogle).AllowAnonymous()
            .Produces(StatusCodes.Status302Found).ProducesProblem(StatusCodes.Status404NotFound)
            .WithName("GoogleSignIn").WithSummary("Sends the browser to Google to sign in, and then to returnUrl, a path on this host.");
        auth.MapPost("/logout", SignOutAsync)
            .WithName("SignOut").WithSummary("Ends the session; copies of its cookie are worth nothing from then on.");
        auth.MapPost("/logout-everywhere", SignOutEverywhereAsync)
            .WithName("SignOutEverywhere").WithSummary("Ends all sessions of whoever is signed in, this one included.");
        auth.MapGet("/me", Me).WithName("GetMe").WithSummary("Who is signed in, how, and what they may do.");
        return routes;
    }

    private static async Task<Ok<MeResponse>> SignInForDevelopment(
        DevSignInRequest request, HttpContext http, DevelopmentSignIn signIn, CancellationToken cancellationToken)
    {
        var role = request.Role is { } word ? Roles.Read(word) : Role.Admin;
        return TypedResults.Ok(MeResponse.Of(await signIn.SignInAsync(http, request.Email, role, cancellationToken)));
    }

    private static Results<ChallengeHttpResult, ProblemHttpResult> StartGoogle(string? returnUrl, SignInWays ways) => ways.Google
        ? TypedResults.Challenge(GoogleSignIn.Begin(LocalUrl.OrRoot(returnUrl)), [GoogleSignIn.Scheme])
        : TypedResults.Problem(
            "Sign-in with Google is not configured here. It needs Authentication:Google:ClientId and Authentication:Google:ClientSecret.",
            statusCode: StatusCodes.Status404NotFound);

    private static async Task<NoContent> SignOutAsync(
        HttpContext http, ClaimsPrincipal person, Sessions sessions, CancellationToken cancellationToken)
    {
        await sessions.SignOutAsync(http, person, cancellationToken);
        return TypedResults.NoContent();
    }

    private static async Task<NoContent> SignOutEverywhereAsync(
        HttpContext http, ClaimsPrincipal person, Sessions sessions, AuditLog audit, CancellationToken cancellationToken)
    {
        if (Sessions.PersonOf(person) is { } id)
        {
            var ended = await sessions.EndAllAsync(id, cancellationToken);
            await audit.WriteAsync(person, AuditAction.SignedOutEverywhere, id, $"sessions: {ended}");
        }

        await http.SignOutAsync(CookieAuthenticationDefaults.AuthenticationScheme);
        return TypedResults.NoContent();
    }

    private static Ok<MeResponse> Me(ClaimsPrincipal person) => TypedResults.Ok(MeResponse.Of(person));
}

/// <param name="Email">Whom to sign in as.</param>
/// <param name="Role"><c>viewer</c>, <c>marketer</c> or <c>admin</c>, which is the default.</param>
public sealed record DevSignInRequest(
    [property: Required(ErrorMessage = DevSignInRequest.EmailMessage)]
    [property: EmailAddress(ErrorMessage = DevSignInRequest.EmailMessage)]
    [property: StringLength(254, ErrorMessage = DevSignInRequest.EmailMessage)]
    string Email,
    [property: RegularExpression(Roles.Pattern, ErrorMessage = Roles.PatternMessage)] string? Role)
{
    private const string EmailMessage = "An e-mail address such as you@example.com was expected.";
}

/// <param name="Email">Null for a key.</param>
/// <param name="Name">The person's name, or <c>key:NAME</c>.</param>
/// <param name="Via"><c>google</c>, <c>dev</c> or <c>key</c>.</param>
/// <param name="Role"><c>viewer</c>, <c>marketer</c> or <c>admin</c>; null for a key.</param>
/// <param name="Permissions">Some of <c>read</c>, <c>ingest</c>, <c>send</c> and <c>administer</c>.</param>
public sealed record MeResponse(string? Email, string? Name, string Via, string? Role, string[] Permissions)
{
    internal static MeResponse Of(ClaimsPrincipal caller) => new(
        caller.FindFirstValue(ClaimTypes.Email),
        caller.FindFirstValue(Sessions.DisplayNameClaim) ?? caller.Identity?.Name,
        caller.FindFirstValue(Sessions.ViaClaim) ?? "key",
        caller.FindFirstValue(ClaimTypes.Role),
        [.. caller.FindAll(Permission.ClaimType).Select(permission => permission.Value)]);
}
