using System.Globalization;
using Microsoft.Extensions.Time.Testing;
using XenoCrm.ServiceDefaults;

namespace XenoCrm.Tests.ServiceDefaults;

public sealed class BackoffTests
{
    private static readonly Backoff Pauses = new(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(30));

    [Theory]
    [InlineData(-1, 1)]
    [InlineData(1, 1)]
    [InlineData(2, 2)]
    [InlineData(5, 16)]
    [InlineData(6, 30)]
    [InlineData(int.MaxValue, 30)]
    public void A_pause_doubles_up_to_the_limit(int failures, int seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), Pauses.After(failures));

    [Fact]
    public void It_may_grow_by_another_factor_or_not_at_all()
    {
        Assert.Equal(TimeSpan.FromSeconds(9), (Pauses with { Factor = 3 }).After(3));
        Assert.Equal(TimeSpan.FromSeconds(7), Backoff.Constant(TimeSpan.FromSeconds(7)).After(100));
        Assert.Equal(TimeSpan.Zero, new Backoff(TimeSpan.Zero, TimeSpan.FromSeconds(30)).After(int.MaxValue));
    }

    [Fact]
    public void Chance_takes_up_to_half_of_it()
    {
        Assert.Equal(TimeSpan.FromSeconds(2), Pauses.After(3, chance: 0));
        Assert.Equal(TimeSpan.FromSeconds(3), Pauses.After(3, chance: 0.5));
        Assert.Equal(TimeSpan.FromSeconds(4), Pauses.After(3, chance: 1));
    }

    [Theory]
    [InlineData("3", 3)]
    [InlineData("0", 0)]
    [InlineData("Sun, 22 Nov 2026 08:00:10 GMT", 10)]
    [InlineData("Sun, 22 Nov 2026 07:59:59 GMT", null)]
    [InlineData("-3", null)]
    [InlineData("1.5", null)]
    [InlineData("soon", null)]
    [InlineData("", null)]
    [InlineData(null, null)]
    public void Retry_After_is_seconds_or_a_date_that_is_to_come(string? header, int? seconds)
    {
        var time = new FakeTimeProvider(DateTimeOffset.Parse("2026-11-22T08:00:00Z", CultureInfo.InvariantCulture));
        Assert.Equal(seconds, RetryAfter.Read(header, time)?.TotalSeconds);
    }

    [Theory]
    [InlineData(null, 5)]
    [InlineData(3, 5)]
    [InlineData(8, 8)]
    [InlineData(1_000_000, 3_600)]
    public void What_is_asked_for_is_honoured_within_reason(int? asked, int seconds) => Assert.Equal(
        TimeSpan.FromSeconds(seconds),
        RetryAfter.Honour(asked is { } wish ? TimeSpan.FromSeconds(wish) : null, TimeSpan.FromSeconds(5)));
}
