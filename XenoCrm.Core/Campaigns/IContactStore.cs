using XenoCrm.Core.Account;

namespace XenoCrm.Core.Campaigns;

/// <summary>
/// Who was written to when, for the account's <see cref="FrequencyCap"/>s. It is kept while there are caps, for as long as the longest
/// of them looks back.
/// </summary>
public interface IContactStore
{
    /// <summary>
    /// Writes down that messages leave now, but for those whose people have had enough. The look and the writing are one for each person,
    /// so that no two campaigns or servers can both have the last place.
    /// </summary>
    /// <param name="contacts">Each of another customer.</param>
    /// <param name="caps">At least one.</param>
    /// <param name="now">When they leave.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>Those that must not leave.</returns>
    Task<IReadOnlySet<MessageId>> LeaveAsync(
        IReadOnlyList<Contact> contacts, IReadOnlyList<FrequencyCap> caps, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>Those of the customers who have had enough for now.</summary>
    Task<IReadOnlySet<string>> FindCappedAsync(
        IReadOnlyList<string> customerIds, IReadOnlyList<FrequencyCap> caps, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>How many customers have had enough for now.</summary>
    Task<long> CountCappedAsync(IReadOnlyList<FrequencyCap> caps, DateTimeOffset now, CancellationToken cancellationToken);
}

/// <summary>A message that is about to leave.</summary>
/// <param name="MaybeHanded">The vendor may have it already: once it is written down it counts, and is not held back.</param>
public sealed record Contact(MessageId MessageId, string CustomerId, bool MaybeHanded);
