using System.Diagnostics;
using System.Text.Json;
using Microsoft.Extensions.Time.Testing;
using XenoCrm.VendorSimulator;
using XenoCrm.VendorSimulator.Callbacks;

namespace XenoCrm.Tests.Support;

/// <summary>
/// The vendor on a socket of its own, in the test's process. Unless a test says otherwise it is as quick as it can be:
/// outcomes at once, callbacks without lingering, retries after milliseconds.
/// </summary>
public sealed class VendorServer : IDisposable
{
    public const string Secret = "the-secret-of-the-vendor-tests";

    private readonly TempFolder folder = new();
    private readonly ServiceFactory<VendorOptions> factory;

    /// <param name="settings">Configuration by key, on top of the test's defaults.</param>
    /// <param name="clock">Instead of the system's.</param>
    /// <param name="folder">Instead of a folder of its own.</param>
    /// <param name="environment">Instead of Development.</param>
    /// <param name="logs">Where log lines go, too.</param>
    public VendorServer(
        Dictionary<string, string?>? settings = null,
        FakeTimeProvider? clock = null,
        string? folder = null,
        string environment = "Development",
        ILoggerProvider? logs = null)
    {
        var defaults = new Dictionary<string, string?>
        {
            ["XENOCRM_DATA"] = folder ?? this.folder.Path,
            ["Webhooks:Secrets:0"] = Secret,
            ["Logging:LogLevel:Default"] = logs is null ? "Warning" : "Trace",
            ["Vendor:Seed"] = "1",
            ["Vendor:MinDelay"] = "00:00:00",
            ["Vendor:MaxDelay"] = "00:00:00",
            ["Vendor:CallbackLinger"] = "00:00:00.005",
            ["Vendor:RetryDelay"] = "00:00:00.010",
        };
        factory = new ServiceFactory<VendorOptions>(builder =>
        {
            builder.UseEnvironment(environment);
            foreach (var (key, value) in defaults.Concat(settings ?? []))
            {
                builder.UseSetting(key, value);
            }

            builder.ConfigureServices(services =>
            {
                if (clock is not null)
                {
                    services.AddSingleton<TimeProvider>(clock);
                }

                if (logs is not null)
                {
                    services.AddSingleton(logs);
                }
            });
        });

        // A trace begins only where a test begins it.
        var handler = new SocketsHttpHandler { ActivityHeadersPropagator = DistributedContextPropagator.CreateNoOutputPropagator() };
        Client = new HttpClient(handler) { BaseAddress = factory.Address };
    }

    public HttpClient Client { get; }

    public IServiceProvider Services => factory.Services;

    public string DataFolder => folder.Path;

    public long PendingReceipts => Services.GetRequiredService<CallbackQueue>().PendingReceipts();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static object Batch(string callbackUrl, params IEnumerable<string> ids) =>
        new { callbackUrl, messages = ids.Select(id => new { id, recipient = $"{id}@example.com", text = $"A message for {id}" }) };

    public Task<HttpResponseMessage> PostAsync(object body) => Client.PostAsJsonAsync("/vendor/send", body, Cancellation);

    /// <summary>Sends a batch that must be accepted; the vendor's ids by ours.</summary>
    public async Task<Dictionary<string, string>> SendAsync(string callbackUrl, params IEnumerable<string> ids)
    {
        using var answer = await PostAsync(Batch(callbackUrl, ids));
        answer.EnsureSuccessStatusCode();
        var accepted = (await answer.Content.ReadFromJsonAsync<JsonElement>(Cancellation)).GetProperty("accepted");
        return accepted.EnumerateArray().DistinctBy(one => one.GetProperty("id").GetString())
            .ToDictionary(one => one.GetProperty("id").GetString()!, one => one.GetProperty("vendorMessageId").GetString()!);
    }

    /// <summary>What the vendor says of a message; null if it does not know it.</summary>
    public async Task<JsonElement?> FindAsync(string id)
    {
        using var answer = await Client.GetAsync($"/vendor/messages/{id}", Cancellation);
        return answer.IsSuccessStatusCode ? await answer.Content.ReadFromJsonAsync<JsonElement>(Cancellation) : null;
    }

    public async Task SwitchAsync(object faults)
    {
        using var answer = await Client.PutAsJsonAsync("/vendor/faults", faults, Cancellation);
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>As Ctrl+C does it.</summary>
    public Task StopAsync() => Services.GetRequiredService<IHost>().StopAsync(Cancellation);

    public void Dispose()
    {
        Client.Dispose();
        factory.Dispose();
        folder.Dispose();
    }
}
