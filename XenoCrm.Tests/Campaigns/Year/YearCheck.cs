using XenoCrm.Core.Account;
using XenoCrm.Core.Campaigns;
using XenoCrm.Core.Customers;

namespace XenoCrm.Tests.Campaigns.Year;

/// <summary>
/// Reads the exported logs and what the vendor got against what the test did to whom and when, with rules of its own: nothing of the
/// product decides here. Each fault is a sentence.
/// </summary>
internal sealed class YearCheck(YearPeople people, YearWorld world)
{
    private readonly List<string> faults = [];
    private readonly Dictionary<string, List<DateTimeOffset>> counted = [];
    private readonly Dictionary<string, DateTimeOffset> leftAt = [];

    public int Sent { get; private set; }

    /// <summary>How many rows of each reason were looked at.</summary>
    public Dictionary<string, int> Reasons { get; } = [];

    public IReadOnlyList<string> Faults => faults;

    public void Check(IReadOnlyList<(YearCampaign Campaign, List<YearRow> Rows)> logs)
    {
        var messages = world.Messages.ToLookup(message => LogId(message.Id));
        foreach (var (campaign, rows) in logs)
        {
            foreach (var row in rows.Where(row => messages[row.Id].Any()))
            {
                leftAt[row.Id] = messages[row.Id].Min(message => message.At);
                if (!campaign.Transactional && people.Find(row.CustomerId) is { } person)
                {
                    counted.TryAdd(person.Id, []);
                    counted[person.Id].Add(leftAt[row.Id]);
                }
            }
        }

        var known = logs.SelectMany(log => log.Rows).Select(row => row.Id).ToHashSet();
        faults.AddRange(messages.Where(some => !known.Contains(some.Key)).Select(some => $"{some.Key} left and is in no log"));
        foreach (var (campaign, rows) in logs)
        {
            CheckAudience(campaign, rows, logs);
            CheckPace(campaign, rows);
            foreach (var row in rows)
            {
                CheckRow(campaign, row, [.. messages[row.Id]]);
            }
        }

        foreach (var (id, times) in counted)
        {
            CheckCaps(id, times);
        }
    }

    // 0199…-1: our id of a row, and its round.
    private static string LogId(string messageId) => MessageId.Parse(messageId).LogId;

    private void CheckRow(YearCampaign campaign, YearRow row, YearMessage[] messages)
    {
        var who = $"{campaign.Name}, {row.CustomerId}";
        if (people.Find(row.CustomerId) is not { } person)
        {
            faults.Add($"{who}: nobody's row");
            return;
        }

        if (messages.Length > 1)
        {
            faults.Add($"{who}: left {messages.Length} times");
        }

        foreach (var message in messages)
        {
            Sent++;
            CheckMessage(campaign, person, message, who);
        }

        var verdict = messages.Length > 0 ? world.Verdicts[messages[^1].Id] : (DeliveryStatus?)null;
        switch (row.Status, verdict)
        {
            case ("SENT", DeliveryStatus.Sent) or ("FAILED", DeliveryStatus.Failed):
                break;
            case ("SKIPPED", null):
                Reasons[row.Reason] = Reasons.GetValueOrDefault(row.Reason) + 1;
                if (!StatesAt(person, row).Any(state => IsReason(campaign, row, person, state)))
                {
                    faults.Add($"{who}: skipped as “{row.Reason}” at {row.UpdatedAt:O}, when that was not so");
                }

                break;
            default:
                faults.Add($"{who}: {row.Status} {row.Reason}, and the vendor said {verdict?.ToString() ?? "nothing"}");
                break;
        }
    }

    // An erasure touches a row that was skipped before: then the time of that is not known any more.
    private static IEnumerable<PersonState> StatesAt(YearPerson person, YearRow row) =>
        person.Now.Erased && row.Reason != SkipReason.Erased
            ? person.StatesBetween(row.CreatedAt, row.UpdatedAt)
            : person.StatesAt(row.UpdatedAt);

    private void CheckMessage(YearCampaign campaign, YearPerson person, YearMessage message, string who)
    {
        var (at, states) = (message.At, person.StatesAt(message.At).ToList());
        if (states.TrueForAll(state => state.Erased || state.Unsubscribed))
        {
            faults.Add($"{who}: written to at {at:O}, unsubscribed or erased");
        }

        if (people.IsSuppressed(message.Recipient, at) == true)
        {
            faults.Add($"{who}: written to at {at:O} at an address on the suppression list");
        }

        if (states.TrueForAll(state => message.Recipient != state.Email && message.Recipient != state.Phone))
        {
            faults.Add($"{who}: written to at {at:O} at an address that was not theirs");
        }

        if (campaign.Channel is { } channel && message.Recipient.Contains('@', StringComparison.Ordinal) != (channel == AddressKind.Email))
        {
            faults.Add($"{who}: written to by the other channel");
        }

        if (states.TrueForAll(state => !IsHour(campaign, at, state.Zone)))
        {
            faults.Add($"{who}: written to at {at:O}, at a wrong hour in {states[^1].Zone}");
        }
    }

