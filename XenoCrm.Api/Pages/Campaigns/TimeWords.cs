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
            yield return $"Again and again, at the times {cron} on {Clocks(schedule.Zone)}.{from}";
            yield return schedule.AgainAfterDays is { } days
                ? $"Each time those get it who match then and have not had it for {Plural.Of(days, "day")}."
                : "Each time those get it who match then and have not had it yet.";
        }
        else if (schedule.Local is { } local)
        {
            yield return $"{local[..16].Replace('T', ' ')} on each person’s own clock. Who gets it is found out when that hour comes to the "
                + "first of all zones.";
        }
        else
        {
            yield return $"{Hour(schedule.At!.Value, schedule.Zone)} on {Clocks(schedule.Zone)}. Who gets it is found out then.";
        }

        if (plan.QuietHours is { } quiet)
        {
            yield return $"Not between {quiet.From} and {quiet.To} by each person’s own clock: what falls into these hours leaves when they "
                + "are over.";
        }
    }

    private static string Hour(DateTimeOffset at, string? zone) =>
        TimeZoneInfo.ConvertTime(at, zone is not null && ZoneId.TryFind(zone, out var found) ? found : TimeZoneInfo.Utc)
            .ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);

    private static string Clocks(string? zone) => $"the clocks of {zone ?? "UTC"}";
}
