using Microsoft.Extensions.Options;
using XenoCrm.Core;
using XenoCrm.Core.Receipts;
using XenoCrm.ServiceDefaults;

namespace XenoCrm.ReceiptWorker.Receipts;

/// <summary>Polls until the host stops; what could not be done is not acknowledged, and comes again.</summary>
internal sealed class ReceiptLoop(
    ReceiptPoller poller,
    IReceiptStream stream,
    ReceiptConsumer consumer,
    IOptions<ReceiptWorkerOptions> options,
    TimeProvider time,
    ILogger<ReceiptLoop> logger) : PollingService<StoreUnavailableException>(time, logger)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(5);

    protected override Backoff Idle => new(FirstPause, options.Value.MaxIdleDelay);

    protected override Backoff Failing => new(FirstPause, options.Value.MaxBackOff);

    protected override TimeSpan Grace => options.Value.StopGrace;

    // A batch in hand is finished, if that does not take too long; given up, it comes again elsewhere.
    protected override async Task<TimeSpan?> PollOnceAsync(CancellationToken stoppingToken) =>
        await poller.PollOnceAsync(GivenUp) ? TimeSpan.Zero : null;

    protected override async Task LeaveAsync()
    {
        try
        {
            await stream.LeaveAsync(consumer, GivenUp);
        }
        catch (Exception e) when (e is StoreUnavailableException or OperationCanceledException)
        {
            // Its name stays behind, no more.
        }
    }
}
