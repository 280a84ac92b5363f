using System.Net;
using XenoCrm.Tests.Auth;

namespace XenoCrm.Tests.Security;

/// <summary>
/// Where somebody is brought after signing in, asked for in over 200 ways that mean another host to some reader or other.
/// </summary>
public sealed class OpenRedirectTests
{
    private const string Evil = "evil.example";

    private static readonly string[] Slashes =
    [
        "//", "///", "////", "/\\", "\\/", "\\\\", "/\\/", "/%2F", "/%2f", "%2F%2F", "/%5C", "%5C%5C", "/%252F", "/%25252F", "/%255C",
        "/\t/", "/%09/", "/\n/", "/%0A/", "/\r/", "/%0D/",
        "/ /", "/%20/", "/%00/", "/./", "//./", "/.//", "/..//", "/%2E%2E//", "/;//", "/a/..//", "/\u2044", "/\u2215", "/\uFF0F", "/\uFF3C",
        "/%E2%81%84", "/%EF%BC%8F", "/%EF%BC%BC",
        "/%C0%AF", "/%E0%80%AF", "/%E3%80%82/", "/\u200B/", "/%E2%80%8B/", "/\u202E/", "/%C2%85/", "/%E2%80%A8/",
    ];

    private static readonly string[] Schemes =
    [
        "https://", "http://", "HTTPS://", "https:", "https:/", "https:\\\\", "https:///", "//https://", " https://", "\thttps://",
        "%68ttps://", "https%3A//", "https%3A%2F%2F", "ftp://", "javascript:alert(1)//",
        "java\tscript:alert(1)//", "JaVaScRiPt:alert(1)//", "data:text/html,", "vbscript:", "blob:https://", "view-source:https://",
        "file://", "ws://", "mailto:x@",
    ];

    // The evil host itself, and hosts that only look like ours.
    private static readonly string[] Hosts =
    [
        Evil, Evil + "/customers", "localhost@" + Evil, "127.0.0.1." + Evil, "user:pass@" + Evil + ":443"
    ];

    [Fact]
    public async Task Over_two_hundred_forms_of_another_host_bring_nobody_there()
    {
        await using var server = new GoogleServer(("Auth:AllowedDomains:0", "example.com"), ("Limits:SignInBurst", "10000"));
        using var browser = server.Browser();
        string[] forms =
        [
            .. Slashes.Concat(Schemes).SelectMany(before => Hosts.Select(host => before + host)),
            "?//" + Evil,
            "#//" + Evil,
            Evil,
            ".",
            "..",
            "@" + Evil,
            ":80",
            "/a\r\nLocation: https://" + Evil
        ];
        Assert.True(forms.Length > 200);
        foreach (var form in forms)
        {
            await AssertLocalAsync(server, browser, Uri.EscapeDataString(form), form);
        }
    }

    private static async Task AssertLocalAsync(GoogleServer server, Browser browser, string parameter, string form)
    {
        using var answer = await browser.SignInAsync("/auth/google?returnUrl=" + parameter);
        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        var location = Assert.Single(answer.Headers.GetValues("Location"));

        // What a browser makes of it: tabs and line ends dropped, a backslash for a slash.
        var read = location.Trim()
            .Replace("\t", "", StringComparison.Ordinal)
            .Replace("\r", "", StringComparison.Ordinal)
            .Replace("\n", "", StringComparison.Ordinal)
            .Replace('\\', '/');
        Assert.True(read.StartsWith('/') && !read.StartsWith("//", StringComparison.Ordinal), $"{form} leads to {location}");
        Assert.Equal(server.Api.Address.Authority, new Uri(server.Api.Address, read).Authority);

        // However often something on the way decodes it.
        for (var (before, decoded) = ("", read); decoded != before; (before, decoded) = (decoded, Uri.UnescapeDataString(decoded)))
        {
            Assert.False(decoded.Replace('\\', '/').StartsWith("//", StringComparison.Ordinal), $"{form} leads to {location}");
        }

        Assert.DoesNotContain(
            answer.Headers,
            header => header.Value.Any(value => header.Key != "Location" && value.Contains(Evil, StringComparison.Ordinal)));
    }
}
