using Microsoft.Extensions.Time.Testing;
using XenoCrm.Api.Segments.Sentences;
using XenoCrm.Core.Customers;
using XenoCrm.Tests.Support;

namespace XenoCrm.Tests.Language;

public sealed class AccountWordsTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private readonly FakeTimeProvider clock = new();

    [Fact]
    public async Task Words_that_are_counted_at_once_are_counted_for_each_sentence()
    {
        await using var stores = new SqliteStores();
        using var words = new AccountWords(stores.Customers, clock);
        Assert.Empty((await words.GetAsync(Cancellation)).Cities);

        await stores.Customers.UpsertAsync([new CustomerChange { Id = "c1", Name = "A", City = "Pune" }], Cancellation);
        Assert.Equal([new WordCount("Pune", 1)], (await words.GetAsync(Cancellation)).Cities);
    }

    [Fact]
    public async Task Words_that_take_long_to_count_are_kept_for_a_minute_at_most()
    {
        await using var stores = new SqliteStores();
        using var words = new AccountWords(stores.Customers, clock);
        clock.AutoAdvanceAmount = TimeSpan.FromSeconds(2);
        Assert.Empty((await words.GetAsync(Cancellation)).Cities);

        await stores.Customers.UpsertAsync([new CustomerChange { Id = "c1", Name = "A", City = "Pune" }], Cancellation);
        Assert.Empty((await words.GetAsync(Cancellation)).Cities);

        clock.Advance(TimeSpan.FromSeconds(60));
        Assert.Equal([new WordCount("Pune", 1)], (await words.GetAsync(Cancellation)).Cities);
    }
}
