using XenoCrm.ReceiptWorker.Receipts;

namespace XenoCrm.Tests.Support;

/// <summary>The receipt worker in the test's process, on the data folder of an API.</summary>
public sealed class WorkerServer : IDisposable
{
    private readonly ServiceFactory<ReceiptWorkerOptions> factory;

    public WorkerServer(
        string dataFolder, IEnumerable<KeyValuePair<string, string?>>? settings = null, Action<IWebHostBuilder>? configure = null)
    {
        factory = new ServiceFactory<ReceiptWorkerOptions>(builder =>
        {
            builder.UseSetting("XENOCRM_DATA", dataFolder);
            builder.UseSetting("Logging:LogLevel:Default", "Error");
            foreach (var (key, value) in settings ?? [])
            {
                builder.UseSetting(key, value);
            }

            configure?.Invoke(builder);
        });
    }

    public IServiceProvider Services => factory.Services;

    public HttpClient Client() => new() { BaseAddress = factory.Address };

    public void Dispose() => factory.Dispose();

}
