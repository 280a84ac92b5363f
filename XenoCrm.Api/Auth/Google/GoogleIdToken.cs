using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace XenoCrm.Api.Auth.Google;

/// <summary>
/// Reads an ID token that came from the token endpoint itself, and checks what OpenID Connect Core 3.1.3.7 asks for: issuer,
/// audience, time and nonce. That it comes from Google is known from TLS: docs/decisions/google-tokens-come-over-tls.md.
/// <code>
/// header.{"iss":"https://accounts.google.com","aud":"CLIENT-ID","sub":"1098…","exp":1764110000,"nonce":"…",
///         "email":"mara@example.com","email_verified":true,"hd":"example.com","name":"Mara"}.signature
/// </code>
/// </summary>
internal static class GoogleIdToken
{
    private const int MaxLength = 16_384;

    // How far our clock and Google's may be apart.
    private static readonly TimeSpan ClockSkew = TimeSpan.FromMinutes(1);

    private static readonly string[] Issuers = ["https://accounts.google.com", "accounts.google.com"];

    /// <exception cref="SignInRefusedException">It is not one that was made for this sign-in, now.</exception>
    public static GoogleAccount Read(string? token, string clientId, string nonce, DateTimeOffset now)
    {
        using var payload = Payload(token);
        var claims = payload.RootElement;
        if (!Issuers.Contains(Text(claims, "iss")))
        {
            throw Refused("token-issuer", "was not issued by Google");
        }

        // One audience, and that is us; a list of several would be for somebody else too.
        if (Text(claims, "aud") != clientId || (Text(claims, "azp") is { } presenter && presenter != clientId))
        {
            throw Refused("token-audience", "was issued to another application");
        }

        if (!claims.TryGetProperty("exp", out var exp) || exp.ValueKind != JsonValueKind.Number || !exp.TryGetInt64(out var seconds) || seconds <= (now - ClockSkew).ToUnixTimeSeconds())
        {
            throw Refused("token-expired", "has expired; if that goes on, this server's clock may be wrong");
        }

        if (!CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(Text(claims, "nonce") ?? ""), Encoding.UTF8.GetBytes(nonce)))
        {
            throw Refused("token-nonce", "belongs to another sign-in");
        }

        if (Text(claims, "sub") is not { Length: > 0 } subject || Text(claims, "email") is not { Length: > 0 } email)
        {
            throw Refused("token-incomplete", "names no account");
        }

        return new GoogleAccount(subject, email, IsTrue(claims, "email_verified"), Text(claims, "name") is { Length: > 0 } name ? name : email, Text(claims, "hd"));
    }

    private static JsonDocument Payload(string? token)
    {
        if (token is { Length: <= MaxLength } && token.Split('.') is [_, var payload, _])
        {
            try
            {
                var document = JsonDocument.Parse(Base64Url.DecodeFromChars(payload));
                if (document.RootElement.ValueKind == JsonValueKind.Object)
                {
                    return document;
                }

                document.Dispose();
            }
            catch (Exception e) when (e is FormatException or JsonException)
            {
                // Refused below.
            }
        }

        throw Refused("token-unreadable", "is missing or cannot be read");
    }

    private static string? Text(JsonElement claims, string name) =>
        claims.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    // Google's documentation shows it as a boolean and as a text.
    private static bool IsTrue(JsonElement claims, string name) =>
        claims.TryGetProperty(name, out var value) && (value.ValueKind == JsonValueKind.True || (value.ValueKind == JsonValueKind.String && value.ValueEquals("true")));

    private static SignInRefusedException Refused(string reason, string what) =>
        new(StatusCodes.Status401Unauthorized, reason, $"The token that came from Google {what}. Sign in again at /auth/google.");
}
