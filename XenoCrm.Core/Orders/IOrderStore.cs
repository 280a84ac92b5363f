namespace XenoCrm.Core.Orders;

public interface IOrderStore
{
    /// <summary>
    /// Stores a batch and brings the customers' totals up to date in the same step, and answers order by order. An order whose
    /// id is known is replaced by what comes now: a correction, which all totals follow; of the same contents it counts once. A
    /// refund goes where its order goes.
    /// </summary>
    /// <exception cref="StoreUnavailableException">Nothing of the batch was stored.</exception>
    Task<IReadOnlyList<OrderOutcome>> AddAsync(IReadOnlyList<Order> batch, CancellationToken cancellationToken);

    Task<Order?> FindAsync(string id, CancellationToken cancellationToken);

    /// <summary>A customer's orders and refunds, newest first.</summary>
    /// <exception cref="InvalidCursorException">The cursor is not this list's.</exception>
    Task<Page<Order>> ListAsync(string customerId, PageRequest page, CancellationToken cancellationToken);

    /// <summary>Takes an order, and the refunds of it, out of the store and of all totals. False if there is no such order.</summary>
    Task<bool> RemoveAsync(string id, CancellationToken cancellationToken);
}
