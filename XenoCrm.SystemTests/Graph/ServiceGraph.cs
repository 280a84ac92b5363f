using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Text.Json;
using XenoCrm.Tests.Support;

namespace XenoCrm.SystemTests.Graph;

/// <summary>The application as it runs: API, vendor and worker as processes on loopback sockets, over one store.</summary>
internal sealed class ServiceGraph : IAsyncDisposable
{
    private readonly TempFolder folder = new();
    private readonly IReadOnlyList<IRunningService> services;

    /// <param name="redis">A connection string, or null for the embedded stream.</param>
    /// <param name="store">A MongoDB connection string, or null for the embedded store.</param>
    /// <param name="settings">Environment of all services, on top of the graph's own.</param>
    public ServiceGraph(string? redis = null, string? store = null, params (string Key, string Value)[] settings)
    {
        var (api, vendor, worker) = (Local(), Local(), Local());
        var environment = new Dictionary<string, string>
        {
            ["XENOCRM_DATA"] = folder.Path,
            ["Vendor__BaseAddress"] = vendor.ToString(),
            ["Vendor__CallbackUrl"] = new Uri(api, "/vendor/receipt").ToString(),
            ["Vendor__Seed"] = "7",
        };
        if (redis is not null)
        {
            environment["ConnectionStrings__redis"] = redis;
        }

        if (store is not null)
        {
            environment["ConnectionStrings__xenocrm"] = store;
        }

        foreach (var (key, value) in settings)
        {
            environment[key] = value;
        }

        services =
        [
            Api = new ServiceProcess("XenoCrm.Api", api, environment),
            Vendor = new ServiceProcess("XenoCrm.VendorSimulator", vendor, environment),
            Worker = new ServiceProcess("XenoCrm.ReceiptWorker", worker, environment),
        ];
        Client = At(api);
    }

    /// <summary>Services that something else runs, and starts in the order of who waits for whom.</summary>
    public ServiceGraph(IRunningService api, IRunningService vendor, IRunningService worker)
    {
        services = [Vendor = vendor, Api = api, Worker = worker];
        Client = At(api.Address);
    }

    public IRunningService Api { get; }

    public IRunningService Vendor { get; }

    public IRunningService Worker { get; }

    /// <summary>Signed in at the API.</summary>
    public HttpClient Client { get; }

    public string DataFolder => folder.Path;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public IRunningService this[string name] => name switch
    {
        "api" => Api,
        "vendor" => Vendor,
        _ => Worker,
    };

    public async Task StartAsync()
    {
        await Task.WhenAll(services.Select(service => service.StartAsync()));
        await SignInAsync();
    }

    public async Task SignInAsync() =>
        (await Client.PostAsJsonAsync("/auth/dev", new { email = "mara@example.com" }, Cancellation)).EnsureSuccessStatusCode();

    /// <summary>Ingests so many customers, c000000 on.</summary>
    public async Task CustomersAsync(int count)
    {
        foreach (var chunk in Enumerable.Range(0, count).Chunk(10_000))
        {
            var customers = chunk.Select(
                i => new { id = Id(i), name = $"Customer {i}", email = $"{Id(i)}@example.com", city = i % 2 == 0 ? "Pune" : "Delhi" });
            (await Client.PostAsJsonAsync("/customers/bulk", customers, Cancellation)).EnsureSuccessStatusCode();
        }

        static string Id(int i) => "c" + i.ToString("000000", CultureInfo.InvariantCulture);
    }

    public async Task<string> LaunchAsync()
    {
        var answer = await Client.PostAsJsonAsync(
            "/segments", new
            {
                name = "Everybody",
                rule = new Dictionary<string, bool> { ["$everyone"] = true },
                message = "Hi {{firstName}}, greetings to {{city|you}}"
            }, Cancellation);
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        return (await answer.Content.ReadFromJsonAsync<JsonElement>(Cancellation)).GetProperty("campaignId").GetString()!;
    }

    public async Task<CampaignView> CampaignAsync(string id) =>
        (await Client.GetFromJsonAsync<CampaignView>($"/campaigns/{id}", Cancellation))!;

    public Task UntilAsync(string id, Func<CampaignView, bool> condition, string what, TimeSpan? limit = null) => Poll.UntilAsync(
        async () =>
        {
            try
            {
                return condition(await CampaignAsync(id));
            }
            catch (HttpRequestException)
            {
                // The API may be the one that was killed.
                return false;
            }
        },
        what,
        limit ?? TimeSpan.FromMinutes(3));

    public async Task<IReadOnlyList<LogView>> LogAsync(string id)
    {
        var rows = new List<LogView>();
        for (string? cursor = ""; cursor is not null;)
        {
            var answer = await Client.GetAsync($"/campaigns/{id}/logs?limit=500&cursor={cursor}", Cancellation);
            answer.EnsureSuccessStatusCode();
            rows.AddRange((await answer.Content.ReadFromJsonAsync<LogView[]>(Cancellation))!);
            cursor = answer.Headers.TryGetValues("X-Next-Cursor", out var next) ? next.Single() : null;
        }

        return rows;
    }

    /// <summary>What the vendor itself says became of each row's message, by our id: the truth that our log is held against.</summary>
    public async Task<IReadOnlyDictionary<string, (string? VendorMessageId, string Status)>> LedgerAsync(IReadOnlyList<LogView> log)
    {
        var ledger = new ConcurrentDictionary<string, (string?, string)>();
        using var client = new HttpClient { BaseAddress = Vendor.Address };
        await Parallel.ForEachAsync(
            log, new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = Cancellation }, async (row, token) =>
        {
            var message = await client.GetFromJsonAsync<VendorView>($"/vendor/messages/{row.Id}", token);
            ledger[row.Id] = (message!.VendorMessageId, message.Status);
        });
        return ledger;
    }

    public async Task SetFaultsAsync(object faults)
    {
        using var client = new HttpClient { BaseAddress = Vendor.Address };
        (await client.PutAsJsonAsync("/vendor/faults", faults, Cancellation)).EnsureSuccessStatusCode();
    }

    public ValueTask DisposeAsync()
    {
        Client.Dispose();
        foreach (var service in services)
        {
            service.Dispose();
        }

        folder.Dispose();
        return ValueTask.CompletedTask;
    }

    // Keeps the cookie of its sign-in.
    private static HttpClient At(Uri address) =>
        new(new SocketsHttpHandler { CookieContainer = new CookieContainer() }) { BaseAddress = address };

    private static Uri Local() => new(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{FreePorts.Row(1)}"));
}

internal sealed record CampaignView(string Id, string Status, StatsView Stats);

internal sealed record StatsView(int Audience, int Pending, int Sent, int Failed);

internal sealed record LogView(
    string Id,
    string CustomerId,
    string? Recipient,
    string? Message,
    string Status,
    string? VendorMessageId,
    string? FailureReason,
    int Attempts);

internal sealed record VendorView(string VendorMessageId, string Status);
