using System.Globalization;
using XenoCrm.Api.Http;
using XenoCrm.Core.Account;
using XenoCrm.Core.Campaigns;

namespace XenoCrm.Api.Campaigns.Drafts;

/// <summary>Reads when a campaign is to start.</summary>
internal static class ScheduleReader
{
    private const string Expected = "A moment such as 2026-12-01T09:00:00Z, or an hour of the zone such as 2026-12-01T09:00, was expected.";

    private const int MostDays = 3_660;

    private static readonly string[] LocalFormats =
        ["yyyy-MM-dd'T'HH:mm", "yyyy-MM-dd'T'HH:mm:ss", "yyyy-MM-dd'T'HH:mm:ss.FFF", "yyyy-MM-dd HH:mm"];

    /// <summary>A plan with the times that a request says.</summary>
    /// <exception cref="RefusedRequestException">400, with the member at fault.</exception>
    public static CampaignPlan Read(CampaignRequest request, CampaignPlan plan, AccountOptions account)
    {
        DateTime? local = null;
        var wanted = request.Schedule;
        if (wanted is { At: null, Cron: null })
        {
            throw RefusedRequestException.Invalid("schedule.at", $"{Expected} Or cron, for a campaign that recurs.");
        }

        var recurrence = wanted?.Cron is { } cron ? Read(cron, wanted, account) : null;
        if (wanted?.AgainAfterDays is not null && recurrence is null)
        {
            throw RefusedRequestException.Invalid("schedule.againAfterDays", "This goes with cron: a campaign that recurs.");
        }

        var schedule = wanted?.At is { } at ? Read(at, wanted.Zone, account, out local) : null;
        var quiet = request.QuietHours?.Read("quietHours");
        if (FaultOf(quiet, request.Transactional == true, account) is { } fault)
        {
            throw RefusedRequestException.Invalid("quietHours", fault);
        }

        return plan with
        {
            Schedule = schedule,
            Recurrence = recurrence,
            Hours = quiet is null && local is null ? null : new CampaignHours { Quiet = quiet, Local = local },
        };
    }

    /// <summary>What is wrong with a campaign's quiet hours beside the account's; null for nothing.</summary>
    public static string? FaultOf(QuietHours? quiet, bool isTransactional, AccountOptions account) =>
        quiet is null || isTransactional || account.QuietHours is not { } also || QuietHours.LeaveSome(quiet, also)
            ? null
            : $"With the account's quiet hours, {also.From:HH:mm} to {also.To:HH:mm}, no hour of a day is left.";

    /// <summary>When it is too late to launch it, and null for never: of each person's own hour, once it is over in the account's
    /// zone.</summary>
    public static DateTimeOffset? EndOf(CampaignPlan plan, AccountOptions account) =>
        plan.Recurrence is not null ? null
        : plan.Hours?.Local is { } local ? LocalTime.At(local, account.Zone)
        : plan.Schedule?.At;

    private static Recurrence Read(string cron, ScheduleRequest request, AccountOptions account)
    {
        if (request.Zone == Schedule.RecipientZone)
        {
            throw RefusedRequestException.Invalid("schedule.zone", "A campaign that recurs has a zone, and not each person's own.");
        }

        cron = string.Join(' ', cron.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        if (Recurrence.FaultOf(cron) is { } fault)
        {
            throw RefusedRequestException.Invalid("schedule.cron", fault);
        }

        if (request.AgainAfterDays is < 1 or > MostDays)
        {
            throw RefusedRequestException.Invalid("schedule.againAfterDays", $"Days, from 1 to {MostDays}.");
        }

        var recurrence = new Recurrence(cron, Spelled(request.Zone ?? account.TimeZone), request.AgainAfterDays);
        return recurrence.NextFrom(DateTimeOffset.UnixEpoch) is null
            ? throw RefusedRequestException.Invalid("schedule.cron", "There is no such day in any year.")
            : recurrence;
    }

    private static Schedule Read(string at, string? zoneId, AccountOptions account, out DateTime? local)
    {
        local = null;
        var isOwn = zoneId == Schedule.RecipientZone;
        zoneId = zoneId is null || isOwn ? zoneId : Spelled(zoneId);

        if (DateTime.TryParseExact(at, LocalFormats, CultureInfo.InvariantCulture, DateTimeStyles.None, out var hour))
        {
            hour = InReach(hour);
            if (isOwn)
            {
                local = hour;
                return new Schedule(new DateTimeOffset(hour, TimeSpan.Zero) - Schedule.FirstZone, Schedule.RecipientZone);
            }

            var zone = zoneId ?? Spelled(account.TimeZone);
            return new Schedule(LocalTime.At(hour, ZoneId.FindOr(account.Zone, zone)), zone);
        }

        if (!UtcConverter.TryParse(at, out var moment) || !at.Contains('T', StringComparison.Ordinal))
        {
            throw RefusedRequestException.Invalid("schedule.at", Expected);
        }

        _ = InReach(moment.UtcDateTime);

        return zoneId is null
            ? new Schedule(moment, null)
            : throw RefusedRequestException.Invalid(
                "schedule.zone", "A zone goes with an hour without an offset, such as 2026-12-01T09:00. Leave one of them out.");
    }

    private static string Spelled(string zone) =>
        ZoneId.Spelling(zone) ?? throw RefusedRequestException.Invalid("schedule.zone", ZoneId.Unknown(zone));

    private static DateTime InReach(DateTime local) => local.Year is >= LocalTime.FirstYear and <= LocalTime.LastYear
        ? local
        : throw RefusedRequestException.Invalid("schedule.at", $"A time from {LocalTime.FirstYear} to {LocalTime.LastYear} was expected.");
}
