using XenoCrm.Core.Account;

namespace XenoCrm.Tests.Account;

public sealed class QuietHoursTests
{
    private static readonly QuietHours Night = new() { From = new TimeOnly(21, 0), To = new TimeOnly(8, 0) };
    private static readonly QuietHours Noon = new() { From = new TimeOnly(12, 0), To = new TimeOnly(14, 0) };

    [Theory]
    [InlineData("2026-06-01T18:59:59Z", null)]
    [InlineData("2026-06-01T19:00:00Z", "2026-06-02T06:00:00Z")]
    [InlineData("2026-06-01T22:30:00Z", "2026-06-02T06:00:00Z")]
    [InlineData("2026-06-02T05:59:59Z", "2026-06-02T06:00:00Z")]
    [InlineData("2026-06-02T06:00:00Z", null)]
    public void A_night_goes_past_midnight_and_ends_in_the_morning(string at, string? end) => AssertEnds(Night, at, "Europe/Berlin", end);

    [Theory]
    [InlineData("2026-06-01T09:59:59Z", null)]
    [InlineData("2026-06-01T10:00:00Z", "2026-06-01T12:00:00Z")]
    [InlineData("2026-06-01T12:00:00Z", null)]
    public void Hours_within_a_day_end_on_it(string at, string? end) => AssertEnds(Noon, at, "Europe/Berlin", end);

    [Theory]
    [InlineData("2026-03-28T20:30:00Z", "2026-03-29T06:00:00Z")] // an hour shorter
    [InlineData("2026-10-24T19:30:00Z", "2026-10-25T07:00:00Z")] // an hour longer
    public void A_night_in_which_the_clocks_change_ends_when_they_show_its_end(string at, string end) =>
        AssertEnds(Night, at, "Europe/Berlin", end);

    [Theory]
    [InlineData("2026-03-29T00:30:00Z", "2026-03-29T01:00:00Z")] // 02:30 is left out: 03:00 is the next
    [InlineData("2026-10-24T23:30:00Z", "2026-10-25T00:30:00Z")] // the first 02:30
    [InlineData("2026-10-25T01:15:00Z", null)] // 02:15 for the second time: it was over
    public void An_end_that_does_not_exist_is_the_next_that_does_and_one_that_comes_twice_is_the_first(string at, string? end) =>
        AssertEnds(new QuietHours { From = new TimeOnly(0, 0), To = new TimeOnly(2, 30) }, at, "Europe/Berlin", end);

    [Fact]
    public void Two_that_cover_a_day_leave_nothing()
    {
        var day = new QuietHours { From = Night.To, To = Night.From };
        Assert.False(QuietHours.LeaveSome(Night, day));
        Assert.True(QuietHours.LeaveSome(Night, day with { To = new TimeOnly(20, 59) }));
    }

    private static void AssertEnds(QuietHours hours, string at, string zone, string? end) => Assert.Equal(
        end is null ? null : At(end), hours.EndAfter(At(at), TimeZoneInfo.FindSystemTimeZoneById(zone)));

    private static DateTimeOffset At(string at) => DateTimeOffset.Parse(at, System.Globalization.CultureInfo.InvariantCulture);
}
