using XenoCrm.Api.Segments.Sentences;
using XenoCrm.Core.Customers;
using XenoCrm.Tests.Support;

namespace XenoCrm.Tests.Language;

public sealed class AccountWordsTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Words_are_counted_once_a_minute()
    {
        await using var stores = new SqliteStores();
        using var words = new AccountWords(stores.Customers, stores.Clock);
        Assert.Empty((await words.GetAsync(Cancellation)).Cities);

        await stores.Customers.UpsertAsync([new CustomerChange { Id = "c1", Name = "A", City = "Pune" }], Cancellation);
        Assert.Empty((await words.GetAsync(Cancellation)).Cities);

        stores.Clock.Advance(TimeSpan.FromSeconds(61));
        Assert.Equal([new WordCount("Pune", 1)], (await words.GetAsync(Cancellation)).Cities);
    }
}
