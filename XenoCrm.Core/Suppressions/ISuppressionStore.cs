namespace XenoCrm.Core.Suppressions;

/// <summary>
/// The addresses that are never written to, whoever's they are. Customers whose address is among them are no part of an audience, and a
/// message that would go to one is not sent: <see cref="Campaigns.SkipReason.Suppressed"/>.
/// </summary>
public interface ISuppressionStore
{
    /// <summary>Puts an address on the list. One that is there stays as it is.</summary>
    /// <returns>The entry, and whether it is new.</returns>
    /// <exception cref="StoreUnavailableException">It was not stored.</exception>
    Task<(Suppression Entry, bool IsNew)> AddAsync(NewSuppression suppression, CancellationToken cancellationToken);

    /// <summary>The entry of the first of these that is on the list; null if none is.</summary>
    /// <param name="forms">Of one address: <see cref="ContactAddress.FormsOfPhone"/>.</param>
    /// <param name="cancellationToken">The caller's.</param>
    Task<Suppression?> FindAsync(IReadOnlyList<ContactAddress> forms, CancellationToken cancellationToken);

    /// <summary>Takes an address off the list, in each of its forms.</summary>
    /// <returns>The entry that it had, the first where it had several; null if it had none.</returns>
    /// <exception cref="StoreUnavailableException">It was not taken off.</exception>
    Task<Suppression?> RemoveAsync(IReadOnlyList<ContactAddress> forms, CancellationToken cancellationToken);

    /// <summary>Newest first.</summary>
    /// <exception cref="InvalidCursorException">The cursor is not this list's.</exception>
    Task<Page<Suppression>> ListAsync(PageRequest page, CancellationToken cancellationToken);

    Task<long> CountAsync(CancellationToken cancellationToken);
}
