using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using XenoCrm.Tests.Support;

namespace XenoCrm.Tests.Auth;

/// <summary>What becomes of tokens that Google did not make, or not for this; the keys come over HTTPS from the simulated Google.</summary>
public sealed class GoogleIdTokenTests : IAsyncDisposable
{
    private readonly GoogleServer server = new(("Auth:AllowedDomains:0", "example.com"));
    private readonly Browser browser;

    public GoogleIdTokenTests() => browser = server.Browser();

    private SimulatedGoogle Google => server.Google;

    [Theory]
    [InlineData("exp", 1_000_000_000L, "token-expired")]
    [InlineData("exp", null, "token-expired")]
    [InlineData("aud", "another-client", "token-audience")]
    [InlineData("aud", null, "token-audience")]
    [InlineData("azp", "another-client", "token-audience")]
    [InlineData("iss", "https://accounts.google.com.evil.example", "token-issuer")]
    [InlineData("iss", null, "token-issuer")]
    [InlineData("nonce", "of-another-sign-in", "token-nonce")]
    [InlineData("nonce", null, "token-nonce")]
    [InlineData("sub", null, "token-incomplete")]
    [InlineData("email", null, "token-incomplete")]
    public async Task A_token_that_was_not_made_for_this_sign_in_is_refused(string claim, object? value, string reason)
    {
        Google.OnToken = token =>
        {
            token.Remove(claim);
            if (value is not null)
            {
                token[claim] = JsonValue.Create(value);
            }
        };
        await RefusedAsync(HttpStatusCode.Unauthorized, reason);
    }

    [Fact]
    public async Task A_token_that_is_for_another_application_too_is_refused()
    {
        Google.OnToken = token => token["aud"] = new JsonArray(SimulatedGoogle.ClientId, "another-client");
        await RefusedAsync(HttpStatusCode.Unauthorized, "token-audience");
    }

    [Fact]
    public async Task The_forms_that_Googles_documentation_shows_are_taken()
    {
        Google.OnToken = token => (token["iss"], token["email_verified"]) = ("accounts.google.com", "true");
        await IsLetInAsync();
    }

    [Theory]
    [InlineData("")]
    [InlineData("no token")]
    [InlineData("a.b.c")]
    [InlineData("a.b.c.d.e")]
    public async Task What_is_no_token_is_refused(string text)
    {
        Google.Sign = _ => text;
        await RefusedAsync(HttpStatusCode.Unauthorized, "token-unreadable");
    }

    [Fact]
    public async Task A_token_that_was_changed_after_it_was_signed_is_refused()
    {
        Google.Sign = claims =>
        {
            var parts = Google.Keys.Sign(claims).Split('.');
            claims["email"] = "eve@example.com";
            return $"{parts[0]}.{SimulatedGoogleKeys.Encode(claims)}.{parts[2]}";
        };
        await RefusedAsync(HttpStatusCode.Unauthorized, "token-signature");
    }

    [Fact]
    public async Task A_token_that_another_key_of_the_same_name_signed_is_refused()
    {
        using var another = RSA.Create(2048);
        Google.Sign = claims => SimulatedGoogleKeys.Sign(claims, Google.Keys.Id, another);
        await RefusedAsync(HttpStatusCode.Unauthorized, "token-signature");
    }

    [Theory]
    [InlineData("none")]
    [InlineData("None")]
    [InlineData("RS256")]
    public async Task A_token_that_nobody_signed_is_refused(string algorithm)
    {
        Google.Sign = claims => SimulatedGoogleKeys.Token(algorithm, Google.Keys.Id, claims, _ => []);
        await RefusedAsync(HttpStatusCode.Unauthorized, "token-signature");
    }

