using XenoCrm.Core.Customers;

namespace XenoCrm.Api.Segments.Sentences;

/// <summary>
/// The account's own words, as the store counts them. They are kept for fifty times as long as counting took, a minute at most: in a
/// small store a city is known as soon as its first customer is, and in a large one sentences, which come in groups, count once.
/// </summary>
internal sealed class AccountWords(ICustomerStore customers, TimeProvider time) : IDisposable
{
    private const int Most = 200;

    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(1);

    private readonly SemaphoreSlim counting = new(1);
    private CustomerWords? words;
    private long countedAt;
    private TimeSpan lifetime;

    /// <exception cref="StoreUnavailableException">They cannot be counted now.</exception>
    public async Task<CustomerWords> GetAsync(CancellationToken cancellationToken)
    {
        await counting.WaitAsync(cancellationToken);
        try
        {
            if (words is null || time.GetElapsedTime(countedAt) >= lifetime)
            {
                var began = time.GetTimestamp();
                words = await customers.CountWordsAsync(Most, cancellationToken);
                countedAt = time.GetTimestamp();
                var took = time.GetElapsedTime(began, countedAt);
                lifetime = took * 50 < Longest ? took * 50 : Longest;
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
