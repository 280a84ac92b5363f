using XenoCrm.Tests.Support;

namespace XenoCrm.Tests.Pages;

public sealed class PagePlaceTests(SignedInServer server) : IClassFixture<SignedInServer>
{
    [Theory]
    [InlineData("/app/customers")]
    [InlineData("/app/imports")]
    [InlineData("/app/segments")]
    [InlineData("/app/campaigns")]
    [InlineData("/app/deliveries")]
    [InlineData("/app/settings/people")]
    [InlineData("/app/settings/keys")]
    [InlineData("/app/settings/suppressions")]
    [InlineData("/app/settings/audit")]
    public async Task A_list_asked_for_with_an_empty_cursor_is_its_first_page(string list)
    {
        var html = await server.Client.PageAsync($"{list}?cursor=&trail=");
        Assert.DoesNotContain("rel=\"prev\"", html, StringComparison.Ordinal);
    }
}
