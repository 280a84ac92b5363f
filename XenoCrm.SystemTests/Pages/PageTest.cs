using Microsoft.Playwright;
using XenoCrm.SystemTests.Graph;
using XenoCrm.Tests.Support;

namespace XenoCrm.SystemTests.Pages;

/// <summary>A test in a browser; when it is over, no page that it visited may have done anything wrong.</summary>
[Collection(PageCollection.Name)]
public abstract class PageTest(PageGraph graph) : IAsyncLifetime
{
    private readonly List<Visit> visits = [];

    // How long a page may take: a busy machine is no fault.
    private const float Patience = 30_000;

    private protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private protected PageGraph Graph => graph;

    /// <summary>The API under the pages, signed in as an admin.</summary>
    private protected ServiceGraph Services { get; private set; } = null!;

    private protected HttpClient Api => Services.Client;

    public virtual async ValueTask InitializeAsync()
    {
        Assertions.SetDefaultExpectTimeout(Patience);
        Services = await graph.ReadyAsync();
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        foreach (var visit in visits.Where(visit => !visit.IsOver))
        {
            if (TestContext.Current.TestState?.Result == TestResult.Failed || visit.Faults.Count > 0)
            {
                await PictureAsync(visit);
            }

            await visit.EndAsync();
        }

        AfterVisits();
        Assert.Empty(visits.SelectMany(visit => visit.Faults).Distinct());
    }

    private protected virtual void AfterVisits()
    {
    }

    /// <param name="role">Null for nobody.</param>
    /// <param name="change">Of the window: its size, its colours, without JavaScript.</param>
    /// <param name="address">Of another API than the graph's.</param>
    private protected async Task<Visit> VisitAsync(
        string? role = "admin", Action<BrowserNewContextOptions>? change = null, Uri? address = null)
    {
        address ??= Services.Api.Address;
        var options = new BrowserNewContextOptions
        {
            Locale = "en-GB",
            TimezoneId = "UTC",
            ViewportSize = new() { Width = 1280, Height = 900 },
            ColorScheme = ColorScheme.Light,
            ReducedMotion = ReducedMotion.Reduce,
        };
        change?.Invoke(options);
        var context = await (await graph.BrowserAsync()).NewContextAsync(options);
        if (role is not null)
        {
            var answer = await context.APIRequest.PostAsync(
                new Uri(address, "/auth/dev").ToString(),
                new() { DataObject = new { email = $"{role}@example.com", role } });
            Assert.True(answer.Ok, $"{answer.Status}");
        }

        var visit = await Visit.BeginAsync(context, address);
        visits.Add(visit);
        return visit;
    }

    private protected static ILocatorAssertions Expect(ILocator what) => Assertions.Expect(what);

    private protected static IPageAssertions Expect(Visit visit) => Assertions.Expect(visit.Page);

    private static async Task PictureAsync(Visit visit)
    {
        var folder = Directory.CreateDirectory(Path.Combine(Repository.Root, "artifacts", "pages")).FullName;
        var name = string.Concat(TestContext.Current.Test!.TestDisplayName.Split('.')[^1].Where(c => char.IsLetterOrDigit(c) || c == '_'));
        try
        {
            await visit.Page.ScreenshotAsync(new() { Path = Path.Combine(folder, $"{name[..Math.Min(name.Length, 120)]}.png") });
        }
        catch (PlaywrightException)
        {
            // A page that cannot be pictured has shown its fault otherwise.
        }
    }
}
