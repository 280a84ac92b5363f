using System.Reflection;
using System.Text;
using Microsoft.AspNetCore.Http.HttpResults;
using XenoCrm.Api.Auth;
using XenoCrm.Api.Http;

namespace XenoCrm.Api.Start;

/// <summary>What stands at <c>/</c>: what this is, how to come in and where to go from here. Two files, no script.</summary>
internal static class StartPage
{
    private const string StylePath = "/start.css";

    /// <summary>Where the page says how to sign in here.</summary>
    private const string SignInMark = "<!-- sign-in -->";

    public static IEndpointRouteBuilder MapStartPage(this IEndpointRouteBuilder routes)
    {
        var ways = routes.ServiceProvider.GetRequiredService<SignInWays>();
        var page = File("start.html").Replace(SignInMark, SignIn(ways), StringComparison.Ordinal);
        var style = File("start.css");
        routes.MapGet(SecurityHeaders.FirstPage, () => Answer(page, "text/html")).AllowAnonymous().ExcludeFromDescription();
        routes.MapGet(StylePath, () => Answer(style, "text/css")).AllowAnonymous().ExcludeFromDescription();
        return routes;
    }

    private static ContentHttpResult Answer(string text, string type) => TypedResults.Text(text, type, Encoding.UTF8);

    private static string SignIn(SignInWays ways) => ways switch
    {
        { Google: true } => """
            <p>Whoever is on this server's list may come in.</p>
            <p><a class="button" href="/auth/google?returnUrl=/swagger">Sign in with Google</a></p>
            """,
        { Development: true } => """
            <p>This server runs in Development: any e-mail address will do, and there is no password.
            Try <code>POST /auth/dev</code>; the browser is signed in from then on.</p>
            <p><a class="button" href="/swagger/index.html#/Auth/DevSignIn">Sign in under any address</a></p>
            """,
        _ => """
            <p>Nobody can sign in yet: sign-in with Google is not configured on this server. Programs come in with their API keys.</p>
            """,
    };

    private static string File(string name)
    {
        using var reader = new StreamReader(Assembly.GetExecutingAssembly().GetManifestResourceStream("XenoCrm.Api.Start." + name)!);
        return reader.ReadToEnd();
    }
}
