namespace XenoCrm.Core.Receipts;

public interface IReceiptStore
{
    /// <summary>
    /// Applies a batch in one durable write and answers receipt by receipt, in the batch's order. A row's status only ever
    /// rises (Pending, Failed, Sent), so neither order nor repetition matters. A receipt is matched by
    /// <see cref="Receipt.Id"/>, else by <see cref="Receipt.VendorMessageId"/>; a Failed of an earlier round than the
    /// row's is known but changes nothing.
    /// </summary>
    /// <exception cref="StoreUnavailableException">Nothing of the batch was stored.</exception>
    Task<IReadOnlyList<ReceiptOutcome>> ApplyAsync(IReadOnlyList<Receipt> batch, CancellationToken cancellationToken);
}

public enum ReceiptOutcome
{
    /// <summary>The row has risen to the receipt's status.</summary>
    Applied,

    /// <summary>The row knew it already, or better.</summary>
    Known,

    /// <summary>No row has that id (yet).</summary>
    Unmatched,
}