    // By the clock on the wall, and nothing else.
    private static bool IsHour(YearCampaign campaign, DateTimeOffset at, string zone)
    {
        var wall = TimeZoneInfo.ConvertTime(at, TimeZoneInfo.FindSystemTimeZoneById(zone)).DateTime;
        return (campaign.Transactional || !IsQuiet(wall, YearWorld.Quiet))
            && (campaign.Quiet is null || !IsQuiet(wall, campaign.Quiet))
            && (campaign.Local is null || wall >= campaign.Local);
    }

    private static bool IsQuiet(DateTime wall, QuietHours hours)
    {
        var (from, to, time) = (hours.From.ToTimeSpan(), hours.To.ToTimeSpan(), wall.TimeOfDay);
        return from < to ? time >= from && time < to : time >= from || time < to;
    }

    private bool IsReason(YearCampaign campaign, YearRow row, YearPerson person, PersonState state)
    {
        var at = row.UpdatedAt;

        // The address of somebody who was erased later is not in the log any more.
        var isKnown = row.Recipient.Length > 0 || !person.Now.Erased;
        return row.Reason switch
        {
            SkipReason.Erased => state.Erased,
            SkipReason.Cancelled => campaign.CancelledAt <= at,
            SkipReason.Unsubscribed => state is { Unsubscribed: true, Erased: false },
            SkipReason.Suppressed => (!isKnown || people.IsSuppressed(row.Recipient, at) != false)
                && state is { Unsubscribed: false, Erased: false },
            SkipReason.NoAddress => (!isKnown || (row.Recipient != state.Email && row.Recipient != state.Phone))
                && state is { Unsubscribed: false, Erased: false },
            SkipReason.Capped => !campaign.Transactional && state is { Unsubscribed: false, Erased: false }
                && (person.Now.Erased || YearWorld.Caps.Any(cap =>
                    counted.GetValueOrDefault(person.Id, []).Count(one => one <= at && one >= at.AddDays(-cap.Days)) >= cap.Messages)),
            _ => false,
        };
    }

    private void CheckCaps(string id, List<DateTimeOffset> times)
    {
        foreach (var cap in YearWorld.Caps)
        {
            var most = times.Max(end => times.Count(one => one <= end && one > end.AddDays(-cap.Days)));
            if (most > cap.Messages)
            {
                faults.Add($"{id}: {most} messages in {cap.Days} days, at most {cap.Messages} were allowed");
            }
        }
    }

    private void CheckPace(YearCampaign campaign, List<YearRow> rows)
    {
        if (campaign.PerMinute is not { } most)
        {
            return;
        }

        var times = rows.Where(row => leftAt.ContainsKey(row.Id)).Select(row => leftAt[row.Id]).Order().ToList();
        for (var (first, last) = (0, 0); last < times.Count; last++)
        {
            for (; times[last] - times[first] >= TimeSpan.FromMinutes(1); first++)
            {
            }

            if (last - first + 1 > most)
            {
                faults.Add(
                    $"{campaign.Name}: {last - first + 1} messages in the minute before {times[last]:O}, at most {most} were allowed");
                return;
            }
        }
    }

    /// <summary>Everybody who was to get it has a row, and nobody else.</summary>
    private void CheckAudience(YearCampaign campaign, List<YearRow> rows, IReadOnlyList<(YearCampaign Campaign, List<YearRow> Rows)> logs)
    {
        if (rows.Count == 0)
        {
            return;
        }

        var at = rows.Min(row => row.CreatedAt);
        var had = logs.Where(log => campaign.WithoutCampaigns.Contains(log.Campaign))
            .SelectMany(log => log.Rows)
            .Where(row => row.Status == "SENT")
            .Select(row => row.CustomerId)
            .ToHashSet();
        var expected = people.All
            .Where(person => campaign.Tiers.Contains(person.Tier) && person.Tier != campaign.WithoutTier
                && person.Tier != campaign.WithoutSegmentTier && !had.Contains(person.Id))
            .Where(person => person.StatesAt(at).Any(state => IsReachable(campaign, state, at)))
            .Select(person => person.Id)
            .ToHashSet();
        var found = rows.Select(row => row.CustomerId).ToHashSet();
        faults.AddRange(expected.Except(found).Select(id => $"{campaign.Name}: {id} was to get it and has no row"));
        faults.AddRange(found.Except(expected).Select(id => $"{campaign.Name}: {id} was not to get it and has a row"));
    }

    private bool IsReachable(YearCampaign campaign, PersonState state, DateTimeOffset at)
    {
        var address = campaign.Channel switch
        {
            AddressKind.Email => state.Email,
            AddressKind.Phone => state.Phone,
            _ => state.Email ?? state.Phone,
        };
        return state is { Unsubscribed: false, Erased: false } && address is not null && people.IsSuppressed(address, at) != true;
    }
}
