using System.Globalization;
using System.Security.Claims;
using Microsoft.AspNetCore.Http.HttpResults;
using XenoCrm.Api.Access;
using XenoCrm.Api.Campaigns;
using XenoCrm.Api.Campaigns.Drafts;
using XenoCrm.Api.Http;
using XenoCrm.Api.Insights.Fatigue;
using XenoCrm.Api.Pages.Shell;
using XenoCrm.Core.Account;

namespace XenoCrm.Api.Pages.Calendar;

internal static class CalendarPages
{
    public const string Path = "/app/calendar";
    public const string Fatigue = "/app/fatigue";

    private const string Form = "yyyy-MM";

    public static void MapCalendarPages(this IEndpointRouteBuilder pages)
    {
        pages.MapGet(Path, ShowAsync).RequirePermission(Permission.Read);
        pages.MapGet("/app/campaigns/{id}/overlap", OverlapAsync).RequirePermission(Permission.Read);
        pages.MapGet(Fatigue, FatigueAsync).RequirePermission(Permission.Read);
    }

    /// <summary>The page of a month.</summary>
    public static string Of(DateOnly month) => $"{Path}?month={month.ToString(Form, CultureInfo.InvariantCulture)}";

    /// <summary>The part, or page, with how many of a campaign's people get others too.</summary>
    public static string OverlapOf(string campaignId, bool count = false) =>
        $"/app/campaigns/{campaignId}/overlap{(count ? "?count=true" : "")}";

    private static async Task<RazorComponentResult> ShowAsync(
        string? month, CampaignCalendar calendar, ClaimsPrincipal person, CancellationToken cancellationToken) =>
        Show.Page<CalendarPage, CalendarModel>(
            new CalendarModel(await calendar.ReadAsync(Read(month), cancellationToken), new Viewer(person).MaySend));

    private static async Task<Results<RazorComponentResult, ProblemHttpResult>> OverlapAsync(
        string id, bool? count, CampaignOverlap overlap, AccountSettings account, CancellationToken cancellationToken) =>
        await overlap.OfAsync(id, CampaignOverlap.DefaultDays, cancellationToken) is { } found
            ? Show.Page<OverlapPart, OverlapModel>(new OverlapModel(found, count == true, account.Current.Zone))
            : Problems.NotFound("campaign");

    private static async Task<RazorComponentResult> FatigueAsync(
        int? days, FatigueService fatigue, CancellationToken cancellationToken) =>
        Show.Page<FatiguePage, FatigueResponse>(await fatigue.CountAsync(
            days is >= 1 and <= FatigueService.MostDays ? days.Value : FatigueService.DefaultDays, cancellationToken));

    // What is no month is this one: a link that somebody has cut short still leads to a calendar.
    private static DateOnly? Read(string? month) =>
        DateOnly.TryParseExact(month, Form, CultureInfo.InvariantCulture, DateTimeStyles.None, out var first)
            && first.Year is >= LocalTime.FirstYear and <= LocalTime.LastYear
                ? first
                : null;
}

/// <param name="IsCounted">Whether it is said how many people there are at all.</param>
/// <param name="Zone">On whose clocks the others start.</param>
public sealed record OverlapModel(OverlapResponse Overlap, bool IsCounted, TimeZoneInfo Zone);

public sealed record CalendarModel(CalendarMonth Month, bool MaySend)
{
    /// <summary>The weeks from Monday on; null for days of other months.</summary>
    public IEnumerable<DateOnly?[]> Weeks
    {
        get
        {
            var first = Month.First;
            var before = ((int)first.DayOfWeek + 6) % 7;
            var days = DateTime.DaysInMonth(first.Year, first.Month);
            return Enumerable.Range(0, (before + days + 6) / 7).Select(week => Enumerable.Range(week * 7, 7)
                .Select(place => place >= before && place < before + days ? first.AddDays(place - before) : (DateOnly?)null)
                .ToArray());
        }
    }

    /// <summary>Those that wait for their time.</summary>
    public IReadOnlyList<CalendarEntry> Scheduled { get; } =
        [.. Month.Entries.Where(entry => entry.Campaign.Status == "scheduled")];
}
