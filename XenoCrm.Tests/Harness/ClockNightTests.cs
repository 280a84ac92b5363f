using XenoCrm.Benchmarks.Faults;
using XenoCrm.Benchmarks.Load;
using XenoCrm.Benchmarks.Measuring;

namespace XenoCrm.Tests.Harness;

/// <summary>
/// When each campaign of a night on which the clocks change may reach whom, and that each thing that may go wrong with it is seen.
/// </summary>
public sealed class ClockNightTests
{
    private static readonly ClockNight Spring = Night(3, 30, new DateTimeOffset(2127, 3, 30, 1, 0, 0, TimeSpan.Zero));
    private static readonly ClockNight Autumn = Night(10, 26, new DateTimeOffset(2127, 10, 26, 0, 30, 0, TimeSpan.Zero));

    [Theory]
    [InlineData("Berlin", "Europe/Berlin", "2127-03-30T01:00Z")]
    [InlineData("each one's own", "Europe/Berlin", "2127-03-30T01:00Z")]
    [InlineData("each one's own", "America/New_York", "2127-03-30T07:00Z")]
    [InlineData("Berlin", "America/New_York", "2127-03-30T01:00Z")]
    [InlineData("asked for", "Europe/Berlin", "2127-03-30T01:00Z")]
    public void Where_there_is_no_half_past_two_it_is_the_next_hour_that_there_is(string campaign, string zone, string due) =>
        Assert.Equal(DateTimeOffset.Parse(due, null), DueAt(Spring, campaign, zone));

    [Theory]
    [InlineData("Berlin", "Europe/Berlin", "2127-10-26T02:00Z")]
    [InlineData("each one's own", "Europe/Berlin", "2127-10-26T02:00Z")]
    [InlineData("asked for", "Europe/Berlin", "2127-10-26T00:30Z")]
    [InlineData("each night", "America/New_York", "2127-10-26T00:30Z")]
    public void Where_half_past_two_comes_twice_it_is_the_first_and_quiet_hours_last_until_three(
        string campaign, string zone, string due) =>
        Assert.Equal(DateTimeOffset.Parse(due, null), DueAt(Autumn, campaign, zone));

    [Fact]
    public void A_night_without_a_fault_balances() => Compare(Logs(), Book()).Check();

    [Fact]
    public void A_message_too_many_for_the_cap_is_seen()
    {
        var logs = Logs();
        logs[2].Rows[0] = logs[2].Rows[0] with { Status = "SENT", Reason = null };
        AssertDiffers(logs, [.. Book(), Message(logs, 2, 0)], "people over the cap 1");
    }

    [Fact]
    public void A_second_message_of_a_campaign_is_seen() =>
        AssertDiffers(Logs(), [.. Book()[1..], Book()[1]], "a message each 5");

    [Fact]
    public void A_message_before_its_hour_is_seen() =>
        AssertDiffers(
            Logs(), [Book()[0] with { AcceptedAt = Spring.HalfPastTwo.AddMinutes(-1) }, .. Book()[1..]], "messages at a wrong hour 1");

    [Fact]
    public void A_row_that_was_never_sent_is_seen()
    {
        var logs = Logs();
        logs[3].Rows[1] = logs[3].Rows[1] with { Status = "PENDING" };
        AssertDiffers(logs, Book(), "pending 1");
    }

    [Fact]
    public void Somebody_without_a_row_is_seen()
    {
        var logs = Logs();
        logs[2].Rows.RemoveAt(1);
        AssertDiffers(logs, Book(), "rows 7");
    }

    [Fact]
    public void A_message_that_went_to_another_address_is_seen() =>
        AssertDiffers(
            Logs(), [Book()[0] with { Recipient = ClockNight.Email(1) }, .. Book()[1..]], "messages that the log has otherwise 1");

    private static ClockNight Night(int month, int day, DateTimeOffset halfPastTwo) =>
        new(new DateOnly(2127, month, day), halfPastTwo, People: 2, ["Europe/Berlin", "America/New_York"]);

    private static DateTimeOffset DueAt(ClockNight night, string campaign, string zone) =>
        night.DueAt(night.Campaigns.Single(one => one.Name == campaign), zone);

    // Both are capped at the third that is for all.
    private static List<(NightCampaign Campaign, List<Books.LogRow> Rows)> Logs() =>
    [
        .. Spring.Campaigns.Select((campaign, k) => (campaign, Enumerable.Range(0, 2)
            .Select(i => new Books.LogRow($"{k}-{i}", $"n{i}", k == 2 ? "SKIPPED" : "SENT")
            {
                Recipient = ClockNight.Email(i),
                Reason = k == 2 ? "capped" : null,
            })
            .ToList())),
    ];

    private static VendorsBook.Row[] Book()
    {
        var logs = Logs();
        return
        [
            .. Enumerable.Range(0, 4).Where(k => k != 2).SelectMany(k => Enumerable.Range(0, 2).Select(i => Message(logs, k, i))),
        ];
    }

    private static VendorsBook.Row Message(List<(NightCampaign Campaign, List<Books.LogRow> Rows)> logs, int campaign, int person)
    {
        var row = logs[campaign].Rows[person];
        return new(row.Id, row.Recipient!, "SENT", Spring.DueAt(logs[campaign].Campaign, Spring.Zone(person)));
    }

    private static Ledger Compare(List<(NightCampaign Campaign, List<Books.LogRow> Rows)> logs, VendorsBook.Row[] book) =>
        Spring.Compare([.. logs.Select(log => (log.Campaign, (IReadOnlyList<Books.LogRow>)log.Rows))], book);

    private static void AssertDiffers(List<(NightCampaign Campaign, List<Books.LogRow> Rows)> logs, VendorsBook.Row[] book, string line)
    {
        var fault = Assert.Throws<LedgerException>(() => Compare(logs, book).Check());
        Assert.Contains(line, fault.Message, StringComparison.Ordinal);
    }
}
