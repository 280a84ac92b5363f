using Microsoft.Extensions.Options;
using XenoCrm.Core;
using XenoCrm.Core.Receipts;

namespace XenoCrm.ReceiptWorker.Receipts;

/// <summary>Keeps the stream small and measures its backlog, now and then. Any number of workers may do it at once.</summary>
internal sealed partial class StreamKeeper(
    IReceiptStream stream,
    ReceiptConsumer consumer,
    ReceiptTelemetry telemetry,
    IOptions<ReceiptWorkerOptions> options,
    TimeProvider clock,
    ILogger<StreamKeeper> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.Value.KeepInterval, clock);
        try
        {
            do
            {
                await KeepAsync(stoppingToken);
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops.
        }
    }

    private async Task KeepAsync(CancellationToken cancellationToken)
    {
        try
        {
            var trimmed = await stream.TrimAsync(cancellationToken);
            telemetry.Observed(await stream.InfoAsync(consumer.Group, cancellationToken));
            Log.Trimmed(logger, trimmed);
        }
        catch (StoreUnavailableException e)
        {
            Log.NotKept(logger, e.Message);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Debug, Message = "{Entries} entries that everybody is done with were dropped from the stream.")]
        public static partial void Trimmed(ILogger logger, long entries);

        [LoggerMessage(Level = LogLevel.Debug, Message = "The stream could not be trimmed or measured. {Reason}")]
        public static partial void NotKept(ILogger logger, string reason);
    }
}
