using Microsoft.Extensions.Options;
using XenoCrm.Api.Auth;
using XenoCrm.Tests.Support;

namespace XenoCrm.Tests.Auth;

public sealed class SignInSettingsTests
{
    [Theory]
    [InlineData("Authentication:Google:ClientId", "id", "belong together")]
    [InlineData("Auth:AllowedEmails:0", "example.com", "Auth:AllowedDomains")]
    [InlineData("Auth:AllowedDomains:0", "mara@example.com", "Auth:AllowedEmails")]
    [InlineData("Auth:DefaultRole", "admin", "viewer or marketer")]
    public void A_setting_that_cannot_be_right_ends_the_start(string key, string value, string sentence)
    {
        var refused = Assert.Throws<OptionsValidationException>(() => new ApiServer(new Dictionary<string, string?> { [key] = value }));
        Assert.Contains(sentence, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_entry_that_a_template_left_empty_is_none()
    {
        using var api = new ApiServer(new Dictionary<string, string?>
        {
            ["Authentication:Google:ClientId"] = "",
            ["Authentication:Google:ClientSecret"] = "",
            ["Auth:AllowedEmails:0"] = "",
            ["Auth:AllowedEmails:1"] = " Mara@Example.com ",
            ["Auth:AllowedDomains:0"] = "",
        });

        var options = api.Services.GetRequiredService<IOptions<AuthOptions>>().Value;

        Assert.Equal(["Mara@Example.com"], options.AllowedEmails);
        Assert.Empty(options.AllowedDomains);
        Assert.True(options.Allows("mara@example.com", null));
        Assert.False(options.Allows("", ""));
        Assert.False(options.Allows("eve@example.com", ""));
    }

    [Theory]
    [InlineData("TokenEndpoint")]
    [InlineData("MetadataAddress")]
    public void An_address_of_Google_without_TLS_ends_the_start(string setting)
    {
        var refused = Assert.Throws<OptionsValidationException>(() => new ApiServer(new Dictionary<string, string?>
        {
            ["Authentication:Google:ClientId"] = "id",
            ["Authentication:Google:ClientSecret"] = "secret",
            ["Authentication:Google:" + setting] = "http://127.0.0.1:1/google",
        }));
        Assert.Contains("https", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_Google_the_way_to_it_names_the_settings_that_are_missing()
    {
        using var api = new ApiServer(
            new Dictionary<string, string?> { ["Webhooks:Secrets:0"] = "a-secret-of-more-than-24-characters" }, host =>
                host.UseEnvironment("Production"));
        using var client = api.Anonymous();
        var problem = await (await client.GetAsync("/auth/google", TestContext.Current.CancellationToken))
            .ProblemAsync(System.Net.HttpStatusCode.NotFound);
        Assert.Contains("Authentication:Google:ClientId", problem.Text("detail"), StringComparison.Ordinal);
    }
}
