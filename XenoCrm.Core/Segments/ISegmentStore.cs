using XenoCrm.Core.Customers;
using XenoCrm.Core.Rules;

namespace XenoCrm.Core.Segments;

/// <summary>
/// Segments, and the audience that a rule selects. <c>now</c> is the moment of evaluation, from which <c>$ago</c> counts; days are the
/// account's, <see cref="Account.AccountOptions.TimeZone"/>.
/// </summary>
public interface ISegmentStore
{
    /// <param name="rule">Who matches.</param>
    /// <param name="channel">How they would be reached; null for by e-mail, or by telephone where there is no address.</param>
    /// <param name="now">The moment.</param>
    /// <param name="cancellationToken">Ends it.</param>
    Task<AudienceCount> CountAudienceAsync(Rule rule, AddressKind? channel, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>What those who match are like as a whole.</summary>
    Task<AudienceSummary> SummarizeAudienceAsync(Rule rule, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>The first <paramref name="count"/> customers by id who match.</summary>
    Task<IReadOnlyList<Customer>> SampleAudienceAsync(Rule rule, DateTimeOffset now, int count, CancellationToken cancellationToken);

    /// <summary>
    /// Everybody who matches and can be reached, from one snapshot, by id, in memory that does not grow with their number.
    /// </summary>
    /// <inheritdoc cref="CountAudienceAsync"/>
    IAsyncEnumerable<Customer> StreamAudienceAsync(
        Rule rule, AddressKind? channel, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>
    /// Up to <paramref name="count"/> of all who match, reachable or not: those who come first in <see cref="SampleOrder"/>,
    /// by id. All of them where they are no more than that.
    /// </summary>
    Task<IReadOnlyList<Customer>> SpreadSampleAsync(Rule rule, DateTimeOffset now, int count, CancellationToken cancellationToken);

    /// <summary>
    /// When those who match and can be reached have ordered, in the hours of <paramref name="zone"/>. Of more than
    /// <paramref name="customers"/> such people those count who come first in <see cref="SampleOrder"/>.
    /// </summary>
    Task<OrderTimes> CountOrderTimesAsync(
        Rule rule, DateTimeOffset now, TimeZoneInfo zone, int customers, CancellationToken cancellationToken);

    Task<Segment?> FindAsync(string id, CancellationToken cancellationToken);

    /// <summary>Newest first; those that are archived, or those that are not.</summary>
    /// <exception cref="InvalidCursorException">The cursor is not this list's.</exception>
    Task<Page<Segment>> ListAsync(bool archived, PageRequest page, CancellationToken cancellationToken);

    /// <summary>
    /// Stores a segment that no campaign comes with. With a key that was used before for another one nothing is stored, and the answer is
    /// that one.
    /// </summary>
    /// <param name="segment">A new one.</param>
    /// <param name="idempotencyKey">Unique to the caller; null if it gave none.</param>
    /// <param name="cancellationToken">Ends it.</param>
    Task<Segment> AddAsync(Segment segment, string? idempotencyKey, CancellationToken cancellationToken);

    /// <summary>Gives a segment another name, puts it away or takes it out again. Its rule stays: campaigns were sent by it.</summary>
    /// <returns>Null if there is no such segment.</returns>
    Task<Segment?> ChangeAsync(string id, string? name, bool? archived, CancellationToken cancellationToken);
}

/// <summary>Audiences by whichever address a person has.</summary>
public static class SegmentStoreExtensions
{
    /// <inheritdoc cref="ISegmentStore.CountAudienceAsync"/>
    public static Task<AudienceCount> CountAudienceAsync(
        this ISegmentStore segments, Rule rule, DateTimeOffset now, CancellationToken cancellationToken) =>
        segments.CountAudienceAsync(rule, null, now, cancellationToken);

    /// <inheritdoc cref="ISegmentStore.StreamAudienceAsync"/>
    public static IAsyncEnumerable<Customer> StreamAudienceAsync(
        this ISegmentStore segments, Rule rule, DateTimeOffset now, CancellationToken cancellationToken) =>
        segments.StreamAudienceAsync(rule, null, now, cancellationToken);
}

/// <summary>
/// Who matches, and why some of them cannot be reached, by a channel or by any. Each customer counts once: whoever is unsubscribed
/// and has no address either, or one on the suppression list, counts as unsubscribed.
/// </summary>
public sealed record AudienceCount(long Matching, long Unsubscribed, long Suppressed, long NoAddress)
{
    public long Reachable => Matching - Unsubscribed - Suppressed - NoAddress;

    /// <inheritdoc cref="AudienceSummary.Plus"/>
    public AudienceCount Plus(AudienceCount? other) => other is null ? this : new AudienceCount(
        Matching + other.Matching, Unsubscribed + other.Unsubscribed, Suppressed + other.Suppressed, NoAddress + other.NoAddress);
}

/// <summary>Size, spend and recency of all who match, and nothing of any one of them.</summary>
/// <param name="Ordered">How many have ordered.</param>
/// <param name="OrderedAgain">How many have ordered more than once.</param>
/// <param name="Recent">How many have ordered within the last <see cref="RecentDays"/> days.</param>
/// <param name="Orders">Of all of them together.</param>
/// <param name="TotalSpend">Of all of them together.</param>
public sealed record AudienceSummary(long Customers, long Ordered, long OrderedAgain, long Recent, long Orders, decimal TotalSpend)
{
    public const int RecentDays = 90;

    public static readonly AudienceSummary Nobody = new(0, 0, 0, 0, 0, 0);

    /// <summary>With another audience that has nobody in common with this one; null is nobody.</summary>
    public AudienceSummary Plus(AudienceSummary? other) => other is null ? this : new AudienceSummary(
        Customers + other.Customers,
        Ordered + other.Ordered,
        OrderedAgain + other.OrderedAgain,
        Recent + other.Recent,
        Orders + other.Orders,
        TotalSpend + other.TotalSpend);
}
