using XenoCrm.Core.Customers;

namespace XenoCrm.Api.Segments.Sentences;

/// <summary>The account's own words, as the store counts them, kept for a minute: sentences come in groups, and new customers
/// soon.</summary>
internal sealed class AccountWords(ICustomerStore customers, TimeProvider time) : IDisposable
{
    private const int Most = 200;

    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(1);

    private readonly SemaphoreSlim counting = new(1);
    private CustomerWords? words;
    private long countedAt;

    /// <exception cref="StoreUnavailableException">They cannot be counted now.</exception>
    public async Task<CustomerWords> GetAsync(CancellationToken cancellationToken)
    {
        await counting.WaitAsync(cancellationToken);
        try
        {
            if (words is null || time.GetElapsedTime(countedAt) > Lifetime)
            {
                words = await customers.CountWordsAsync(Most, cancellationToken);
                countedAt = time.GetTimestamp();
            }

            return words;
        }
        finally
        {
            counting.Release();
        }
    }

    public void Dispose() => counting.Dispose();
}
