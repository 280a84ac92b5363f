namespace XenoCrm.Data.Customers;

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

    /// <summary>By id, ascending. <paramref name="query"/>: part of the name or e-mail address, case ignored; null for all.</summary>
    /// <exception cref="InvalidCursorException">The cursor is not this list's.</exception>
    Task<Page<Customer>> ListAsync(string? query, PageRequest page, CancellationToken cancellationToken);

    /// <summary>
    /// Erases the person everywhere: profile, orders' personal fields, recipients and texts in the delivery logs. The log
    /// rows stay, so that a campaign's counts do. False if there is no such customer.
    /// </summary>
    Task<bool> EraseAsync(string id, CancellationToken cancellationToken);
}

/// <summary>What a client says of a customer. Null leaves a field as it is stored (or at its default, for a new one); an empty text or collection clears it.</summary>
public sealed record CustomerChange
{
    public string? Id { get; init; }

    public string? Name { get; init; }

    public string? Email { get; init; }

    public string? Phone { get; init; }

    public string? City { get; init; }

    public string? Country { get; init; }

    public IReadOnlyList<string>? Tags { get; init; }

    public IReadOnlyDictionary<string, AttributeValue>? Attributes { get; init; }

    public DateTimeOffset? CreatedAt { get; init; }

    public bool? Unsubscribed { get; init; }
}

public enum CustomerOutcome
{
    Created,
    Updated,

    /// <summary>The e-mail address is another customer's; nothing was stored of the row.</summary>
    EmailTaken,
}

/// <summary><paramref name="Id"/>: the customer's; for <see cref="CustomerOutcome.EmailTaken"/> that of the address's owner.</summary>
public sealed record CustomerResult(CustomerOutcome Outcome, string Id);
