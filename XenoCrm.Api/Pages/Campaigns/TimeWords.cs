using System.Globalization;
using XenoCrm.Api.Campaigns.Drafts;
using XenoCrm.Core.Account;
using XenoCrm.Core.Campaigns;
using XenoCrm.Core.Text;

namespace XenoCrm.Api.Pages.Campaigns;

/// <summary>When a campaign is sent, in words.</summary>
internal static class TimeWords
{
    /// <summary>A sentence each.</summary>
    public static IEnumerable<string> Of(PlanResponse plan)
    {
        var schedule = plan.Schedule;
        if (schedule is null)
        {
            yield return "As soon as it is sent.";
        }
        else if (schedule.Cron is { } cron)
        {
            var from = schedule.At is { } first ? $" From {Hour(first, schedule.Zone)} on." : "";
            yield return $"{Often(cron)}, on {Clocks(schedule.Zone)}.{from}";
            yield return schedule.AgainAfterDays is { } days
                ? $"Each time, it goes to those who match then and have not had it for {Plural.Of(days, "day")}."
                : "Each time, it goes to those who match then and have not had it yet.";
        }
        else if (schedule.Local is { } local)
        {
            yield return $"{local[..16].Replace('T', ' ')}, each person’s local time. Who gets it is decided when "
                + "that hour comes in the first of all time zones.";
        }
        else
        {
            yield return $"{Hour(schedule.At!.Value, schedule.Zone)} on {Clocks(schedule.Zone)}. Who gets it is decided then.";
        }

        if (plan.QuietHours is { } quiet)
        {
            yield return $"Not between {quiet.From} and {quiet.To}, each person’s local time: messages due then wait until it is over.";
        }
    }

    /// <summary>What people are likely to ask for in words, and the rest as it is.</summary>
    private static string Often(string cron)
    {
        var parts = cron.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var other = $"Again and again, at the times {cron}";
        if (parts.Length != 5 || parts[3] != "*" || !int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var minute)
            || !int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var hour))
        {
            return other;
        }

        var at = new TimeOnly(hour, minute).ToString("HH:mm", CultureInfo.InvariantCulture);
        return (parts[2], parts[4]) switch
        {
            ("*", "*") => $"Every day at {at}",
            ("*", var day) when DayOf(day) is { } name => $"Every {name} at {at}",
            ("L", "*") => $"On the last day of every month at {at}",
            (var day, "*") when day.All(char.IsAsciiDigit) => $"On day {day} of every month at {at}",
            _ => other,
        };
    }

    private static DayOfWeek? DayOf(string day) =>
        int.TryParse(day, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? (DayOfWeek)(number % 7)
            : Enum.GetValues<DayOfWeek>().Cast<DayOfWeek?>().FirstOrDefault(
                one => one.ToString()![..3].Equals(day, StringComparison.OrdinalIgnoreCase));

    private static string Hour(DateTimeOffset at, string? zone) =>
        TimeZoneInfo.ConvertTime(at, ZoneId.FindOr(TimeZoneInfo.Utc, zone))
            .ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);

    private static string Clocks(string? zone) => $"the clocks of {zone ?? "UTC"}";
}
