using XenoCrm.Core.Customers;
using XenoCrm.Core.Orders;
using XenoCrm.Core.Rows;
using XenoCrm.Core.Suppressions;

namespace XenoCrm.Core.Imports;

/// <summary>
/// Imports and the rows that they bring. A batch, its errors and the checkpoint after it are one step, so that no crash makes a row
/// count twice. Of an import that is a dry run the rows are judged against what is stored and those before them in the batch, and are not
/// stored.
/// </summary>
public interface IImportStore
{
    /// <exception cref="StoreUnavailableException">It was not stored.</exception>
    Task AddAsync(Import import, CancellationToken cancellationToken);

    Task<Import?> FindAsync(string id, CancellationToken cancellationToken);

    /// <summary>All, the newest first.</summary>
    /// <exception cref="InvalidCursorException">The cursor is none of this list's.</exception>
    Task<Page<Import>> ListAsync(PageRequest page, CancellationToken cancellationToken);

    /// <summary>Every error of the rows before the checkpoint, in the rows' order; none for an import that is not there.</summary>
    /// <exception cref="InvalidCursorException">The cursor is none of this list's.</exception>
    Task<Page<RowError>> ListRejectedAsync(string id, PageRequest page, CancellationToken cancellationToken);

    /// <summary>Those that have not ended, the oldest first.</summary>
    Task<IReadOnlyList<Import>> ListRunningAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Stores the rows that follow <paramref name="import"/>'s checkpoint, as <see cref="ICustomerStore.UpsertAsync"/> does, and moves the
    /// checkpoint past them.
    /// </summary>
    /// <returns>The import as it is now.</returns>
    /// <exception cref="ImportMovedException">Another process has continued it; nothing of the batch was stored.</exception>
    /// <exception cref="StoreUnavailableException">Nothing of the batch was stored.</exception>
    Task<Import> StoreAsync(Import import, RowBatch<CustomerChange> batch, CancellationToken cancellationToken);

    /// <summary>The same with orders, as <see cref="IOrderStore.AddAsync"/> does. An order that was known is accepted.</summary>
    /// <inheritdoc cref="StoreAsync(Import, RowBatch{CustomerChange}, CancellationToken)"/>
    Task<Import> StoreAsync(Import import, RowBatch<Order> batch, CancellationToken cancellationToken);

    /// <summary>The same with addresses for the suppression list. One that was on it is accepted.</summary>
    /// <inheritdoc cref="StoreAsync(Import, RowBatch{CustomerChange}, CancellationToken)"/>
    Task<Import> StoreAsync(Import import, RowBatch<SuppressionRow> batch, CancellationToken cancellationToken);

    /// <summary>Ends an import that is running; one that has ended stays as it is.</summary>
    /// <param name="message">Why it failed; null for a completed one.</param>
    Task EndAsync(string id, ImportStatus status, string? message, CancellationToken cancellationToken);
}

/// <summary>The import is no longer where the caller left it: another process has taken it over, or it has ended.</summary>
public sealed class ImportMovedException() : Exception("The import is no longer at the checkpoint from which this batch was read.");
