using Microsoft.Extensions.Options;
using XenoCrm.Core;
using XenoCrm.Core.Receipts;

namespace XenoCrm.ReceiptWorker.Receipts;

/// <summary>Turn after turn until the host stops: pauses that grow while there is nothing to do, and while something is down.</summary>
internal sealed partial class ReceiptLoop(
    ReceiptPoller poller,
    IReceiptStream stream,
    ReceiptConsumer consumer,
    IOptions<ReceiptWorkerOptions> options,
    TimeProvider clock,
    ILogger<ReceiptLoop> logger) : BackgroundService
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // A batch in hand is finished, if that does not take too long; given up, it comes again elsewhere.
        using var giveUp = new CancellationTokenSource();
        using var stopping = stoppingToken.Register(() => giveUp.CancelAfter(options.Value.StopGrace));
        try
        {
            await RunAsync(giveUp.Token, stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops.
        }

        await LeaveAsync(giveUp.Token);
    }

    private async Task RunAsync(CancellationToken giveUp, CancellationToken stoppingToken)
    {
        var pause = TimeSpan.Zero;
        var failures = 0;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                pause = await poller.PollOnceAsync(giveUp) ? TimeSpan.Zero : Grow(pause, options.Value.MaxIdleDelay);
                if (failures > 0)
                {
                    Log.Recovered(logger, failures);
                    failures = 0;
                }
            }
            catch (StoreUnavailableException e)
            {
                pause = Grow(failures++ == 0 ? TimeSpan.Zero : pause, options.Value.MaxBackOff);
                Log.Unavailable(logger, pause, e.Message);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                // Not foreseen, and no reason to leave the receipts lying: whatever it was is not acknowledged.
                pause = Grow(failures++ == 0 ? TimeSpan.Zero : pause, options.Value.MaxBackOff);
                Log.Failed(logger, pause, e);
            }

            if (pause > TimeSpan.Zero)
            {
                await Task.Delay(pause, clock, stoppingToken);
            }
        }
    }

    private async Task LeaveAsync(CancellationToken cancellationToken)
    {
        try
        {
            await stream.LeaveAsync(consumer, cancellationToken);
        }
        catch (Exception e) when (e is StoreUnavailableException or OperationCanceledException)
        {
            // Its name stays behind, no more.
        }
    }

    private static TimeSpan Grow(TimeSpan pause, TimeSpan most)
    {
        var longer = pause == TimeSpan.Zero ? FirstPause : pause * 2;
        return longer < most ? longer : most;
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "Receipts have to wait: nothing is acknowledged, and it is tried again in {Pause}. {Reason}")]
        public static partial void Unavailable(ILogger logger, TimeSpan pause, string reason);

        [LoggerMessage(Level = LogLevel.Error, Message = "A turn failed; nothing of it is acknowledged, and it is tried again in {Pause}.")]
        public static partial void Failed(ILogger logger, TimeSpan pause, Exception exception);

        [LoggerMessage(Level = LogLevel.Information, Message = "Receipts are worked on again, after {Failures} tries in vain.")]
        public static partial void Recovered(ILogger logger, int failures);
    }
}
