using XenoCrm.ServiceDefaults;
using XenoCrm.VendorSimulator.Callbacks;
using XenoCrm.VendorSimulator.Faults;
using XenoCrm.VendorSimulator.Messages;
using XenoCrm.VendorSimulator.Receipts;
using XenoCrm.VendorSimulator.Storage;

namespace XenoCrm.VendorSimulator;

internal static class VendorServices
{
    public static WebApplicationBuilder AddVendor(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddOptions<VendorOptions>().BindConfiguration(VendorOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<RandomSource>();
        services.AddSingleton<VendorMetrics>();
        services.AddSingleton<FaultSwitches>();

        var folder = LocalEnvironment.DataFolder(builder.Configuration);
        services.AddSingleton(provider => new VendorDatabase(folder, provider.GetRequiredService<ILogger<VendorDatabase>>()));
        services.AddHealthChecks().AddCheck<DatabaseHealth>("database");

        services.AddSingleton<VendorMessageId>();
        services.AddSingleton<OutcomeSource>();
        services.AddSingleton<MessageStore>();
        services.AddHostedService<Pruner>();

        services.AddSingleton<ReceiptQueue>();
        services.AddSingleton<CallbackQueue>();
        services.AddSingleton<Retries>();
        services.AddSingleton<Receivers>();
        services.AddSingleton<CallbackSender>();
        services.AddSingleton(_ => CallbackClient());
        services.AddHostedService<ReceiptBundler>();
        services.AddHostedService<CallbackDispatcher>();
        return builder;
    }

    // One receiver that answers with a redirect must not send our receipts elsewhere. The sender sets its own time limit.
    private static HttpClient CallbackClient()
    {
        var client = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            PooledConnectionLifetime = TimeSpan.FromMinutes(2),
        });
        client.Timeout = Timeout.InfiniteTimeSpan;
        client.DefaultRequestHeaders.UserAgent.ParseAdd("XenoVendor/1.0");
        return client;
    }
}
