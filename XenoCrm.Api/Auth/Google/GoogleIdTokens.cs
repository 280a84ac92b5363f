using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace XenoCrm.Api.Auth.Google;

/// <summary>
/// Reads ID tokens, and checks what OpenID Connect Core 3.1.3.7 asks for: signature, issuer, audience and time with
/// Microsoft.IdentityModel, then presenter and nonce: docs/decisions/google-signs-its-tokens.md.
/// <code>
/// {"alg":"RS256","kid":"…"}.
/// {"iss":"https://accounts.google.com","aud":"CLIENT-ID","sub":"1098…","exp":1764110000,"nonce":"…",
///  "email":"mara@example.com","email_verified":true,"hd":"example.com","name":"Mara"}.signature
/// </code>
/// </summary>
internal sealed class GoogleIdTokens
{
    // How far our clock and Google's may be apart.
    private static readonly TimeSpan ClockSkew = TimeSpan.FromMinutes(1);

    private readonly JsonWebTokenHandler handler = new() { MaximumTokenSizeInBytes = 16_384 };
    private readonly ConfigurationManager<OpenIdConnectConfiguration> google;
    private readonly TokenValidationParameters parameters;
    private readonly string clientId;

    // A token with a new key waits until that is read. By default it would be refused, and the key read for the next one.
    static GoogleIdTokens() => AppContext.SetSwitch("Switch.Microsoft.IdentityModel.UpdateConfigAsBlocking", isEnabled: true);

    public GoogleIdTokens(IOptions<GoogleSettings> settings, IHttpClientFactory clients, TimeProvider time)
    {
        clientId = settings.Value.ClientId!;
        google = new ConfigurationManager<OpenIdConnectConfiguration>(
            settings.Value.MetadataAddress.AbsoluteUri,
            new OpenIdConnectConfigurationRetriever(),
            new HttpDocumentRetriever(clients.CreateClient(GoogleSignIn.Backchannel)) { SendAdditionalHeaderData = false })
        {
            // At most once a minute for the sake of a token whose key is not among them; every 12 hours in any case.
            RefreshInterval = TimeSpan.FromMinutes(1),

            // A key that is withdrawn is good no more once the others were read.
            UseLastKnownGoodConfiguration = false,
        };
        parameters = new TokenValidationParameters
        {
            ConfigurationManager = google,
            ValidAlgorithms = [SecurityAlgorithms.RsaSha256],
            TryAllIssuerSigningKeys = false,
            ValidIssuers = ["https://accounts.google.com", "accounts.google.com"],

            // One audience, and that is us; a list of several would be for somebody else too.
            AudienceValidator = (audiences, _, _) => audiences.SequenceEqual([clientId]),
            LifetimeValidator = (_, expires, _, _) => expires > time.GetUtcNow().UtcDateTime - ClockSkew,
        };
    }

    /// <exception cref="SignInRefusedException">It is not one that Google made for this sign-in, now; or Google's keys cannot be
    /// had.</exception>
    public async Task<GoogleAccount> ReadAsync(string? encoded, string nonce, CancellationToken cancellationToken)
    {
        await FetchKeysAsync(cancellationToken);
        var result = await handler.ValidateTokenAsync(encoded ?? "", parameters.Clone());
        if (result.SecurityToken is not JsonWebToken token || !result.IsValid)
        {
            throw Refused(result.Exception);
        }

        if (Text(token, "azp") is { } presenter && presenter != clientId)
        {
            throw Refused(new SecurityTokenInvalidAudienceException());
        }

        if (!CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(Text(token, "nonce") ?? ""), Encoding.UTF8.GetBytes(nonce)))
        {
            throw Refused("token-nonce", "belongs to another sign-in");
        }

        if (Text(token, "sub") is not { } subject || Text(token, "email") is not { } email)
        {
            throw Refused("token-incomplete", "names no account");
        }

        // Google's documentation shows email_verified as a boolean and as a text.
        return new GoogleAccount(subject, email, Text(token, "email_verified") == "true", Text(token, "name") ?? email, Text(token, "hd"));
    }

    // A validation would keep the failure to itself, and find no key.
    private async Task FetchKeysAsync(CancellationToken cancellationToken)
    {
        try
        {
            await google.GetConfigurationAsync(cancellationToken);
        }
        catch (InvalidOperationException)
        {
            throw new SignInRefusedException(
                StatusCodes.Status503ServiceUnavailable,
                "keys",
                "Google's keys, which its tokens are checked with, cannot be had now. Try again in a moment.");
        }
    }

    private static string? Text(JsonWebToken token, string name) =>
        token.TryGetClaim(name, out var claim) && claim.Value.Length > 0 ? claim.Value : null;

    private static SignInRefusedException Refused(Exception? failure) => failure switch
    {
        SecurityTokenInvalidIssuerException => Refused("token-issuer", "was not issued by Google"),
        SecurityTokenInvalidAudienceException => Refused("token-audience", "was issued to another application"),
        SecurityTokenInvalidLifetimeException => Refused("token-expired", "has expired; if that goes on, this server's clock may be wrong"),
        SecurityTokenSignatureKeyNotFoundException =>
            Refused("token-key", "is signed with a key that Google does not list, or not yet; in a minute it is looked for again"),
        SecurityTokenInvalidSignatureException => Refused("token-signature", "does not have Google's signature"),
        _ => Refused("token-unreadable", "is missing or cannot be read"),
    };

    private static SignInRefusedException Refused(string reason, string what) =>
        new(StatusCodes.Status401Unauthorized, reason, $"The token that came from Google {what}. Sign in again at /auth/google.");
}
