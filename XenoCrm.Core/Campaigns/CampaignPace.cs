namespace XenoCrm.Core.Campaigns;

/// <summary>
/// How a campaign's messages are spread over time, so that in no minute more than so many leave: a second's worth at once, the next once
/// that second is over. A minute's worth takes 62 s, since a sender that was late may make up for a second of it.
/// </summary>
/// <param name="PerMinute">At most so many, at least 1; null for any number.</param>
/// <param name="Until">When the next may leave; null for at once.</param>
public sealed record CampaignPace(int? PerMinute, DateTimeOffset? Until)
{
    private const double MinuteMilliseconds = 62_000;

    private static readonly TimeSpan MadeUp = TimeSpan.FromSeconds(1);

    /// <summary>How many may leave at once; null for any number.</summary>
    public int? AtOnce => PerMinute is { } most ? (int)Math.Ceiling(most / 60.0) : null;

    /// <summary>When the next may leave; null where that does not change.</summary>
    /// <param name="now">When those before it left.</param>
    /// <param name="count">How many have left.</param>
    public DateTimeOffset? Next(DateTimeOffset now, int count)
    {
        if (PerMinute is not { } most || count == 0)
        {
            return null;
        }

        var from = Until is null ? now : Until > now - MadeUp ? Until.Value : now - MadeUp;
        return from.AddMilliseconds(Math.Ceiling(count * MinuteMilliseconds / most));
    }
}
