using Microsoft.Extensions.Options;
using XenoCrm.VendorSimulator.Storage;

namespace XenoCrm.VendorSimulator.Callbacks;

/// <summary>Turns receipts into callbacks as they fall due, lingering a little in between so that a callback has company.</summary>
internal sealed partial class ReceiptBundler(ReceiptQueue receipts, IOptions<VendorOptions> options, TimeProvider clock, ILogger<ReceiptBundler> logger) : BackgroundService
{
    private static readonly TimeSpan AfterFailure = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                if (await receipts.MoveDueAsync(stoppingToken) == ReceiptQueue.MaxMove)
                {
                    continue;
                }

                await Task.Delay(options.Value.CallbackLinger, clock, stoppingToken);
                if (receipts.NextDue() is var next && !(next <= clock.GetUtcNow()))
                {
                    await receipts.Changed.WaitAsync(next, stoppingToken);
                }
            }
            catch (StorageException e)
            {
                Log.Failed(logger, e.Message);
                await Task.Delay(AfterFailure, clock, stoppingToken);
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Error, Message = "Due receipts stay where they are for now. {Reason}")]
        public static partial void Failed(ILogger logger, string reason);
    }
}