    /// <summary>The public key is known to everybody: who takes it for a shared secret takes everybody's tokens.</summary>
    [Fact]
    public async Task A_token_that_was_signed_with_the_public_key_as_a_shared_secret_is_refused()
    {
        foreach (
            var secret in new[] { Encoding.UTF8.GetBytes(Google.Keys.Key.ExportSubjectPublicKeyInfoPem()),
                Google.Keys.Key.ExportSubjectPublicKeyInfo(), Google.Keys.Key.ExportParameters(false).Modulus! })
        {
            Google.Sign = claims => SimulatedGoogleKeys.Token("HS256", Google.Keys.Id, claims, text => HMACSHA256.HashData(secret, text));
            await RefusedAsync(HttpStatusCode.Unauthorized, "token-signature");
        }
    }

    [Fact]
    public async Task An_algorithm_that_Google_does_not_use_is_refused_even_with_its_key()
    {
        Google.Sign = claims =>
            SimulatedGoogleKeys.Token(
                "RS512",
                Google.Keys.Id,
                claims,
                text => Google.Keys.Key.SignData(text, HashAlgorithmName.SHA512, RSASignaturePadding.Pkcs1));
        await RefusedAsync(HttpStatusCode.Unauthorized, "token-signature");
    }

    [Fact]
    public async Task When_Google_changes_its_key_the_next_sign_in_works_and_the_old_key_does_not_any_more()
    {
        await IsLetInAsync();
        var (oldId, oldKey) = (Google.Keys.Id, Google.Keys.Key);

        Google.Keys.Replace();
        await IsLetInAsync();

        browser.Forget();
        Google.Sign = claims => SimulatedGoogleKeys.Sign(claims, oldId, oldKey);
        await RefusedAsync(HttpStatusCode.Unauthorized, "token-key");
    }

    [Fact]
    public async Task A_key_that_Google_does_not_publish_is_none()
    {
        using var another = RSA.Create(2048);
        Google.Sign = claims => SimulatedGoogleKeys.Sign(claims, "another", another);
        await RefusedAsync(HttpStatusCode.Unauthorized, "token-key");
    }

    [Fact]
    public async Task Keys_that_were_read_once_outlast_an_outage()
    {
        await IsLetInAsync();
        Google.Failures["/keys"] = HttpStatusCode.ServiceUnavailable;
        await IsLetInAsync();
    }

    [Fact]
    public async Task Keys_that_do_not_come_over_TLS_are_none()
    {
        Google.KeysAddress = new Uri(Google.PlainAddress, "/keys");
        await RefusedAsync(HttpStatusCode.ServiceUnavailable, "keys");
    }

    [Theory]
    [InlineData("/metadata", HttpStatusCode.InternalServerError)]
    [InlineData("/metadata", HttpStatusCode.NotFound)]
    [InlineData("/metadata", HttpStatusCode.OK)]
    [InlineData("/keys", HttpStatusCode.ServiceUnavailable)]
    [InlineData("/keys", HttpStatusCode.NotFound)]
    [InlineData("/keys", HttpStatusCode.OK)]
    public async Task While_the_keys_cannot_be_had_nobody_is_let_in_and_afterwards_it_works(string path, HttpStatusCode status)
    {
        Google.Failures[path] = status;
        var answer = await browser.SignInAsync();
        Assert.Equal("2", Assert.Single(answer.Headers.GetValues("Retry-After")));
        var problem = await server.RefusedAsync(browser, answer, HttpStatusCode.ServiceUnavailable, "keys");
        Assert.Equal("Google's keys, which its tokens are checked with, cannot be had now. Try again in a moment.", problem);

        Google.Failures.Clear();
        await IsLetInAsync();
    }

    public async ValueTask DisposeAsync()
    {
        browser.Dispose();
        await server.DisposeAsync();
    }

    private async Task IsLetInAsync()
    {
        browser.Forget();
        Assert.Equal(HttpStatusCode.Redirect, (await browser.SignInAsync()).StatusCode);
        Assert.Equal("mara@example.com", (await (await browser.GetAsync("/auth/me")).JsonAsync()).Text("email"));
    }

    private async Task RefusedAsync(HttpStatusCode status, string reason) =>
        await server.RefusedAsync(browser, await browser.SignInAsync(), status, reason);
}
