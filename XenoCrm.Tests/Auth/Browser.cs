using System.Net;
using XenoCrm.Tests.Support;

namespace XenoCrm.Tests.Auth;

/// <summary>
/// What a browser does in a sign-in: a step at a time, with cookies by host. As browsers do on loopback, it sends Secure
/// cookies back over plain HTTP.
/// </summary>
internal sealed class Browser(ApiServer api) : IDisposable
{
    private readonly HttpClient client = new(SimulatedGoogle.Handler());
    private readonly Dictionary<string, string> cookies = [];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>The Set-Cookie headers of the last answer from the API.</summary>
    public IReadOnlyList<string> LastCookies { get; private set; } = [];

    public async Task<HttpResponseMessage> GetAsync(Uri url)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, url);
        var isApi = url.Authority == api.Address.Authority;
        if (isApi && cookies.Count > 0)
        {
            request.Headers.Add("Cookie", string.Join("; ", cookies.Select(cookie => $"{cookie.Key}={cookie.Value}")));
        }

        var answer = await client.SendAsync(request, Cancellation);
        if (isApi)
        {
            LastCookies = answer.Headers.TryGetValues("Set-Cookie", out var set) ? [.. set] : [];
            foreach (var cookie in LastCookies)
            {
                Keep(cookie);
            }
        }

        return answer;
    }

    public Task<HttpResponseMessage> GetAsync(string path) => GetAsync(new Uri(api.Address, path));

    /// <summary>The address that Google sends the browser back to, not visited yet.</summary>
    public async Task<Uri> CallbackAsync(string start = "/auth/google")
    {
        var toGoogle = await GetAsync(start);
        Assert.Equal(HttpStatusCode.Redirect, toGoogle.StatusCode);
        var back = await GetAsync(toGoogle.Headers.Location!);
        Assert.True(back.StatusCode == HttpStatusCode.Redirect, await back.Content.ReadAsStringAsync(Cancellation));
        return back.Headers.Location!;
    }

    /// <summary>The whole way; the answer is the callback's.</summary>
    public async Task<HttpResponseMessage> SignInAsync(string start = "/auth/google") => await GetAsync(await CallbackAsync(start));

    public void Forget() => cookies.Clear();

    public void Dispose() => client.Dispose();

    private void Keep(string header)
    {
        var parts = header.Split(';', StringSplitOptions.TrimEntries);
        var (name, value) = (
            parts[0][..parts[0].IndexOf('=', StringComparison.Ordinal)], parts[0][(parts[0].IndexOf('=', StringComparison.Ordinal) + 1)..]);
        if (value.Length == 0)
        {
            cookies.Remove(name);
        }
        else
        {
            cookies[name] = value;
        }
    }
}
