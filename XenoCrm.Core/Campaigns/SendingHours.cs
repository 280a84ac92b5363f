using XenoCrm.Core.Account;
using XenoCrm.Core.Places;

namespace XenoCrm.Core.Campaigns;

/// <summary>
/// Until when a campaign's messages wait, by the clocks of those they are for: a person's own zone, else that of their place, else the
/// account's. For one moment; each zone is looked at once.
/// </summary>
public sealed class SendingHours
{
    // Several quiet hours may follow on each other; on from there a person is looked at again.
    private const int MostInTurn = 4;

    // Hours are changed, people move: it is seen at the latest after so long.
    private static readonly TimeSpan LookAgain = TimeSpan.FromHours(1);

    private readonly IReadOnlyList<QuietHours> quiet;
    private readonly DateTime? local;
    private readonly TimeZoneInfo accountZone;
    private readonly DateTimeOffset now;
    private readonly Dictionary<string, DateTimeOffset?> known = [];

    private SendingHours(IReadOnlyList<QuietHours> quiet, DateTime? local, TimeZoneInfo accountZone, DateTimeOffset now)
    {
        (this.quiet, this.local, this.accountZone, this.now) = (quiet, local, accountZone, now);
    }

    /// <summary>Null where messages may leave at any hour.</summary>
    /// <param name="hours">The campaign's; null where it says nothing of them.</param>
    /// <param name="isTransactional">The account's quiet hours do not hold for it.</param>
    /// <param name="account">Whose they are.</param>
    /// <param name="now">The moment.</param>
    public static SendingHours? Of(CampaignHours? hours, bool isTransactional, AccountOptions account, DateTimeOffset now)
    {
        QuietHours[] quiet = [.. new[] { hours?.Quiet, isTransactional ? null : account.QuietHours }.OfType<QuietHours>().Distinct()];
        return quiet.Length == 0 && hours?.Local is null ? null : new SendingHours(quiet, hours?.Local, account.Zone, now);
    }

    /// <summary>When a person's message may leave; null for now.</summary>
    public DateTimeOffset? HoldUntil(string? timeZone, string? country, string? city)
    {
        var id = timeZone ?? PlaceZones.Find(country, city) ?? "";
        if (!known.TryGetValue(id, out var until))
        {
            until = HoldUntil(ZoneId.FindOr(accountZone, id));
            known[id] = until;
        }

        return until;
    }

    /// <summary>The wait of a message whose hour has not come; null where it may leave now.</summary>
    public HourWait? WaitOf(string? timeZone, string? country, string? city) =>
        HoldUntil(timeZone, country, city) is { } hour ? new HourWait(hour, hour < now + LookAgain ? hour : now + LookAgain) : null;

    private DateTimeOffset? HoldUntil(TimeZoneInfo zone)
    {
        var due = local is { } hour && LocalTime.At(hour, zone) is var at && at > now ? at : now;
        for (var turn = 0; turn < MostInTurn; turn++)
        {
            var ends = quiet.Select(hours => hours.EndAfter(due, zone)).OfType<DateTimeOffset>().ToList();
            if (ends.Count == 0)
            {
                break;
            }

            due = ends.Max();
        }

        return due > now ? due : null;
    }
}

/// <param name="Hour">When it may leave, as things stand.</param>
/// <param name="LookAt">When it is looked at again, no later than an hour on: by then hours may have been changed, and its person have
/// moved.</param>
public readonly record struct HourWait(DateTimeOffset Hour, DateTimeOffset LookAt);
