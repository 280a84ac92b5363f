using Microsoft.Playwright;
using XenoCrm.SystemTests.Graph;
using XenoCrm.Tests.Support;

namespace XenoCrm.SystemTests.Pages;

/// <summary>One application, embedded, and one browser for all tests of the pages.</summary>
public sealed class PageGraph : DistributedGraph
{
    private static readonly SemaphoreSlim Starting = new(1);

    private IPlaywright? playwright;
    private IBrowser? browser;

    /// <summary>What every page has to show.</summary>
    internal Showcase Showcase { get; } = new();

    private protected override string[] Arguments => ["XENOCRM_CONTAINERS=off", "XENOCRM_REDIS=off"];

    // All tests come from one address, and some send a lot at once.
    private protected override (string Key, string Value)[] Environment =>
        [
            ("Limits__SignInBurst", "100000"), ("Limits__AddressBurst", "100000"), ("Limits__UserBurst", "100000"),

            // Files as they were built, compressed: in Development they are else sent as they are just now, uncompressed.
            ("ReloadStaticAssetsAtRuntime", "false"),

            // What is under way stays so until its receipt comes.
            ("Campaigns__ReceiptTimeout", "00:30:00"),

            // A receipt that no message knows is given up soon.
            ("ReceiptWorker__RetryDelay", "00:00:00.050"),
        ];

    internal override void Require() => Tools.Chromium();

    internal async Task<IBrowser> BrowserAsync()
    {
        Require();
        await Starting.WaitAsync(TestContext.Current.CancellationToken);
        try
        {
            playwright ??= await Playwright.CreateAsync();
            return browser ??= await playwright.Chromium.LaunchAsync(new()
            {
                ExecutablePath = Tools.Chromium(),
                Headless = true,

                // Chromium's sandbox is not for root, whom it would let out of it.
                Args = System.Environment.IsPrivilegedProcess ? ["--no-sandbox"] : [],
            });
        }
        finally
        {
            Starting.Release();
        }
    }

    public override async ValueTask DisposeAsync()
    {
        if (browser is not null)
        {
            await browser.CloseAsync();
        }

        playwright?.Dispose();
        await base.DisposeAsync();
    }
}

[CollectionDefinition(Name)]
public sealed class PageCollection : ICollectionFixture<PageGraph>
{
    public const string Name = "Pages";
}
