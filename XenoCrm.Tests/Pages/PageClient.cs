using System.Net;
using System.Text.RegularExpressions;

namespace XenoCrm.Tests.Pages;

/// <summary>Asks as a browser does: for pages, and with forms of this site.</summary>
internal static partial class PageClient
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>The page's HTML; it must have this status.</summary>
    public static async Task<string> PageAsync(this HttpClient client, string path, HttpStatusCode status = HttpStatusCode.OK)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Add("Accept", "text/html");
        using var answer = await client.SendAsync(request, Cancellation);
        return await HtmlAsync(answer, status);
    }

    /// <summary>Sends a form as a browser of this site does.</summary>
    public static Task<HttpResponseMessage> SubmitAsync(this HttpClient client, string path, params (string Name, string Value)[] fields)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, path)
        {
            Content = new FormUrlEncodedContent(fields.Select(field => KeyValuePair.Create(field.Name, field.Value))),
        };
        request.Headers.Add("Sec-Fetch-Site", "same-origin");
        request.Headers.Add("Accept", "text/html");
        return client.SendAsync(request, Cancellation);
    }

    /// <summary>Where the form led; it must have been taken.</summary>
    public static async Task<string> TakenAsync(this Task<HttpResponseMessage> form)
    {
        using var answer = await form;
        Assert.Equal(HttpStatusCode.Found, answer.StatusCode);
        return answer.Headers.Location!.OriginalString;
    }

    /// <summary>The page that came instead.</summary>
    public static async Task<string> ShownAsync(this Task<HttpResponseMessage> form, HttpStatusCode status)
    {
        using var answer = await form;
        return await HtmlAsync(answer, status);
    }

    /// <summary>As people read it: letters beyond ASCII come as numbers.</summary>
    public static string Letters(string html) =>
        Number().Replace(html, number => ((char)Convert.ToInt32(number.Groups[1].Value, 16)).ToString());

    private static async Task<string> HtmlAsync(HttpResponseMessage answer, HttpStatusCode status)
    {
        var html = WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync(Cancellation));
        Assert.True(status == answer.StatusCode, $"{(int)answer.StatusCode} came instead of {(int)status}: {html}");
        Assert.Equal("text/html", answer.Content.Headers.ContentType?.MediaType);
        Assert.DoesNotMatch("<script(?![^>]* src=)| style=\"| on[a-z]+=\"", html);
        return html;
    }

    [GeneratedRegex("&#x([0-9A-F]+);")]
    private static partial Regex Number();
}
