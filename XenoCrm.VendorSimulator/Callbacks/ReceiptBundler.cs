using Microsoft.Extensions.Options;
using XenoCrm.ServiceDefaults;
using XenoCrm.VendorSimulator.Storage;

namespace XenoCrm.VendorSimulator.Callbacks;

/// <summary>Turns receipts into callbacks as they fall due, lingering a little in between so that a callback has company.</summary>
internal sealed class ReceiptBundler(
    ReceiptQueue receipts,
    IOptions<VendorOptions> options,
    TimeProvider time,
    ILogger<ReceiptBundler> logger) : PollingService<StorageException>(time, logger, receipts.Changed)
{
    protected override Backoff Idle => Backoff.Constant(Due.LongestWait);

    protected override Backoff Failing => Backoff.Constant(TimeSpan.FromSeconds(1));

    protected override async Task<TimeSpan?> PollOnceAsync(CancellationToken stoppingToken)
    {
        if (await receipts.MoveDueAsync(stoppingToken) == ReceiptQueue.MaxMove)
        {
            return TimeSpan.Zero;
        }

        await Task.Delay(options.Value.CallbackLinger, Time, stoppingToken);
        return Due.In(receipts.NextDue(), Time);
    }
}
