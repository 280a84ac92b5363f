using XenoCrm.Api.Auth;

namespace XenoCrm.Tests.Auth;

public sealed class LocalUrlTests
{
    [Theory]
    [InlineData("/")]
    [InlineData("/customers")]
    [InlineData("/campaigns/0199a000-0000-7000-8000-000000000001?tab=log&q=a%20b")]
    [InlineData("/customers?q=%C3%A9t%C3%A9#top")]
    [InlineData("/customers?q=100%25")]
    [InlineData("/?next=https://example.com/")]
    [InlineData("/a:b@c")]
    public void A_path_on_this_host_is_kept(string url) => Assert.Equal(url, LocalUrl.OrRoot(url));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("customers")]
    [InlineData("https://evil.example")]
    [InlineData("//evil.example")]
    [InlineData("///evil.example")]
    [InlineData("/\\evil.example")]
    [InlineData("\\/evil.example")]
    [InlineData("/%2Fevil.example")]
    [InlineData("/%5Cevil.example")]
    [InlineData("/%252Fevil.example")]
    [InlineData("/%25252Fevil.example")]
    [InlineData("%2F%2Fevil.example")]
    [InlineData("/a//evil.example")]
    [InlineData("/a\r\nSet-Cookie: x=y")]
    [InlineData("/a%0D%0ASet-Cookie:%20x=y")]
    [InlineData("/a%250d%250ax")]
    [InlineData("/\t/evil.example")]
    [InlineData("/%09/evil.example")]
    [InlineData("/%00/evil.example")]
    [InlineData("/ /evil.example")]
    [InlineData(" /customers")]
    [InlineData("/\u2044evil.example")]
    [InlineData("/\uFF0Fevil.example")]
    [InlineData("/%E2%81%84evil.example")]
    [InlineData("/%EF%BC%8Fevil.example")]
    [InlineData("/%EF%BC%BCevil.example")]
    [InlineData("/%E2%80%AEevil.example")]
    [InlineData("/%C2%85evil.example")]
    [InlineData("/%C0%AFevil.example")]
    [InlineData("javascript:alert(1)")]
    [InlineData("data:text/html,x")]
    public void Anything_else_is_the_root(string? url) => Assert.Equal("/", LocalUrl.OrRoot(url));

    [Fact]
    public void A_long_one_is_the_root() => Assert.Equal("/", LocalUrl.OrRoot("/" + new string('a', 3_000)));
}
