using XenoCrm.Core.Receipts;

namespace XenoCrm.ReceiptWorker.Receipts;

internal static class ReceiptWorkerServices
{
    public static IServiceCollection AddReceiptWorker(this IServiceCollection services)
    {
        services.AddOptions<ReceiptWorkerOptions>()
            .BindConfiguration(ReceiptWorkerOptions.Section)
            .ValidateDataAnnotations()
            .ValidateOnStart();

        // A name of its own for each start: what a crashed process had is another consumer's, and is reclaimed.
        services.AddSingleton(new ReceiptConsumer(
            ReceiptConsumer.Workers, $"{Environment.MachineName}-{Environment.ProcessId}-{Guid.NewGuid():N}"));
        services.AddSingleton<ReceiptHandler>();
        services.AddSingleton<ReceiptPoller>();
        services.AddHostedService<ReceiptLoop>();
        services.AddHostedService<StreamKeeper>();
        return services;
    }
}
