using System.Runtime.CompilerServices;

namespace XenoCrm.Core.Customers;

/// <summary>Customers as the application needs them.</summary>
public interface ICustomerStore
{
    /// <summary>
    /// Stores a batch, all or nothing of each row, and answers row by row in the batch's order. A row with an id is that
    /// customer's; one without is the customer's with that e-mail address, or new. A new customer takes over the orders
    /// that came before it. Of two rows for the same customer the later wins.
    /// </summary>
    /// <exception cref="StoreUnavailableException">Nothing of the batch was stored.</exception>
    Task<IReadOnlyList<CustomerResult>> UpsertAsync(IReadOnlyList<CustomerChange> batch, CancellationToken cancellationToken);

    Task<Customer?> FindAsync(string id, CancellationToken cancellationToken);

    /// <summary>The names of those of the customers who are there, by id.</summary>
    Task<IReadOnlyDictionary<string, string>> FindNamesAsync(IReadOnlyCollection<string> ids, CancellationToken cancellationToken);

    /// <exception cref="InvalidCursorException">The cursor is not this list's.</exception>
    Task<Page<Customer>> ListAsync(CustomerQuery query, PageRequest page, CancellationToken cancellationToken);

    /// <summary>By id, ascending. <paramref name="text"/>: part of the name or e-mail address; null for all.</summary>
    /// <exception cref="InvalidCursorException">The cursor is not this list's.</exception>
    [OverloadResolutionPriority(1)]
    Task<Page<Customer>> ListAsync(string? text, PageRequest page, CancellationToken cancellationToken) =>
        ListAsync(new CustomerQuery { Text = text }, page, cancellationToken);

    /// <summary>
    /// Erases the person everywhere: profile, orders' personal fields, recipients and texts in the delivery logs. The log
    /// rows stay, so that a campaign's counts do. False if there is no such customer.
    /// </summary>
    Task<bool> EraseAsync(string id, CancellationToken cancellationToken);

    /// <summary>
    /// The <paramref name="most"/> most frequent cities, countries, tags and attribute keys, of up to
    /// <see cref="CustomerWords.MaxCustomers"/> customers.
    /// </summary>
    Task<CustomerWords> CountWordsAsync(int most, CancellationToken cancellationToken);
}
