using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Logging;

namespace XenoCrm.Tests.Auth;

/// <summary>
/// Google as our side sees it: authorization, token and user-information endpoints over HTTPS on loopback, with a
/// certificate made here. It holds us to the protocol (client, redirect URI, PKCE, a code only once) and signs its tokens.
/// </summary>
internal sealed class SimulatedGoogle : IAsyncDisposable
{
    public const string ClientId = "xenocrm-test.apps.googleusercontent.com";
    public const string ClientSecret = "the-client-secret";

    private static readonly RSA Signer = RSA.Create(2048);
    private static readonly X509Certificate2 Certificate = MakeCertificate();

    private readonly ConcurrentDictionary<string, Authorization> codes = new();
    private readonly ConcurrentDictionary<string, Account> accessTokens = new();
    private readonly WebApplication app;

    public SimulatedGoogle()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UseHttps(Certificate)));
        builder.Logging.ClearProviders();
        app = builder.Build();
        app.MapGet("/auth", Authorize);
        app.MapPost("/token", ExchangeAsync);
        app.MapGet("/userinfo", UserInformation);
        app.StartAsync().GetAwaiter().GetResult();
        Address = new Uri(app.Urls.Single());
    }

    public Uri Address { get; }

    /// <summary>Who sits at the browser.</summary>
    public Account User { get; set; } = new("1001", "mara@example.com", EmailVerified: true, "example.com", "Mara");

    /// <summary>They press cancel.</summary>
    public bool Denies { get; set; }

    /// <summary>What to change in the ID token before it is signed.</summary>
    public Action<JsonObject> OnToken { get; set; } = _ => { };

    /// <summary>The status that the token endpoint answers with, whatever it is asked; null: it works.</summary>
    public HttpStatusCode? TokenStatus { get; set; }

    /// <summary>The same of the user-information endpoint.</summary>
    public HttpStatusCode? UserInformationStatus { get; set; }

    /// <summary>The query of each authorization request.</summary>
    public ConcurrentQueue<IReadOnlyDictionary<string, string>> Authorizations { get; } = new();

    /// <summary>Configuration of an API that signs in here.</summary>
    public Dictionary<string, string?> Settings => new()
    {
        ["Authentication:Google:ClientId"] = ClientId,
        ["Authentication:Google:ClientSecret"] = ClientSecret,
        ["Authentication:Google:AuthorizationEndpoint"] = new Uri(Address, "/auth").ToString(),
        ["Authentication:Google:TokenEndpoint"] = new Uri(Address, "/token").ToString(),
        ["Authentication:Google:UserInformationEndpoint"] = new Uri(Address, "/userinfo").ToString(),
    };

    /// <summary>A client's handler that trusts the simulation's certificate and no other.</summary>
    public static SocketsHttpHandler Handler() => new()
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        SslOptions = { RemoteCertificateValidationCallback = (_, presented, _, _) => presented?.GetCertHashString() == Certificate.GetCertHashString() },
    };

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private IResult Authorize(HttpRequest request)
    {
        var query = request.Query.ToDictionary(part => part.Key, part => part.Value.ToString());
        Authorizations.Enqueue(query);
        if (query["client_id"] != ClientId || query["response_type"] != "code" || query["code_challenge_method"] != "S256" || !query["scope"].Split(' ').Contains("openid"))
        {
            return Results.BadRequest("The authorization request is not as it should be.");
        }

        var answer = new Dictionary<string, string?> { ["state"] = query["state"] };
        if (Denies)
        {
            answer["error"] = "access_denied";
        }
        else
        {
            answer["code"] = Convert.ToHexString(RandomNumberGenerator.GetBytes(16));
            codes[answer["code"]!] = new Authorization(User, query["redirect_uri"], query["code_challenge"], query.GetValueOrDefault("nonce"));
        }

        return Results.Redirect(QueryHelpers.AddQueryString(query["redirect_uri"], answer));
    }

    private async Task<IResult> ExchangeAsync(HttpRequest request)
    {
        if (TokenStatus is { } status)
        {
            return Results.Text("<html>Sorry.</html>", "text/html", statusCode: (int)status);
        }

        var form = await request.ReadFormAsync();
        var verifier = Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(form["code_verifier"].ToString())));
        if (form["client_id"] != ClientId || form["client_secret"] != ClientSecret)
        {
            return Results.Json(new { error = "invalid_client", error_description = "Unauthorized" }, statusCode: StatusCodes.Status401Unauthorized);
        }

        if (form["grant_type"] != "authorization_code"
            || !codes.TryRemove(form["code"].ToString(), out var authorization)
            || form["redirect_uri"] != authorization.RedirectUri
            || verifier != authorization.Challenge)
        {
            return Results.Json(new { error = "invalid_grant", error_description = "Bad Request" }, statusCode: StatusCodes.Status400BadRequest);
        }

        var access = Convert.ToHexString(RandomNumberGenerator.GetBytes(16));
        accessTokens[access] = authorization.Account;
        return Results.Json(new { access_token = access, token_type = "Bearer", expires_in = 3599, scope = "openid email profile", id_token = IdToken(authorization) });
    }

    private IResult UserInformation(HttpRequest request)
    {
        if (UserInformationStatus is { } status)
        {
            return Results.StatusCode((int)status);
        }

        return AuthenticationHeaderValue.TryParse(request.Headers.Authorization, out var header) && accessTokens.TryGetValue(header.Parameter ?? "", out var account)
            ? Results.Json(new { sub = account.Subject, email = account.Email, email_verified = account.EmailVerified, name = account.Name, hd = account.Domain })
            : Results.Unauthorized();
    }

    private string IdToken(Authorization authorization)
    {
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        var claims = new JsonObject
        {
            ["iss"] = "https://accounts.google.com",
            ["azp"] = ClientId,
            ["aud"] = ClientId,
            ["sub"] = authorization.Account.Subject,
            ["email"] = authorization.Account.Email,
            ["email_verified"] = authorization.Account.EmailVerified,
            ["name"] = authorization.Account.Name,
            ["nonce"] = authorization.Nonce,
            ["iat"] = now,
            ["exp"] = now + 3600,
        };
        if (authorization.Account.Domain is { } domain)
        {
            claims["hd"] = domain;
        }

        OnToken(claims);
        var text = Encode("""{"alg":"RS256","kid":"test","typ":"JWT"}""") + "." + Encode(claims.ToJsonString());
        return text + "." + Base64Url.EncodeToString(Signer.SignData(Encoding.ASCII.GetBytes(text), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));
    }

    private static string Encode(string json) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json));

    private static X509Certificate2 MakeCertificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        var now = TimeProvider.System.GetUtcNow();
        using var made = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));

        // Windows cannot serve with a key that is only in memory.
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), null);
    }

    /// <param name="Domain">Its Workspace domain; null for a private account.</param>
    internal sealed record Account(string Subject, string Email, bool EmailVerified, string? Domain, string Name);

    private sealed record Authorization(Account Account, string RedirectUri, string Challenge, string? Nonce);
}
