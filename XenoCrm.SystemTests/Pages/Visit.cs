using System.Collections.Concurrent;
using Microsoft.Playwright;

namespace XenoCrm.SystemTests.Pages;

/// <summary>
/// Somebody's browser window, which notes whatever a page does wrong: an error in the console, a script's exception, an answer
/// of 400 or more that the test did not expect, a request that failed, something that the policy forbids.
/// </summary>
internal sealed class Visit(IBrowserContext context, IPage page, Uri address)
{
    private readonly ConcurrentQueue<string> faults = new();
    private readonly ConcurrentDictionary<int, bool> expected = new();

    public IPage Page => page;

    public IBrowserContext Context => context;

    public Uri Address => address;

    /// <summary>The address without its host.</summary>
    public string Path => new Uri(page.Url).PathAndQuery;

    public ILocator Main => page.Locator("main");

    public ILocator Heading => page.GetByRole(AriaRole.Heading, new() { Level = 1 });

    public static async Task<Visit> BeginAsync(IBrowserContext context, Uri address)
    {
        // A policy's violation is not always an error in the console.
        await context.AddInitScriptAsync(
            "addEventListener('securitypolicyviolation', e => "
                + "console.error(`policy: ${e.effectiveDirective} forbids ${e.blockedURI} in ${e.sourceFile}:${e.lineNumber}`))");
        var page = await context.NewPageAsync();
        page.SetDefaultTimeout(30_000);
        var visit = new Visit(context, page, address);
        visit.Listen(page);
        return visit;
    }

    /// <summary>A second tab of the same browser.</summary>
    public async Task<Visit> TabAsync()
    {
        var tab = await context.NewPageAsync();
        tab.SetDefaultTimeout(30_000);
        Listen(tab);
        return new Visit(context, tab, address);
    }

    /// <summary>An answer of this status is in order from now on.</summary>
    public void Expect(int status) => expected[status] = true;

    public async Task<IResponse> GoAsync(string path) => (await page.GotoAsync(new Uri(address, path).ToString()))!;

    public bool IsOver { get; private set; }

    public async Task EndAsync()
    {
        IsOver = true;
        await context.CloseAsync();
    }

    /// <summary>What was noted.</summary>
    public IReadOnlyCollection<string> Faults => faults;

    private void Listen(IPage of)
    {
        of.PageError += (_, error) => faults.Enqueue($"exception at {of.Url}: {error}");
        of.Console += (_, message) =>
        {
            // A failed load is judged below, by its status.
            if (message.Type == "error" && !message.Text.StartsWith("Failed to load resource", StringComparison.Ordinal))
            {
                faults.Enqueue($"console at {of.Url}: {message.Text}");
            }
        };
        of.Response += (_, response) =>
        {
            if (response.Status >= 400 && !expected.ContainsKey(response.Status))
            {
                faults.Enqueue($"{response.Status} {response.Request.Method} {response.Url}");
            }
        };
        of.RequestFailed += (_, request) =>
        {
            // What a page leaves behind as one goes on is called off by the browser.
            if (request.Failure is not "net::ERR_ABORTED")
            {
                faults.Enqueue($"{request.Failure} {request.Method} {request.Url}");
            }
        };
    }
}
