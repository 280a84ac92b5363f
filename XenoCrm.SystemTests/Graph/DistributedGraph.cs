using Aspire.Hosting.Testing;
using XenoCrm.Tests.Support;

namespace XenoCrm.SystemTests.Graph;

/// <summary>One application for all tests of a class, started by the first of them that is not skipped.</summary>
public abstract class DistributedGraph : IAsyncDisposable
{
    // A busy machine is no fault: only as short as the tests need to end in time.
    private static readonly (string Key, string Value)[] Settings =
    [
        ("Campaigns__Lease", "00:00:03"),
        ("Vendor__Timeout", "00:00:02"),
        ("Campaigns__ReceiptTimeout", "00:00:05"),
        ("Campaigns__BatchSize", "100"),
        ("Vendor__MaxRetryDelay", "00:00:02"),
        ("Vendor__Seed", "7"),
    ];

    private readonly TempFolder folder = new();
    private DistributedServices? services;
    private ServiceGraph? graph;

    internal DistributedServices Services => services!;

    /// <summary>The embedded store's, where it is used.</summary>
    internal string StoreFile => folder.File("xenocrm.db");

    /// <summary>Skips the test where this machine lacks what it needs.</summary>
    internal virtual void Require()
    {
    }

    /// <summary>All services healthy, signed in, and the vendor without faults, whatever an earlier test did.</summary>
    internal async Task<ServiceGraph> ReadyAsync()
    {
        Require();
        services ??= await StartAsync();
        graph ??= new ServiceGraph(services["api"], services["vendor"], services["worker"]);
        await BeforeServicesAsync(services);
        await graph.StartAsync();
        await graph.SetFaultsAsync(new { });
        return graph;
    }

    public virtual async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (graph is not null)
        {
            await graph.DisposeAsync();
        }

        if (services is not null)
        {
            await services.DisposeAsync();
        }

        folder.Dispose();
    }

    /// <summary>What the AppHost is told.</summary>
    private protected abstract string[] Arguments { get; }

    /// <summary>What the services are told besides.</summary>
    private protected virtual (string Key, string Value)[] Environment => [];

    private protected virtual void Change(IDistributedApplicationTestingBuilder builder)
    {
    }

    private protected virtual Task BeforeServicesAsync(DistributedServices running) => Task.CompletedTask;

    private Task<DistributedServices> StartAsync() =>
        DistributedServices.StartAsync(folder.Path, Arguments, Change, [.. Settings, .. Environment]);
}
