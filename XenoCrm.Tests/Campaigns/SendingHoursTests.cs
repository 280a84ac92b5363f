using System.Globalization;
using XenoCrm.Core.Account;
using XenoCrm.Core.Campaigns;

namespace XenoCrm.Tests.Campaigns;

public sealed class SendingHoursTests
{
    private static readonly QuietHours Night = new() { From = new TimeOnly(21, 0), To = new TimeOnly(8, 0) };
    private static readonly AccountOptions Account = new() { TimeZone = "Europe/Berlin", QuietHours = Night };

    // 23:30 in Berlin, 17:30 in New York, 04:00 on the next day in Kolkata.
    private static readonly DateTimeOffset Now = At("2026-06-01T21:30:00Z");

    [Theory]
    [InlineData("America/New_York", "DE", null, null)]
    [InlineData(null, "DE", null, "2026-06-02T06:00:00Z")]
    [InlineData(null, "US", "Chicago", null)]
    [InlineData(null, "US", "Springfield", "2026-06-02T06:00:00Z")]
    [InlineData(null, null, null, "2026-06-02T06:00:00Z")]
    [InlineData("Asia/Kolkata", null, null, "2026-06-02T02:30:00Z")]
    [InlineData("Mars/Base", null, null, "2026-06-02T06:00:00Z")]
    public void A_person_has_the_zone_that_they_said_else_that_of_their_place_else_the_accounts(
        string? timeZone, string? country, string? city, string? until) => Assert.Equal(
        until is null ? null : At(until), SendingHours.Of(null, false, Account, Now)!.HoldUntil(timeZone, country, city));

    [Fact]
    public void A_message_that_waits_is_looked_at_again_within_an_hour()
    {
        var hours = SendingHours.Of(null, false, Account, Now)!;
        Assert.Equal(Now.AddHours(1), hours.WaitOf("Europe/Berlin", null, null)!.Value.LookAt);
        Assert.Null(hours.WaitOf("America/New_York", null, null));
        var late = SendingHours.Of(null, false, Account, At("2026-06-02T05:45:00Z"))!;
        Assert.Equal(At("2026-06-02T06:00:00Z"), late.WaitOf("Europe/Berlin", null, null)!.Value.LookAt);
    }

    [Fact]
    public void A_transactional_campaign_waits_for_its_own_quiet_hours_only()
    {
        Assert.Null(SendingHours.Of(null, true, Account, Now));
        Assert.NotNull(SendingHours.Of(new CampaignHours { Quiet = Night }, true, Account, Now)!.HoldUntil(null, "DE", null));
    }

    [Theory]
    [InlineData("Pacific/Auckland", "2026-06-01T22:00:00Z")] // 10:00 on the 2nd
    [InlineData("Asia/Kolkata", "2026-06-02T04:30:00Z")]
    [InlineData("America/New_York", "2026-06-02T14:00:00Z")]
    public void Each_persons_own_hour_is_when_their_clock_shows_it(string zone, string until) => Assert.Equal(
        At(until),
        SendingHours.Of(new CampaignHours { Local = new DateTime(2026, 6, 2, 10, 0, 0) }, false, new AccountOptions(), Now)!
            .HoldUntil(zone, null, null));

    [Fact]
    public void An_hour_that_has_passed_for_a_person_is_now()
    {
        var hours = SendingHours.Of(new CampaignHours { Local = new DateTime(2026, 6, 2, 9, 0, 0) }, false, new AccountOptions(), Now)!;
        Assert.Null(hours.HoldUntil("Pacific/Auckland", null, null));
    }

    [Fact]
    public void An_own_hour_within_quiet_hours_waits_until_they_are_over()
    {
        var hours = SendingHours.Of(new CampaignHours { Local = new DateTime(2026, 6, 2, 7, 0, 0) }, false, Account, Now)!;
        Assert.Equal(At("2026-06-02T06:00:00Z"), hours.HoldUntil("Europe/Berlin", null, null));
    }

    [Fact]
    public void Quiet_hours_that_follow_on_each_other_are_both_waited_for()
    {
        var morning = new CampaignHours { Quiet = new QuietHours { From = new TimeOnly(7, 0), To = new TimeOnly(11, 0) } };
        Assert.Equal(At("2026-06-02T09:00:00Z"), SendingHours.Of(morning, false, Account, Now)!.HoldUntil("Europe/Berlin", null, null));
    }

    private static DateTimeOffset At(string at) => DateTimeOffset.Parse(at, CultureInfo.InvariantCulture);
}
