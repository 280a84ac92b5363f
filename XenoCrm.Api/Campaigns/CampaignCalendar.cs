using XenoCrm.Api.Vendor;
using XenoCrm.Core.Account;
using XenoCrm.Core.Campaigns;

namespace XenoCrm.Api.Campaigns;

/// <summary>What starts when, and what has, on the days of the account's zone.</summary>
internal sealed class CampaignCalendar(ICampaignStore campaigns, AccountSettings account, Vendors vendors, TimeProvider time)
{
    /// <summary>At most so many campaigns of a month are told.</summary>
    public const int MostCampaigns = 500;

    /// <param name="month">Any day of it; null for the month that it is.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<CalendarMonth> ReadAsync(DateOnly? month, CancellationToken cancellationToken)
    {
        var zone = account.Current.Zone;
        var today = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(time.GetUtcNow(), zone).DateTime);
        var first = month ?? today;
        first = first.AddDays(1 - first.Day);
        var found = await campaigns.ListStartingAsync(
            Midnight(first, zone), Midnight(first.AddMonths(1), zone), MostCampaigns, cancellationToken);
        return new CalendarMonth(
            first,
            today,
            zone.Id,
            [
                .. found.Select(campaign => new CalendarEntry(
                    CampaignResponse.Of(campaign, vendors.OutageOf(campaign.Id)),
                    TimeZoneInfo.ConvertTime(campaign.StartsAt ?? campaign.CreatedAt, zone).DateTime)),
            ]);
    }

    private static DateTimeOffset Midnight(DateOnly day, TimeZoneInfo zone) => LocalTime.At(day.ToDateTime(TimeOnly.MinValue), zone);
}

/// <param name="First">Its first day.</param>
/// <param name="Zone">Whose days they are, an IANA id.</param>
/// <param name="Entries">Those that start in it, the first first.</param>
public sealed record CalendarMonth(DateOnly First, DateOnly Today, string Zone, IReadOnlyList<CalendarEntry> Entries);

/// <param name="At">When it starts, or has, on the clocks of the zone.</param>
public sealed record CalendarEntry(CampaignResponse Campaign, DateTime At);
