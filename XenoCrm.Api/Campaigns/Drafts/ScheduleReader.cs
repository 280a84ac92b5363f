using System.Globalization;
using XenoCrm.Api.Http;
using XenoCrm.Core.Account;
using XenoCrm.Core.Campaigns;

namespace XenoCrm.Api.Campaigns.Drafts;

/// <summary>Reads when a campaign is to start.</summary>
internal static class ScheduleReader
{
    private const string Expected = "A moment such as 2026-12-01T09:00:00Z, or an hour of the zone such as 2026-12-01T09:00, was expected.";

    private const int FirstYear = 1970;
    private const int LastYear = 9000;

    private static readonly string[] LocalFormats =
        ["yyyy-MM-dd'T'HH:mm", "yyyy-MM-dd'T'HH:mm:ss", "yyyy-MM-dd'T'HH:mm:ss.FFF", "yyyy-MM-dd HH:mm"];

    /// <exception cref="RefusedRequestException">400, with the member at fault.</exception>
    public static Schedule Read(ScheduleRequest request, AccountOptions account)
    {
        if (request.Zone is { } id && !ZoneId.TryFind(id, out _))
        {
            throw RefusedRequestException.Invalid("schedule.zone", ZoneId.Unknown(id));
        }

        if (DateTime.TryParseExact(request.At, LocalFormats, CultureInfo.InvariantCulture, DateTimeStyles.None, out var local))
        {
            var zone = request.Zone ?? account.TimeZone;
            return ZoneId.TryFind(zone, out var found)
                ? new Schedule(LocalTime.At(InReach(local), found), zone)
                : throw RefusedRequestException.Invalid("schedule.zone", ZoneId.Unknown(zone));
        }

        if (!UtcConverter.TryParse(request.At, out var at) || !request.At.Contains('T', StringComparison.Ordinal))
        {
            throw RefusedRequestException.Invalid("schedule.at", Expected);
        }

        return request.Zone is null
            ? new Schedule(at, null)
            : throw RefusedRequestException.Invalid(
                "schedule.zone", "A zone goes with an hour without an offset, such as 2026-12-01T09:00. Leave one of them out.");
    }

    // Near the ends of the calendar an hour of one zone is no moment in another.
    private static DateTime InReach(DateTime local) => local.Year is >= FirstYear and <= LastYear
        ? local
        : throw RefusedRequestException.Invalid("schedule.at", $"A time from {FirstYear} to {LastYear} was expected.");
}
