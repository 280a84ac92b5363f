using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using MongoDB.Driver;
using XenoCrm.Benchmarks.Running;
using XenoCrm.Core.Account;
using XenoCrm.Core.Campaigns;
using XenoCrm.Core.Customers;
using XenoCrm.Core.Receipts;
using XenoCrm.Core.Suppressions;
using XenoCrm.Data;

namespace XenoCrm.Benchmarks.Faults.Model;

/// <summary>A new and empty store of its own, which several processes use at once: each opening of it is one of them.</summary>
internal sealed class StorePlace : IAsyncDisposable
{
    // Tens of thousands of small writes: where there is memory that looks like a disk, they go there.
    private static readonly string Memory = Directory.Exists("/dev/shm") ? "/dev/shm" : Path.GetTempPath();

    private readonly DirectoryInfo folder = MeasuredProcess.CreateFolder("xenocrm-model-", Memory);
    private readonly string? mongo;
    private readonly OwnDatabase database;
    private readonly List<OpenStore> processes = [];

    /// <param name="server">Of a MongoDB server; null for the embedded store.</param>
    public StorePlace(string? server)
    {
        mongo = server is null ? null : new MongoUrlBuilder(server) { DatabaseName = $"xenocrm_model_{Guid.NewGuid():N}" }.ToString();
        database = new OwnDatabase(mongo);
    }

    public ModelClock Clock { get; } = new();

    /// <summary>Whether rounds are numbered by the campaign's retries, rather than by the row's.</summary>
    public bool CountsRoundsByCampaign => mongo is not null;

    /// <summary>Those that have it open.</summary>
    public IReadOnlyList<OpenStore> Processes
    {
        get
        {
            while (processes.Count < 2)
            {
                processes.Add(Open());
            }

            return processes;
        }
    }

    /// <summary>One of them ends, and is started again.</summary>
    public async Task RestartAsync(int process)
    {
        await processes[process].DisposeAsync();
        processes[process] = Open();
    }

    private OpenStore Open() => new(mongo, folder.FullName, Clock);

    public async ValueTask DisposeAsync()
    {
        foreach (var process in processes)
        {
            await process.DisposeAsync();
        }

        await database.DisposeAsync();
        folder.Delete(recursive: true);
    }
}

/// <summary>A store as the services have it: by the interfaces of the domain.</summary>
internal sealed class OpenStore : IAsyncDisposable
{
    private readonly IHost host;

    public OpenStore(string? connection, string folder, TimeProvider time)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        if (connection is not null)
        {
            // The stream is not looked at.
            builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
            {
                ["ConnectionStrings:xenocrm"] = connection,
                ["ConnectionStrings:redis"] = "127.0.0.1:9",
            });
        }

        builder.Logging.SetMinimumLevel(LogLevel.Error);
        builder.Services.AddSingleton(time);
        builder.AddData(folder);
        host = builder.Build();
        host.Services.GetRequiredService<AccountSettings>().Take(AccountOverrides.None);
        Campaigns = host.Services.GetRequiredService<ICampaignStore>();
        Outbox = host.Services.GetRequiredService<IOutbox>();
        Customers = host.Services.GetRequiredService<ICustomerStore>();
        Receipts = host.Services.GetRequiredService<IReceiptStore>();
        Contacts = host.Services.GetRequiredService<IContactStore>();
        Suppressions = host.Services.GetRequiredService<ISuppressionStore>();
    }

    public ICampaignStore Campaigns { get; }

    public IOutbox Outbox { get; }

    public ICustomerStore Customers { get; }

    public IReceiptStore Receipts { get; }

    public IContactStore Contacts { get; }

    public ISuppressionStore Suppressions { get; }

    public ValueTask DisposeAsync() => ((IAsyncDisposable)host).DisposeAsync();
}
