using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.WebUtilities;

namespace XenoCrm.Tests.Auth;

/// <summary>
/// Google as our side sees it: authorization, token and user-information endpoints, discovery document and keys over HTTPS
/// on loopback, with a certificate made here. It holds us to the protocol (client, redirect URI, PKCE, a code only once) and
/// signs its tokens.
/// </summary>
internal sealed class SimulatedGoogle : IAsyncDisposable
{
    public const string ClientId = "xenocrm-test.apps.googleusercontent.com";
    public const string ClientSecret = "the-client-secret";

    private const string Issuer = "https://accounts.google.com";

    private static readonly X509Certificate2 Certificate = MakeCertificate();

    private readonly ConcurrentDictionary<string, Authorization> codes = new();
    private readonly ConcurrentDictionary<string, Account> accessTokens = new();
    private readonly WebApplication app;

    public SimulatedGoogle()
    {
        Sign = Keys.Sign;
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UseHttps(Certificate));
            kestrel.Listen(IPAddress.Loopback, 0);
        });
        builder.Logging.ClearProviders();
        app = builder.Build();
        app.Use(FailAsync);
        app.MapGet("/auth", Authorize);
        app.MapPost("/token", ExchangeAsync);
        app.MapGet("/userinfo", UserInformation);
        app.MapGet(
            "/metadata",
            (HttpRequest request) =>
                Results.Json(new { issuer = Issuer, jwks_uri = KeysAddress ?? new Uri($"https://{request.Host}/keys") }));
        app.MapGet("/keys", () => Results.Text(Keys.Document, "application/json"));
        app.StartAsync().GetAwaiter().GetResult();
        Address = new Uri(app.Urls.Single(url => url.StartsWith("https:", StringComparison.Ordinal)));
        PlainAddress = new Uri(app.Urls.Single(url => url.StartsWith("http:", StringComparison.Ordinal)));
    }

    public Uri Address { get; }

    /// <summary>The same without TLS.</summary>
    public Uri PlainAddress { get; }

    /// <summary>Where the discovery document says that the keys are, if not here.</summary>
    public Uri? KeysAddress { get; set; }

    /// <summary>Who sits at the browser.</summary>
    public Account User { get; set; } = new("1001", "mara@example.com", EmailVerified: true, "example.com", "Mara");

    /// <summary>They press cancel.</summary>
    public bool Denies { get; set; }

    public SimulatedGoogleKeys Keys { get; } = new();

    /// <summary>What to change in the ID token before it is signed.</summary>
    public Action<JsonObject> OnToken { get; set; } = _ => { };

    /// <summary>Makes the ID token of its claims.</summary>
    public Func<JsonObject, string> Sign { get; set; }

    /// <summary>By path, such as <c>/token</c>: the status that is answered whatever is asked there.</summary>
    public ConcurrentDictionary<string, HttpStatusCode> Failures { get; } = new();

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
        ["Authentication:Google:MetadataAddress"] = new Uri(Address, "/metadata").ToString(),
    };

    /// <summary>A client's handler that trusts the simulation's certificate and no other.</summary>
    public static SocketsHttpHandler Handler() => new()
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        SslOptions =
            { RemoteCertificateValidationCallback = (_, presented, _, _) =>
            presented?.GetCertHashString() == Certificate.GetCertHashString() },
    };

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private Task FailAsync(HttpContext http, RequestDelegate next) => Failures.TryGetValue(http.Request.Path, out var status)
        ? Results.Text("<html>Sorry.</html>", "text/html", statusCode: (int)status).ExecuteAsync(http)
        : next(http);

    private IResult Authorize(HttpRequest request)
    {
        var query = request.Query.ToDictionary(part => part.Key, part => part.Value.ToString());
        Authorizations.Enqueue(query);
        if (query["client_id"] != ClientId
            || query["response_type"] != "code"
            || query["code_challenge_method"] != "S256"
            || !query["scope"].Split(' ').Contains("openid"))
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
            codes[answer["code"]!] = new Authorization(
                User, query["redirect_uri"], query["code_challenge"], query.GetValueOrDefault("nonce"));
        }

        return Results.Redirect(QueryHelpers.AddQueryString(query["redirect_uri"], answer));
    }

    private async Task<IResult> ExchangeAsync(HttpRequest request)
    {
        var form = await request.ReadFormAsync();
        var verifier = Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(form["code_verifier"].ToString())));
        if (form["client_id"] != ClientId || form["client_secret"] != ClientSecret)
        {
            return Results.Json(
                new { error = "invalid_client", error_description = "Unauthorized" }, statusCode: StatusCodes.Status401Unauthorized);
        }

        if (form["grant_type"] != "authorization_code"
            || !codes.TryRemove(form["code"].ToString(), out var authorization)
            || form["redirect_uri"] != authorization.RedirectUri
            || verifier != authorization.Challenge)
        {
            return Results.Json(
                new { error = "invalid_grant", error_description = "Bad Request" }, statusCode: StatusCodes.Status400BadRequest);
        }

        var access = Convert.ToHexString(RandomNumberGenerator.GetBytes(16));
        accessTokens[access] = authorization.Account;
        return Results.Json(
            new
            {
                access_token = access,
                token_type = "Bearer",
                expires_in = 3599,
                scope = "openid email profile",
                id_token = IdToken(authorization)
            });
    }

    private IResult UserInformation(HttpRequest request) =>
        AuthenticationHeaderValue.TryParse(request.Headers.Authorization, out var header)
            && accessTokens.TryGetValue(header.Parameter ?? "", out var account)
            ? Results.Json(
                new
                {
                    sub = account.Subject,
                    email = account.Email,
                    email_verified = account.EmailVerified,
                    name = account.Name,
                    hd = account.Domain
                })
            : Results.Unauthorized();

    private string IdToken(Authorization authorization)
    {
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        var claims = new JsonObject
        {
            ["iss"] = Issuer,
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
        return Sign(claims);
    }

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
