using Cronos;
using XenoCrm.Core.Account;

namespace XenoCrm.Core.Campaigns;

/// <summary>
/// When a campaign is sent again and again, each time to those of its audience who have not had it yet. Each time is a campaign of its
/// own, a run, with a log of its own.
/// </summary>
/// <param name="Cron">Minute, hour, day of the month, month, day of the week: <c>0 9 * * MON</c>.</param>
/// <param name="Zone">The IANA id of the zone whose clocks that is on.</param>
/// <param name="AgainAfterDays">Who had it so many days ago gets it again; null for nobody.</param>
public sealed record Recurrence(string Cron, string Zone, int? AgainAfterDays)
{
    private const int Fields = 5;
    private const string Example = "minute, hour, day of the month, month, day of the week. Mondays at nine are 0 9 * * MON.";

    /// <summary>What is wrong with a cron expression; null for nothing.</summary>
    public static string? FaultOf(string cron) =>
        cron.Split(' ').Length != Fields ? $"Five fields were expected: {Example}"
        : CronExpression.TryParse(cron, out _) ? null
        : $"A field is not in its range, or no field of a cron expression: {Example}";

    /// <summary>
    /// The first time then or later; null where there is none, such as for the 30th of February. A time that the clocks leave out is the
    /// next that they show, and one that they show twice is the first.
    /// </summary>
    public DateTimeOffset? NextFrom(DateTimeOffset from) => CronExpression.Parse(Cron)
        .GetNextOccurrence(from, ZoneId.FindOr(TimeZoneInfo.Utc, Zone), inclusive: true)?.ToUniversalTime();

    /// <summary>Who had it in a run after that moment does not get it in the one at <paramref name="at"/>; null for in any.</summary>
    public DateTimeOffset? NotAfter(DateTimeOffset at) => AgainAfterDays is { } days ? at.AddDays(-days) : null;
}
