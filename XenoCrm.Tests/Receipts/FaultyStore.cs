using XenoCrm.Core;
using XenoCrm.Core.Receipts;

namespace XenoCrm.Tests.Receipts;

/// <summary>The real store, with faults that a test turns on.</summary>
internal sealed class FaultyStore(IReceiptStore store) : IReceiptStore
{
    private volatile bool isDown;
    private volatile bool hangs;

    public bool IsDown
    {
        set => isDown = value;
    }

    public bool Hangs
    {
        set => hangs = value;
    }

    /// <summary>A write that has this receipt in it fails as a bug would make it fail.</summary>
    public string? Poison { get; set; }

    public async Task<IReadOnlyList<ReceiptOutcome>> ApplyAsync(IReadOnlyList<Receipt> batch, CancellationToken cancellationToken)
    {
        if (hangs)
        {
            await Task.Delay(Timeout.Infinite, cancellationToken);
        }

        if (isDown)
        {
            throw new StoreUnavailableException("The store is down.", new IOException());
        }

        return batch.Any(receipt => receipt.VendorMessageId == Poison)
            ? throw new FormatException($"{Poison} is poison.")
            : await store.ApplyAsync(batch, cancellationToken);
    }
}
