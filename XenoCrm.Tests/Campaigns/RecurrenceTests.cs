using System.Globalization;
using XenoCrm.Core.Campaigns;

namespace XenoCrm.Tests.Campaigns;

public sealed class RecurrenceTests
{
    [Theory]
    [InlineData("0 9 * * MON", "Europe/Berlin", "2026-06-01T07:00:00Z", "2026-06-01T07:00:00Z")]
    [InlineData("0 9 * * MON", "Europe/Berlin", "2026-06-01T07:00:01Z", "2026-06-08T07:00:00Z")]
    [InlineData("0 9 L * *", "UTC", "2026-02-01T00:00:00Z", "2026-02-28T09:00:00Z")]
    [InlineData("30 2 * * *", "Europe/Berlin", "2026-03-28T12:00:00Z", "2026-03-29T01:00:00Z")] // left out: 03:00
    [InlineData("30 2 * * *", "Europe/Berlin", "2026-10-24T12:00:00Z", "2026-10-25T00:30:00Z")] // the first of two
    [InlineData("30 2 * * *", "Europe/Berlin", "2026-10-25T00:30:01Z", "2026-10-26T01:30:00Z")] // and not the second
    public void The_next_time_is_told_on_the_clocks_of_the_zone(string cron, string zone, string from, string next) =>
        Assert.Equal(At(next), new Recurrence(cron, zone, null).NextFrom(At(from)));

    [Fact]
    public void A_day_that_never_comes_has_no_next_time() =>
        Assert.Null(new Recurrence("0 9 30 2 *", "UTC", null).NextFrom(At("2026-01-01T00:00:00Z")));

    [Theory]
    [InlineData("")]
    [InlineData("every monday")]
    [InlineData("61 9 * * *")]
    [InlineData("0 9 * *")]
    [InlineData("@daily")]
    [InlineData("@every_second")]
    [InlineData("*/0 * * * *")]
    [InlineData("0 0 9 * * *")]
    public void What_is_no_cron_expression_has_a_fault(string cron) => Assert.NotNull(Recurrence.FaultOf(cron));

    private static DateTimeOffset At(string at) => DateTimeOffset.Parse(at, CultureInfo.InvariantCulture);
}
