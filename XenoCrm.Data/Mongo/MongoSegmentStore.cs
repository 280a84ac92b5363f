using System.Linq.Expressions;
using System.Runtime.CompilerServices;
using MongoDB.Driver;
using MongoDB.Driver.Linq;
using XenoCrm.Core;
using XenoCrm.Core.Account;
using XenoCrm.Core.Customers;
using XenoCrm.Core.Rules;
using XenoCrm.Core.Segments;

namespace XenoCrm.Data.Mongo;

internal sealed class MongoSegmentStore(MongoStore store, AccountSettings account) : ISegmentStore
{
    private const string List = "segments";
    private const string ArchivedList = "archived segments";
    private const int StreamChunk = 500;
    private const int StepSize = 2_000;

    private static readonly ProjectionDefinition<MongoCustomer> OnlyId =
        Builders<MongoCustomer>.Projection.Include(customer => customer.Id);

    private static readonly SortDefinition<MongoCustomer> ById = Builders<MongoCustomer>.Sort.Ascending(customer => customer.Id);
    private static readonly FilterDefinition<MongoCustomer> Anybody = FilterDefinition<MongoCustomer>.Empty;

    // From an index that has all that is read of them.
    private static readonly ProjectionDefinition<MongoOrder> OrderTime = Builders<MongoOrder>.Projection
        .Exclude(order => order.Id)
        .Include(order => order.CustomerId)
        .Include(order => order.PlacedAt);

    public Task<AudienceCount> CountAudienceAsync(
        Rule rule, AddressKind? channel, DateTimeOffset now, CancellationToken cancellationToken) => AddUpAsync(
        rule,
        now,
        Count(channel),
        new AudienceCount(0, 0, 0, 0),
        (count, more) => count.Plus(more),
        cancellationToken);

    public Task<AudienceSummary> SummarizeAudienceAsync(
        Rule rule, DateTimeOffset now, CancellationToken cancellationToken)
    {
        // What is absent is less than every date.
        var recent = now.AddDays(-AudienceSummary.RecentDays);
        return AddUpAsync(
            rule,
            now,
            all => new AudienceSummary(
                all.LongCount(),
                all.Sum(one => one.OrderCount >= 1 ? 1L : 0),
                all.Sum(one => one.OrderCount >= 2 ? 1L : 0),
                all.Sum(one => one.LastOrderAt >= recent ? 1L : 0),
                all.Sum(one => (long)one.OrderCount),
                all.Sum(one => one.TotalSpend)),
            AudienceSummary.Nobody,
            (summary, more) => summary.Plus(more),
            cancellationToken);
    }

    public async Task<IReadOnlyList<Customer>> SampleAudienceAsync(
        Rule rule, DateTimeOffset now, int count, CancellationToken cancellationToken)
    {
        var sample = new List<Customer>();
        await foreach (var those in FiltersAsync(rule, now, Anybody, cancellationToken))
        {
            var customers = await store.RunAsync(
                token => store.Find(store.Customers, those)
                    .SortBy(customer => customer.Id)
                    .Limit(count - sample.Count)
                    .ToListAsync(token),
                cancellationToken);
            sample.AddRange(customers.Select(customer => customer.ToCustomer()));
            if (sample.Count == count)
            {
                break;
            }
        }

        return sample;
    }

