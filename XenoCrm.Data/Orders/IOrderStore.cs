namespace XenoCrm.Data.Orders;

public interface IOrderStore
{
    /// <summary>
    /// Stores a batch and brings the customers' totals up to date in the same step. An order id that is known already is
    /// left as it is and counts once. The answer says of each order, in the batch's order, whether it was new.
    /// </summary>
    /// <exception cref="StoreUnavailableException">Nothing of the batch was stored.</exception>
    Task<IReadOnlyList<bool>> AddAsync(IReadOnlyList<Order> batch, CancellationToken cancellationToken);
}
