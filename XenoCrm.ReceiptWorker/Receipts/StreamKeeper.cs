using Microsoft.Extensions.Options;
using XenoCrm.Core;
using XenoCrm.Core.Receipts;
using XenoCrm.ServiceDefaults;

namespace XenoCrm.ReceiptWorker.Receipts;

/// <summary>Keeps the stream small and measures its backlog, now and then. Any number of workers may do it at once.</summary>
internal sealed partial class StreamKeeper(
    IReceiptStream stream,
    ReceiptConsumer consumer,
    ReceiptTelemetry telemetry,
    IOptions<ReceiptWorkerOptions> options,
    TimeProvider time,
    ILogger<StreamKeeper> logger) : PollingService<StoreUnavailableException>(time, logger)
{
    protected override Backoff Idle => Backoff.Constant(options.Value.KeepInterval);

    protected override Backoff Failing => Idle;

    protected override async Task<TimeSpan?> PollOnceAsync(CancellationToken stoppingToken)
    {
        var trimmed = await stream.TrimAsync(stoppingToken);
        telemetry.Observed(await stream.InfoAsync(consumer.Group, stoppingToken));
        Log.Trimmed(Logger, trimmed);
        return null;
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Debug, Message = "{Entries} entries that everybody is done with were dropped from the stream.")]
        public static partial void Trimmed(ILogger logger, long entries);
    }
}
