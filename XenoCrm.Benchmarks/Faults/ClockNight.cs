using System.Globalization;
using XenoCrm.Benchmarks.Load;
using XenoCrm.Benchmarks.Measuring;

namespace XenoCrm.Benchmarks.Faults;

/// <summary>
/// A night on which the clocks change in Berlin: people in some zones, quiet hours until three, at most two messages a week, and four
/// campaigns to everybody at half past two. Says when each of them may reach whom, by the clock on the wall there and by nothing of the
/// product.
/// </summary>
/// <param name="Day">The day whose night it is.</param>
/// <param name="HalfPastTwo">When it is half past two in Berlin, or the next time that there is; the first where there are two.</param>
/// <param name="People">How many.</param>
/// <param name="Zones">Where they live, in turn.</param>
internal sealed record ClockNight(DateOnly Day, DateTimeOffset HalfPastTwo, int People, IReadOnlyList<string> Zones)
{
    public const int MostMessages = 2;
    public const int CapDays = 7;

    // A campaign at each person's own hour begins when it comes to the first of all zones, 14 hours ahead of UTC.
    private static readonly TimeSpan FirstZone = TimeSpan.FromHours(14);

    private static readonly (TimeSpan From, TimeSpan To) Quiet = (TimeSpan.FromHours(23), TimeSpan.FromHours(3));

    public static string QuietFrom => Clock(Quiet.From);

    public static string QuietTo => Clock(Quiet.To);

    /// <summary>Noon of the day before, when the campaigns are launched.</summary>
    public DateTimeOffset Launch => new(Day.AddDays(-1).ToDateTime(new TimeOnly(12, 0)), TimeSpan.Zero);

    public IReadOnlyList<NightCampaign> Campaigns =>
    [
        new("Berlin", HalfPastTwo, new { at = Local, zone = "Europe/Berlin" }),
        new("each one's own", OwnHour, new { at = Local, zone = "recipient" }) { IsOwnHour = true },
        new("each night", HalfPastTwo, new { cron = "30 2 * * *", zone = "Europe/Berlin" }),
        new("asked for", HalfPastTwo, new { at = Local, zone = "Europe/Berlin" }) { IsTransactional = true },
    ];

    /// <summary>The moments at which something is to begin or somebody may be written to, in their order.</summary>
    public IReadOnlyList<DateTimeOffset> Moments =>
        [.. Campaigns.SelectMany(campaign => Zones.Select(zone => DueAt(campaign, zone)).Append(campaign.StartsAt)).Distinct().Order()];

    private DateTime OwnHourOnTheWall => Day.ToDateTime(new TimeOnly(2, 30));

    private DateTimeOffset OwnHour => new(OwnHourOnTheWall, FirstZone);

    private string Local => OwnHourOnTheWall.ToString("s", CultureInfo.InvariantCulture);

    public static string Email(int i) => string.Create(CultureInfo.InvariantCulture, $"n{i:000000}@example.com");

    public string Zone(int i) => Zones[i % Zones.Count];

    /// <summary>How many messages somebody there has by a moment.</summary>
    public int MessagesBy(DateTimeOffset at, string zone)
    {
        var due = Campaigns.Where(campaign => DueAt(campaign, zone) <= at).ToList();
        return Math.Min(MostMessages, due.Count(campaign => !campaign.IsTransactional)) + due.Count(campaign => campaign.IsTransactional);
    }

    /// <summary>The first minute at which a campaign may reach somebody there.</summary>
    public DateTimeOffset DueAt(NightCampaign campaign, string zone)
    {
        var clock = TimeZoneInfo.FindSystemTimeZoneById(zone);
        for (var at = campaign.StartsAt; ; at = at.AddMinutes(1))
        {
            var wall = TimeZoneInfo.ConvertTime(at, clock).DateTime;
            var isQuiet = wall.TimeOfDay >= Quiet.From || wall.TimeOfDay < Quiet.To;
            if ((!campaign.IsOwnHour || wall >= OwnHourOnTheWall) && (campaign.IsTransactional || !isQuiet))
            {
                return at;
            }
        }
    }

    /// <summary>The books of the night side by side, not yet judged.</summary>
    /// <param name="logs">Each campaign's rows.</param>
    /// <param name="book">The vendor's.</param>
    public Ledger Compare(
        IReadOnlyList<(NightCampaign Campaign, IReadOnlyList<Books.LogRow> Rows)> logs, IReadOnlyList<VendorsBook.Row> book)
    {
        var rows = logs.SelectMany(log => log.Rows.Select(row => (log.Campaign, Row: row))).ToList();
        var all = rows.Select(row => row.Row).ToList();
        var byId = rows.ToLookup(row => row.Row.Id);
        var zones = Enumerable.Range(0, People).ToDictionary(Email, Zone);
        var due = Zones.Distinct().SelectMany(zone => Campaigns.Select(campaign => (zone, campaign)))
            .ToDictionary(pair => (pair.zone, pair.campaign.Name), pair => DueAt(pair.campaign, pair.zone));
        var capped = People * (Campaigns.Count(campaign => !campaign.IsTransactional) - MostMessages);
        return new Ledger("the night")
            .Same(
                ("people × campaigns", People * Campaigns.Count), ("rows", rows.Count),
                ("a row each", rows.Select(row => (row.Campaign.Name, row.Row.CustomerId)).Distinct().LongCount()))
            .Same(("what the cap leaves", (People * Campaigns.Count) - capped), ("in the vendor's book", book.Count), (
                "a message each", book.Select(message => (message.Recipient, byId[message.Id].FirstOrDefault().Campaign?.Name))
                    .Distinct().LongCount()))
            .Same(("over the cap", capped), ("SKIPPED as capped", all.LongCount(row => row is { Status: "SKIPPED", Reason: "capped" })))
            .Same(("SENT in the book", Books.In(book, "SENT")), ("in the logs", Books.In(all, "SENT")))
            .Same(("FAILED in the book", Books.In(book, "FAILED")), ("in the logs", Books.In(all, "FAILED")))
            .None("pending", Books.In(all, "PENDING"))
            .None("messages that the log has otherwise", book.LongCount(message =>
                byId[message.Id].All(row => row.Row.Status != message.Status || row.Row.Recipient != message.Recipient)))
            .None("messages at a wrong hour", book.LongCount(message => byId[message.Id].Any(row =>
                message.AcceptedAt < due[(zones[message.Recipient], row.Campaign.Name)])))
            .None("people over the cap", book.Where(message => byId[message.Id].Any(row => !row.Campaign.IsTransactional))
                .GroupBy(message => message.Recipient)
                .LongCount(messages => messages.Count() > MostMessages));
    }

    private static string Clock(TimeSpan time) => time.ToString(@"hh\:mm", CultureInfo.InvariantCulture);
}

/// <param name="Name">Also its audience's.</param>
/// <param name="StartsAt">When its audience is read.</param>
/// <param name="Schedule">As it is asked for.</param>
internal sealed record NightCampaign(string Name, DateTimeOffset StartsAt, object Schedule)
{
    /// <summary>At half past two by each person's own clock.</summary>
    public bool IsOwnHour { get; init; }

    public bool IsTransactional { get; init; }
}
