using System.Text.Json;
using XenoCrm.Core.Campaigns;
using XenoCrm.Core.Customers;
using XenoCrm.Core.Receipts;
using XenoCrm.Tests.Support;

namespace XenoCrm.Tests.Campaigns;

/// <summary>An API with quick retries against a scripted vendor, and the few steps that campaign tests share.</summary>
internal sealed class CampaignDriver : IAsyncDisposable
{
    private readonly ApiServer api;
    private HttpClient? client;

    public CampaignDriver(params (string Key, string Value)[] settings)
        : this(null, null, settings)
    {
    }

    /// <param name="vendor">Where the vendor is said to be, if not where it is.</param>
    /// <param name="log">Gets what is logged.</param>
    /// <param name="settings">Configuration by key, on top of the quick retries.</param>
    public CampaignDriver(Uri? vendor, ILoggerProvider? log, params (string Key, string Value)[] settings)
    {
        api = new ApiServer(
            Settings(vendor ?? Vendor.Address, settings),
            log is null ? null : host => host.ConfigureServices(services => services.AddSingleton(log)));
    }

    private static IEnumerable<KeyValuePair<string, string?>> Settings(Uri vendor, (string Key, string Value)[] settings)
    {
        var defaults = new Dictionary<string, string?>
        {
            ["Vendor:BaseAddress"] = vendor.ToString(),
            ["Vendor:Timeout"] = "00:00:00.500",
            ["Campaigns:Lease"] = "00:00:02",
            ["Campaigns:FirstRetryDelay"] = "00:00:00.010",
            ["Campaigns:LongestRetryDelay"] = "00:00:00.050",
            ["Campaigns:ReceiptTimeout"] = "00:00:01",
        };
        return defaults.Concat(settings.ToDictionary(setting => setting.Key, setting => (string?)setting.Value));
    }

    private CampaignDriver(TimeProvider time, (string Key, string Value)[] settings)
    {
        api = new ApiServer(
            Settings(Vendor.Address, settings), host => host.ConfigureServices(services => services.AddSingleton(time)));
    }

    /// <summary>One whose API lives by another clock.</summary>
    public static CampaignDriver By(TimeProvider time, params (string Key, string Value)[] settings) => new(time, settings);

    public ScriptedVendor Vendor { get; } = new();

    public ApiServer Api => api;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Signs in anew with the next request: a session ends while the clock is put forward.</summary>
    public void SignInAnew()
    {
        client?.Dispose();
        client = null;
    }

    public async Task<HttpClient> ClientAsync() => client ??= await api.SignedInAsync();

    /// <summary>Ingests so many customers, c0000 on.</summary>
    public async Task CustomersAsync(int count)
    {
        var customers = Enumerable.Range(0, count)
            .Select(i => new CustomerChange { Id = $"c{i:0000}", Name = $"Customer {i}", Email = $"c{i:0000}@example.com" });
        await api.Services.GetRequiredService<ICustomerStore>().UpsertAsync([.. customers], Cancellation);
    }

    public async Task<string> LaunchAsync(string message = "Hi {{firstName|there}}", string name = "Everybody")
    {
        var answer = await (await ClientAsync()).PostAsJsonAsync(
            "/segments", new { name, rule = new Dictionary<string, bool> { ["$everyone"] = true }, message }, Cancellation);
        Assert.Equal(System.Net.HttpStatusCode.Created, answer.StatusCode);
        return (await answer.Content.ReadFromJsonAsync<JsonElement>(Cancellation)).GetProperty("campaignId").GetString()!;
    }

    public async Task<JsonElement> CampaignAsync(string id) =>
        await (await ClientAsync()).GetFromJsonAsync<JsonElement>($"/campaigns/{id}", Cancellation);

    public async Task<IReadOnlyList<JsonElement>> LogAsync(string id, string status = "") =>
        await (await ClientAsync()).GetFromJsonAsync<JsonElement[]>($"/campaigns/{id}/logs?limit=500&status={status}", Cancellation) ?? [];

    public async Task<HttpResponseMessage> StepAsync(string id, string step) =>
        await (await ClientAsync()).PostAsync($"/campaigns/{id}/{step}", null, Cancellation);

    public Task UntilAsync(string id, string status) => Poll.UntilAsync(
        async () => (await CampaignAsync(id)).GetProperty("status").GetString() == status, $"campaign to be {status}");

    public Task UntilAcceptedAsync(string id, int count) => Poll.UntilAsync(
        async () => (await LogAsync(id)).Count(row => row.GetProperty("vendorMessageId").ValueKind == JsonValueKind.String) == count,
        $"the vendor to have {count} messages");

    /// <summary>Plays the worker: applies a receipt for each row, past the stream.</summary>
    public async Task ReceiveAsync(IReadOnlyList<JsonElement> rows, DeliveryStatus status, string? reason = null) =>
        await api.Services.GetRequiredService<IReceiptStore>().ApplyAsync(
            [.. rows.Select(row =>
                new Receipt(null, row.GetProperty("vendorMessageId").GetString()!, status, reason, null))], Cancellation);

    public async ValueTask DisposeAsync()
    {
        client?.Dispose();
        api.Dispose();
        await Vendor.DisposeAsync();
    }
}
