using XenoCrm.Core.Account;

namespace XenoCrm.Core.Campaigns;

/// <summary>When one customer was written to, by the log row's id.</summary>
public sealed class ContactHistory(IEnumerable<KeyValuePair<string, DateTimeOffset>> sent)
{
    private readonly Dictionary<string, DateTimeOffset> sent = new(sent);

    /// <summary>The messages that count, by the log row's id.</summary>
    public IReadOnlyDictionary<string, DateTimeOffset> Sent => sent;

    /// <summary>
    /// Writes down that a message leaves now, and forgets what no cap looks back on. A message that has left before leaves anew, and is
    /// not in its own way. One that the vendor may have goes on if it is written down here; if it is not, it cannot have left.
    /// </summary>
    /// <returns>False if it must not leave.</returns>
    public bool TryLeave(Contact contact, IReadOnlyList<FrequencyCap> caps, DateTimeOffset now)
    {
        var longest = Since(caps.MaxBy(cap => cap.Days)!, now);
        foreach (var (old, _) in sent.Where(one => one.Value <= longest).ToList())
        {
            sent.Remove(old);
        }

        var mayHaveLeft = contact.MaybeHanded && sent.ContainsKey(contact.MessageId.LogId);
        if (!mayHaveLeft && IsCapped(caps, now, contact.MessageId.LogId))
        {
            return false;
        }

        sent[contact.MessageId.LogId] = now;
        return true;
    }

    /// <summary>Whether one more would be one too many.</summary>
    /// <param name="caps">The account's.</param>
    /// <param name="now">When it would leave.</param>
    /// <param name="except">A row that does not count, since it is the one in question.</param>
    public bool IsCapped(IReadOnlyList<FrequencyCap> caps, DateTimeOffset now, string? except = null) => caps.Any(
        cap => sent.Count(one => one.Key != except && one.Value > Since(cap, now)) >= cap.Messages);

    private static DateTimeOffset Since(FrequencyCap cap, DateTimeOffset now) => now.AddDays(-cap.Days);
}
