using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using XenoCrm.ReceiptWorker.Receipts;

namespace XenoCrm.Tests.Support;

/// <summary>The receipt worker in the test's process, on the data folder of an API.</summary>
public sealed class WorkerServer : IDisposable
{
    private readonly Factory factory;

    public WorkerServer(string dataFolder, IEnumerable<KeyValuePair<string, string?>>? settings = null, Action<IWebHostBuilder>? configure = null)
    {
        factory = new Factory(builder =>
        {
            builder.UseSetting("XENOCRM_DATA", dataFolder);
            builder.UseSetting("Logging:LogLevel:Default", "Error");
            foreach (var (key, value) in settings ?? [])
            {
                builder.UseSetting(key, value);
            }

            configure?.Invoke(builder);
        });
        factory.UseKestrel(0);
        factory.StartServer();
    }

    public IServiceProvider Services => factory.Services;

    public HttpClient Client() => new() { BaseAddress = factory.ClientOptions.BaseAddress };

    public void Dispose() => factory.Dispose();

    private sealed class Factory(Action<IWebHostBuilder> configure) : WebApplicationFactory<ReceiptWorkerOptions>
    {
        protected override void ConfigureWebHost(IWebHostBuilder builder) => configure(builder);
    }
}
