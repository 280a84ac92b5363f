using XenoCrm.Core.Campaigns;

namespace XenoCrm.Benchmarks.Faults.Model;

/// <summary>A customer, as far as a row's life depends on it.</summary>
/// <param name="id">The customer's.</param>
/// <param name="hoursAhead">Of UTC, by the clock on their wall.</param>
internal sealed class Person(string id, int hoursAhead)
{
    public const int MostMessages = 1;

    public static readonly TimeSpan CapTime = TimeSpan.FromDays(1);

    private static readonly TimeSpan QuietFrom = TimeSpan.FromHours(8);
    private static readonly TimeSpan QuietTo = TimeSpan.FromHours(20);

    // A row that waits is looked at again after so long.
    private static readonly TimeSpan LookAgain = TimeSpan.FromHours(1);

    private readonly Dictionary<string, DateTimeOffset> left = [];

    public string Id => id;

    public string Email { get; set; } = id + "@example.com";

    public int HoursAhead { get; set; } = hoursAhead;

    public bool IsUnsubscribed { get; set; }

    public bool IsErased { get; set; }

    /// <summary>Addresses of theirs that are on the suppression list.</summary>
    public HashSet<string> Suppressed { get; } = [];

    /// <summary>The sign is the other way round in these names.</summary>
    public string Zone => FormattableString.Invariant($"Etc/GMT{-HoursAhead:+0;-0;+0}");

    /// <summary>Why it is not written to at that address now; null if it may be.</summary>
    public string? SkipReason(string recipient) =>
        IsErased ? Core.Campaigns.SkipReason.Erased
        : IsUnsubscribed ? Core.Campaigns.SkipReason.Unsubscribed
        : Suppressed.Contains(recipient) ? Core.Campaigns.SkipReason.Suppressed
        : Email == recipient ? null
        : Core.Campaigns.SkipReason.NoAddress;

    /// <summary>When a message that must not leave at this hour is looked at again; null where it may leave.</summary>
    public DateTimeOffset? WaitsUntil(DateTimeOffset now)
    {
        var time = now.ToOffset(TimeSpan.FromHours(HoursAhead)).TimeOfDay;
        return time < QuietFrom || time >= QuietTo ? null
            : QuietTo - time < LookAgain ? now + (QuietTo - time)
            : now + LookAgain;
    }

    /// <summary>Whether a message may leave; if so, it counts from now on. One that has left before does not count twice.</summary>
    public bool TryLeave(Contact message, DateTimeOffset now)
    {
        var row = message.MessageId.LogId;
        var others = left.Count(one => one.Key != row && one.Value > now - CapTime);
        if (others >= MostMessages && !(message.MaybeHanded && left.TryGetValue(row, out var at) && at > now - CapTime))
        {
            return false;
        }

        left[row] = now;
        return true;
    }
}
