using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using XenoCrm.Benchmarks.Measuring;
using XenoCrm.Benchmarks.Running;
using XenoCrm.Core;
using XenoCrm.Core.Campaigns;
using XenoCrm.Core.Receipts;
using XenoCrm.Data;

namespace XenoCrm.Benchmarks.Load;

/// <summary>What only the application's own parts can see of a running one, looked at from this process: its stream and its log.</summary>
internal sealed class Insight : IAsyncDisposable
{
    private const int ReadAtOnce = 5_000;

    private readonly RunningApplication application;
    private readonly IHost host;

    public Insight(RunningApplication application)
    {
        this.application = application;
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["ConnectionStrings:xenocrm"] = application.Store,
            ["ConnectionStrings:redis"] = application.Redis,
        }.Where(setting => setting.Value is not null));
        builder.Logging.SetMinimumLevel(LogLevel.Warning).AddFilter("StackExchange.Redis", LogLevel.None);
        builder.Services.AddSingleton(TimeProvider.System);
        builder.AddData(application.Folder);
        host = builder.Build();
        Stream = host.Services.GetRequiredService<IReceiptStream>();
        Campaigns = host.Services.GetRequiredService<ICampaignStore>();
    }

    public ICampaignStore Campaigns { get; }

    public IReceiptStream Stream { get; }

    /// <summary>Entries that no worker has finished; one at least while the stream cannot be asked.</summary>
    public async Task<long> BacklogAsync()
    {
        try
        {
            var backlog = await Stream.InfoAsync(ReceiptConsumer.Workers, CancellationToken.None);
            return (backlog.Lag ?? 1) + backlog.Pending;
        }
        catch (StoreUnavailableException)
        {
            return 1;
        }
    }

    /// <summary>
    /// Receipts in the entries that have come since this was last asked. A group of its own reads them and acknowledges them at once, so
    /// that it keeps nothing from being trimmed.
    /// </summary>
    public async Task<long> NewReceiptsAsync()
    {
        var ledger = new ReceiptConsumer("ledger", "ledger");
        var receipts = 0L;
        while (await Stream.ReadAsync(ledger, ReadAtOnce, CancellationToken.None) is { Count: > 0 } entries)
        {
            receipts += entries.Sum(entry => entry.Receipts?.Count ?? 0);
            await Stream.AcknowledgeAsync(ledger.Group, [.. entries.Select(entry => entry.Id)], CancellationToken.None);
        }

        return receipts;
    }

    public async Task UntilEmptyAsync()
    {
        var patience = new Patience("entries that wait in the stream");
        while (await BacklogAsync() is > 0 and var waiting)
        {
            patience.See(waiting);
            await Task.Delay(10);
        }
    }

    public async Task<long> DeadLettersAsync() => (await Stream.InfoAsync(ReceiptConsumer.Workers, CancellationToken.None)).DeadLetters;

    public async ValueTask DisposeAsync()
    {
        if (host is IAsyncDisposable disposable)
        {
            await disposable.DisposeAsync();
        }
        else
        {
            host.Dispose();
        }
    }
}
