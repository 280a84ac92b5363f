using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using StackExchange.Redis;
using XenoCrm.AppHost.Running;

namespace XenoCrm.Benchmarks.Running;

/// <summary>
/// The Node pipeline of <c>peers/</c>, written for the comparison under the same promises, beside a running application: the same Redis,
/// vendor, secret and disk, a store of its own.
/// </summary>
internal sealed class NodePeer : IAsyncDisposable
{
    private const string Stream = "peer:receipts";

    private static readonly string Folder = Path.Combine(ServiceOutput.Of("XenoCrm.Benchmarks").Folder, "peers");

    private readonly RunningApplication application;
    private readonly List<MeasuredProcess> processes = [];
    private readonly HttpClient client = new() { Timeout = TimeSpan.FromMinutes(30) };

    private NodePeer(RunningApplication application, int port)
    {
        this.application = application;
        Address = new(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}"));
    }

    /// <summary>What is to be done before it can run; null if it can.</summary>
    public static string? Missing =>
        !Directory.Exists(Path.Combine(Folder, "node_modules")) ? "run npm ci in XenoCrm.Benchmarks/peers once, with Node 20 or later."
        : (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(path => File.Exists(Path.Combine(path, "node")))
            ? null : "there is no node on the PATH.";

    public Uri Address { get; }

    public MeasuredProcess Api => processes[0];

    public MeasuredProcess Worker => processes[1];

    public string StoreFile => Path.Combine(application.Folder, "peer.db");

    /// <param name="application">With Redis.</param>
    /// <param name="cores">Its server's; null for all.</param>
    /// <param name="worker">Whether a worker applies what it receives.</param>
    public static async Task<NodePeer> StartAsync(RunningApplication application, string? cores, bool worker = false)
    {
        var peer = new NodePeer(application, LocalPorts.FindFree(1));
        try
        {
            peer.processes.Add(MeasuredProcess.Start("node api", peer.StartInfo("api.js", cores)));
            await Health.UntilHealthyAsync(peer.Api, peer.Address);
            if (worker)
            {
                peer.processes.Add(MeasuredProcess.Start("node worker", peer.StartInfo("worker.js", null)));
            }

            return peer;
        }
        catch
        {
            await peer.DisposeAsync();
            throw;
        }
    }

    /// <summary>What its stream has taken so far.</summary>
    public async Task<long> EntriesAsync()
    {
        await using var redis = await ConnectionMultiplexer.ConnectAsync(application.Redis!);
        return await redis.GetDatabase().StreamLengthAsync(Stream);
    }

    /// <summary>Fills its table of customers.</summary>
    public async Task FillAsync(int customers) => await PostAsync(
        string.Create(CultureInfo.InvariantCulture, $"/customers?count={customers}"));

    /// <summary>A campaign to all of them; the answer comes when the audience is stored, as ours.</summary>
    public Task<JsonElement> LaunchAsync() => PostAsync("/campaigns");

    public Task<JsonElement> StatsAsync() => client.GetFromJsonAsync<JsonElement>(new Uri(Address, "/campaigns/1"));

    public async ValueTask DisposeAsync()
    {
        client.Dispose();
        foreach (var process in processes)
        {
            await process.DisposeAsync();
        }
    }

    private async Task<JsonElement> PostAsync(string path)
    {
        using var answer = await client.PostAsync(new Uri(Address, path), null);
        answer.EnsureSuccessStatusCode();
        return await answer.Content.ReadFromJsonAsync<JsonElement>();
    }

    private ProcessStartInfo StartInfo(string script, string? cores)
    {
        var start = cores is null ? new ProcessStartInfo("node", [script]) : Cores.On(cores, "node", [script]);
        start.WorkingDirectory = Folder;
        start.Environment["NODE_ENV"] = "production";
        start.Environment["PORT"] = Address.Port.ToString(CultureInfo.InvariantCulture);
        start.Environment["REDIS"] = application.Redis;
        start.Environment["STREAM"] = Stream;
        start.Environment["STORE"] = StoreFile;
        start.Environment["SECRET"] = application.Secret;
        start.Environment["VENDOR"] = application.VendorAddress.ToString();
        return start;
    }
}
