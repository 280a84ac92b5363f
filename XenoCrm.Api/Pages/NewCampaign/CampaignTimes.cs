using System.Globalization;
using XenoCrm.Api.Campaigns.Drafts;
using XenoCrm.Api.Pages.Shell;
using XenoCrm.Core.Account;
using XenoCrm.Core.Campaigns;

namespace XenoCrm.Api.Pages.NewCampaign;

/// <summary>When a campaign is sent, as the form has it and as the API does.</summary>
internal static class CampaignTimes
{
    public const string Daily = "day";
    public const string Weekly = "week";
    public const string Monthly = "month";

    private const string Minute = "yyyy-MM-dd'T'HH:mm";
    private const int ShortestMonth = 28;

    /// <summary>Whether it repeats from a first time on, which must be said then.</summary>
    public static bool NeedsFirst(NewCampaignForm form) => form.Repeat is Daily or Weekly or Monthly;

    /// <summary>Null for at once.</summary>
    public static ScheduleRequest? ScheduleOf(NewCampaignForm form)
    {
        var at = PagePlace.OrNull(form.At);
        var cron = at is not null && TryRead(at, out var first) && CronOf(form.Repeat, first) is { } every ? every
            : NeedsFirst(form) ? null
            : PagePlace.OrNull(form.Repeat);
        var again = int.TryParse(form.Again, NumberStyles.None, CultureInfo.InvariantCulture, out var days) ? days : (int?)null;
        return at is null && cron is null
            ? null
            : new ScheduleRequest(at, PagePlace.OrNull(form.Clocks), cron, cron is null ? null : again);
    }

    /// <summary>Puts a draft's times into the form.</summary>
    public static void Fill(NewCampaignForm form, PlanResponse plan, AccountOptions account)
    {
        (form.QuietFrom, form.QuietTo) = (plan.QuietHours?.From, plan.QuietHours?.To);
        if (plan.Schedule is not { } schedule)
        {
            return;
        }

        var isOwn = schedule.Zone == Schedule.RecipientZone;
        var zone = ZoneId.FindOr(account.Zone, schedule.Zone);
        form.At = isOwn && TryRead(schedule.Local!, out var hour) ? hour.ToString(Minute, CultureInfo.InvariantCulture)
            : schedule.At is { } at ? TimeZoneInfo.ConvertTime(at, zone).ToString(Minute, CultureInfo.InvariantCulture)
            : null;
        form.Clocks = schedule.Zone == account.TimeZone ? null : schedule.Zone;
        form.Again = schedule.AgainAfterDays?.ToString(CultureInfo.InvariantCulture);
        form.Repeat = form.At is not null && TryRead(form.At, out var first)
            ? new[] { Daily, Weekly, Monthly }.FirstOrDefault(often => CronOf(often, first) == schedule.Cron) ?? schedule.Cron
            : schedule.Cron;
    }

    private static string? CronOf(string? often, DateTime first)
    {
        var time = string.Create(CultureInfo.InvariantCulture, $"{first.Minute} {first.Hour}");
        return often switch
        {
            Daily => $"{time} * * *",
            Weekly => string.Create(CultureInfo.InvariantCulture, $"{time} * * {(int)first.DayOfWeek}"),
            Monthly when first.Day > ShortestMonth => $"{time} L * *",
            Monthly => string.Create(CultureInfo.InvariantCulture, $"{time} {first.Day} * *"),
            _ => null,
        };
    }

    private static bool TryRead(string at, out DateTime first) =>
        DateTime.TryParse(at, CultureInfo.InvariantCulture, DateTimeStyles.None, out first);
}
