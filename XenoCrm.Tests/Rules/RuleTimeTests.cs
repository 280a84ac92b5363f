using System.Globalization;
using XenoCrm.Core.Rules;

namespace XenoCrm.Tests.Rules;

public sealed class RuleTimeTests
{
    [Theory]
    [InlineData("UTC", "2026-06-30", "2026-06-30T00:00:00Z", "2026-07-01T00:00:00Z")]
    [InlineData("Asia/Kolkata", "2026-06-30", "2026-06-29T18:30:00Z", "2026-06-30T18:30:00Z")]
    [InlineData("Europe/Berlin", "2026-03-29", "2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z")] // 23 hours
    [InlineData("Europe/Berlin", "2026-10-25", "2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z")] // 25 hours
    [InlineData("America/Sao_Paulo", "2018-11-04", "2018-11-04T03:00:00Z", "2018-11-05T02:00:00Z")] // begins at one o'clock
    [InlineData("America/Sao_Paulo", "2018-02-17", "2018-02-17T02:00:00Z", "2018-02-18T03:00:00Z")] // its last hour twice
    [InlineData("America/Havana", "2026-11-01", "2026-11-01T04:00:00Z", "2026-11-02T05:00:00Z")] // midnight twice
    [InlineData("Pacific/Apia", "2011-12-30", "2011-12-30T10:00:00Z", "2011-12-30T10:00:00Z")] // left out by Samoa
    [InlineData("Pacific/Apia", "2011-12-31", "2011-12-30T10:00:00Z", "2011-12-31T10:00:00Z")]
    public void A_day_lasts_from_its_first_moment_to_the_next_days(string zone, string day, string first, string next) =>
        Assert.Equal(new Stretch(Milliseconds(first), Milliseconds(next)),
            At("2026-07-01T00:00:00Z", zone).StretchOf(new DayValue(DateOnly.Parse(day, CultureInfo.InvariantCulture))));

    [Theory]
    [InlineData("UTC", "2026-03-30T10:00:00Z", 1, AgoUnit.Days, "2026-03-29T10:00:00Z")]
    [InlineData("Europe/Berlin", "2026-03-30T10:00:00Z", 1, AgoUnit.Days, "2026-03-29T10:00:00Z")]
    [InlineData("Europe/Berlin", "2026-03-30T10:00:00Z", 2, AgoUnit.Days, "2026-03-28T11:00:00Z")]
    [InlineData("Europe/Berlin", "2026-03-30T00:30:00Z", 1, AgoUnit.Days, "2026-03-29T01:30:00Z")] // half past two did not exist
    [InlineData("Europe/Berlin", "2026-10-26T01:30:00Z", 1, AgoUnit.Days, "2026-10-25T00:30:00Z")] // half past two came twice
    [InlineData("Europe/Berlin", "2026-11-01T12:00:00Z", 1, AgoUnit.Weeks, "2026-10-25T12:00:00Z")]
    [InlineData("Europe/Berlin", "2026-11-01T12:00:00Z", 2, AgoUnit.Weeks, "2026-10-18T11:00:00Z")]
    [InlineData("Europe/Berlin", "2026-07-01T00:00:00Z", 6, AgoUnit.Months, "2026-01-01T01:00:00Z")]
    [InlineData("America/New_York", "2026-07-01T03:00:00Z", 1, AgoUnit.Months, "2026-05-31T03:00:00Z")] // still 30 June there
    [InlineData("Asia/Kolkata", "2024-02-28T20:00:00Z", 1, AgoUnit.Years, "2023-02-27T20:00:00Z")] // 29 February there, so 28 February
    [InlineData("UTC", "2026-03-30T10:00:00.0009Z", 1, AgoUnit.Days, "2026-03-29T10:00:00Z")]
    public void So_long_ago_is_the_same_time_of_the_accounts_day(string zone, string now, int count, AgoUnit unit, string expected) =>
        Assert.Equal(Moment(expected), At(now, zone).Before(new AgoValue(count, unit)));

    [Theory]
    [InlineData("UTC")]
    [InlineData("Pacific/Kiritimati")]
    [InlineData("America/Los_Angeles")]
    public void What_lies_before_year_one_is_the_beginning_of_time(string zone) =>
        Assert.Equal(DateTimeOffset.MinValue, At("2026-07-01T00:00:00Z", zone).Before(new AgoValue(1_000_000, AgoUnit.Years)),
            TimeSpan.FromHours(14));

    [Theory]
    [InlineData("UTC", "2026-06-30")]
    [InlineData("Asia/Kolkata", "2026-07-01")]
    [InlineData("America/New_York", "2026-06-30")]
    public void Today_is_the_accounts(string zone, string today) =>
        Assert.Equal(DateOnly.Parse(today, CultureInfo.InvariantCulture), At("2026-06-30T20:00:00Z", zone).Today);

    private static RuleTime At(string now, string zone) => new(Moment(now), TimeZoneInfo.FindSystemTimeZoneById(zone));

    private static DateTimeOffset Moment(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);

    private static long Milliseconds(string text) => Moment(text).ToUnixTimeMilliseconds();
}
