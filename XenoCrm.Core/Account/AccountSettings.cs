namespace XenoCrm.Core.Account;

/// <summary>
/// The account as it holds now: the configuration with what admins have set over it. Each server reads it from the store every
/// second, so that using it costs nothing. Take <see cref="Current"/> once for a piece of work: it may be another one a moment later.
/// </summary>
/// <param name="configured">The configuration.</param>
public sealed class AccountSettings(AccountOptions configured)
{
    private readonly Lock gate = new();
    private volatile AccountOptions? current;
    private long begun;
    private long taken;

    /// <summary>What the configuration says.</summary>
    public AccountOptions Configured => configured;

    /// <exception cref="StoreUnavailableException">The store could not be read since the process started: whoever went on by the
    /// configuration might write to people at night.</exception>
    public AccountOptions Current => current
        ?? throw new StoreUnavailableException("The account's settings could not be read yet.", new InvalidOperationException());

    /// <summary>Takes over what the store has now.</summary>
    public async Task<AccountOverrides> RefreshAsync(IAccountStore store, CancellationToken cancellationToken)
    {
        var number = Interlocked.Increment(ref begun);
        var stored = await store.ReadAsync(cancellationToken);
        lock (gate)
        {
            // A slower read that began earlier may have seen what was before a change.
            if (number > taken)
            {
                (taken, current) = (number, stored.Over(configured));
            }
        }

        return stored;
    }

    /// <summary>For parts that have no store.</summary>
    public void Take(AccountOverrides stored) => current = stored.Over(configured);
}