    /// <remarks>
    /// A page at a time. It is no snapshot of a moment: who matches all the while is in it, once; who comes to
    /// match or ceases to while it is read may be in it or not.
    /// </remarks>
    public async IAsyncEnumerable<Customer> StreamAudienceAsync(
        Rule rule, AddressKind? channel, DateTimeOffset now, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var those in FiltersAsync(rule, now, Reachable(channel), cancellationToken))
        {
            using var cursor = await store.RunLongAsync(
                token => store.FindLongAsync(store.Customers, those, ById, StreamChunk, token), cancellationToken);
            while (await store.RunLongAsync(cursor.MoveNextAsync, cancellationToken))
            {
                foreach (var customer in cursor.Current)
                {
                    yield return customer.ToCustomer();
                }
            }
        }
    }

    public async Task<IReadOnlyList<Customer>> SpreadSampleAsync(
        Rule rule, DateTimeOffset now, int count, CancellationToken cancellationToken)
    {
        var customers = new List<Customer>();
        foreach (var step in await SampleAsync(FiltersAsync(rule, now, Anybody, cancellationToken), count, cancellationToken))
        {
            customers.AddRange(await store.RunAsync(
                async token =>
                {
                    var found = await store.Find(store.Customers, customer => step.Contains(customer.Id))
                        .SortBy(customer => customer.Id)
                        .ToListAsync(token);
                    return found.Select(customer => customer.ToCustomer());
                },
                cancellationToken));
        }

        return customers;
    }

    public async Task<OrderTimes> CountOrderTimesAsync(
        Rule rule, DateTimeOffset now, TimeZoneInfo zone, int customers, CancellationToken cancellationToken)
    {
        var tally = new OrderTimesTally(zone);
        foreach (var step in await SampleAsync(FiltersAsync(rule, now, Reachable(null), cancellationToken), customers, cancellationToken))
        {
            await store.RunAsync(
                async token =>
                {
                    using var cursor = await store
                        .Find(store.Orders, order => step.Contains(order.CustomerId) && Mql.IsMissing(order.RefundOf))
                        .SortBy(order => order.CustomerId)
                        .ThenBy(order => order.PlacedAt)
                        .Project<MongoOrder>(OrderTime)
                        .ToCursorAsync(token);
                    while (await cursor.MoveNextAsync(token))
                    {
                        foreach (var order in cursor.Current)
                        {
                            tally.Add(order.CustomerId!, order.PlacedAt.ToUnixTimeMilliseconds());
                        }
                    }
                },
                cancellationToken);
        }

        return tally.Finish();
    }

    public Task<Segment?> FindAsync(string id, CancellationToken cancellationToken) => store.RunAsync(
        async token =>
        {
            var visible = store.Find(store.Segments, segment => segment.Id == id && segment.Visible);
            return (await visible.FirstOrDefaultAsync(token))?.ToSegment();
        },
        cancellationToken);

    public Task<Page<Segment>> ListAsync(bool archived, PageRequest page, CancellationToken cancellationToken) => store.RunAsync(
        async token =>
        {
            bool? put = archived ? true : null;
            var segments = await store.FindPageAsync(
                store.Segments, archived ? ArchivedList : List, page, segment => segment.Id, token,
                segment => segment.Visible && segment.Archived == put);
            return segments.Select(segment => segment.ToSegment());
        },
        cancellationToken);

    public Task<Segment> AddAsync(Segment segment, string? idempotencyKey, CancellationToken cancellationToken) => store.RunAsync(
        async token =>
        {
            try
            {
                await store.Segments.InsertOneAsync(
                    MongoSegment.Of(segment, visible: true, campaignId: null) with { IdempotencyKey = idempotencyKey },
                    cancellationToken: token);
                return segment;
            }
            catch (MongoWriteException e) when (idempotencyKey is not null && MongoFaults.IsDuplicateKey(e))
            {
                return (await store.Find(store.Segments, one => one.IdempotencyKey == idempotencyKey).FirstAsync(token)).ToSegment();
            }
        },
        cancellationToken);

    public Task<Segment?> ChangeAsync(string id, string? name, bool? archived, CancellationToken cancellationToken) => store.RunAsync(
        async token =>
        {
            var update = Builders<MongoSegment>.Update;
            UpdateDefinition<MongoSegment>?[] changes =
            [
                name is null ? null : update.Set(segment => segment.Name, name),
                archived switch
                {
                    true => update.Set(segment => segment.Archived, true),
                    false => update.Unset(segment => segment.Archived),
                    null => null,
                },
            ];
            var changed = await store.Segments.FindOneAndUpdateAsync(
                segment => segment.Id == id && segment.Visible,
                update.Combine(changes.OfType<UpdateDefinition<MongoSegment>>()),
                new FindOneAndUpdateOptions<MongoSegment> { ReturnDocument = ReturnDocument.After },
                token);
            return changed?.ToSegment();
        },
        cancellationToken);

    private static FilterDefinition<MongoCustomer> Reachable(AddressKind? channel)
    {
        var filter = Builders<MongoCustomer>.Filter;
        return channel switch
        {
            AddressKind.Email => filter.Where(
                one => one.Unsubscribed == false && Mql.Exists(one.Email) && one.EmailSuppressed != true),
            AddressKind.Phone => filter.Where(
                one => one.Unsubscribed == false && Mql.Exists(one.Phone) && one.PhoneSuppressed != true),
            _ => filter.Where(one => one.Unsubscribed == false
                && ((Mql.Exists(one.Email) && one.EmailSuppressed != true)
                    || (Mql.IsMissing(one.Email) && Mql.Exists(one.Phone) && one.PhoneSuppressed != true))),
        };
    }

    private static Expression<Func<IGrouping<int, MongoCustomer>, AudienceCount>> Count(AddressKind? channel) => channel switch
    {
        AddressKind.Email => all => new AudienceCount(
            all.LongCount(),
            all.Sum(one => one.Unsubscribed ? 1L : 0),
            all.Sum(one => !one.Unsubscribed && one.EmailSuppressed == true ? 1L : 0),
            all.Sum(one => !one.Unsubscribed && Mql.IsMissing(one.Email) ? 1L : 0)),
        AddressKind.Phone => all => new AudienceCount(
            all.LongCount(),
            all.Sum(one => one.Unsubscribed ? 1L : 0),
            all.Sum(one => !one.Unsubscribed && one.PhoneSuppressed == true ? 1L : 0),
            all.Sum(one => !one.Unsubscribed && Mql.IsMissing(one.Phone) ? 1L : 0)),
        _ => all => new AudienceCount(
            all.LongCount(),
            all.Sum(one => one.Unsubscribed ? 1L : 0),
            all.Sum(one => !one.Unsubscribed
                && (Mql.Exists(one.Email) ? one.EmailSuppressed == true : one.PhoneSuppressed == true) ? 1L : 0),
            all.Sum(one => !one.Unsubscribed && Mql.IsMissing(one.Email) && Mql.IsMissing(one.Phone) ? 1L : 0)),
    };

    /// <summary>What holds of all who match together, added up where they come in steps.</summary>
    private async Task<T> AddUpAsync<T>(
        Rule rule, DateTimeOffset now, Expression<Func<IGrouping<int, MongoCustomer>, T>> ofStep, T nobody, Func<T, T?, T> plus,
        CancellationToken cancellationToken)
        where T : class
    {
        var sum = nobody;
        await foreach (var those in FiltersAsync(rule, now, Anybody, cancellationToken))
        {
            sum = plus(sum, await store.RunAsync(
                token => store.Aggregate(store.Customers).Match(those).Group(_ => 1, ofStep).FirstOrDefaultAsync(token),
                cancellationToken));
        }

        return sum;
    }

    /// <summary>The ids of those who come first in <see cref="SampleOrder"/>, in steps.</summary>
    private async Task<IEnumerable<string?[]>> SampleAsync(
        IAsyncEnumerable<FilterDefinition<MongoCustomer>> filters, int count, CancellationToken cancellationToken)
    {
        var all = filters.SelectMany(those => store.StreamAsync(store.Customers, those, OnlyId, cancellationToken));
        var first = await SampleOrder.FirstAsync(all, customer => customer.Id, count, cancellationToken);
        return first.Select(customer => customer.Id).Chunk(StepSize);
    }

    private IAsyncEnumerable<FilterDefinition<MongoCustomer>> FiltersAsync(
        Rule rule, DateTimeOffset now, FilterDefinition<MongoCustomer> among, CancellationToken cancellationToken) =>
        store.FiltersAsync(rule, new RuleTime(now, account.Current.Zone), among, ById, cancellationToken);
}
