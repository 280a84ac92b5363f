using MongoDB.Bson;
using MongoDB.Driver;
using MongoDB.Driver.Linq;

namespace XenoCrm.Data.Mongo;

/// <summary>
/// Keeps what customers' orders add up to. Whoever writes orders, customers or addresses announces first whose totals that
/// concerns, writes, and then settles: gives waiting orders to the customer who has their address, and counts anew from
/// the orders. Both writers look for the other's work after their own is stored, so that one of them sees it; what a crash
/// leaves announced is settled by <see cref="MongoRepair"/>.
/// <para>
/// No count is lost to another that ran beside it: each change of the totals raises their revision, and a count is written only
/// where the revision is the one that was read before it was counted; else it is counted anew.
/// </para>
/// </summary>
internal sealed class MongoTotals(MongoStore store, TimeProvider time)
{
    private const int StepSize = 1_000;

    private static readonly MongoField<MongoCustomer, string> Id = new(customer => customer.Id);
    private static readonly MongoField<MongoCustomer, long?> Revision = new(customer => customer.TotalsRevision);
    private static readonly MongoField<MongoCustomer, int> OrderCount = new(customer => customer.OrderCount);
    private static readonly MongoField<MongoCustomer, decimal> TotalSpend = new(customer => customer.TotalSpend);
    private static readonly MongoField<MongoCustomer, Decimal128?> Average = new(customer => customer.AverageOrderValue);
    private static readonly MongoField<MongoCustomer, DateTimeOffset?> FirstOrderAt = new(customer => customer.FirstOrderAt);
    private static readonly MongoField<MongoCustomer, DateTimeOffset?> LastOrderAt = new(customer => customer.LastOrderAt);

    public async Task<MongoUnsettled> AnnounceAsync(
        IEnumerable<string> customers, IEnumerable<string> emails, IEnumerable<string> orders, CancellationToken cancellationToken)
    {
        var unsettled = new MongoUnsettled
        {
            Id = ObjectId.GenerateNewId(),
            At = time.GetUtcNow(),
            Customers = [.. customers],
            Emails = [.. emails],
            Orders = [.. orders],
        };
        await store.Unsettled.InsertOneAsync(unsettled, cancellationToken: cancellationToken);
        return unsettled;
    }

    public async Task SettleAsync(MongoUnsettled unsettled, CancellationToken cancellationToken)
    {
        var owners = await AdoptAsync(unsettled, cancellationToken);
        var moved = await TakeRefundsAlongAsync(unsettled, cancellationToken);
        foreach (var step in unsettled.Customers.Union(owners).Union(moved).Chunk(StepSize))
        {
            await RecountAsync(step, cancellationToken);
        }
    }

    /// <summary>Not worth waiting for: if it is lost, it is settled once more.</summary>
    public Task ForgetAsync(MongoUnsettled unsettled, CancellationToken cancellationToken) =>
        store.Unsettled.WithWriteConcern(WriteConcern.W1).DeleteOneAsync(one => one.Id == unsettled.Id, cancellationToken);

    /// <summary>The customers who have these addresses, by address.</summary>
    public async Task<Dictionary<string, string>> FindOwnersAsync(IReadOnlyCollection<string> emails, CancellationToken cancellationToken)
    {
        if (emails.Count == 0)
        {
            return [];
        }

        var owners = await store.Find(store.Customers, Builders<MongoCustomer>.Filter.In(customer => customer.Keys.Email, emails))
            .Project<MongoCustomer>(Builders<MongoCustomer>.Projection.Include(customer => customer.Keys.Email))
            .ToListAsync(cancellationToken);
        return owners.ToDictionary(owner => owner.Keys.Email!, owner => owner.Id);
    }

    /// <summary>Gives the orders that wait for these addresses to those who have them, and answers who that is.</summary>
    private async Task<IReadOnlyCollection<string>> AdoptAsync(MongoUnsettled unsettled, CancellationToken cancellationToken)
    {
        var owners = await FindOwnersAsync(unsettled.Emails, cancellationToken);
        if (owners.Count == 0)
        {
            return [];
        }

        string?[] addresses = [.. owners.Keys];
        var waiting = await store.Aggregate(store.Orders)
            .Match(order => addresses.Contains(order.EmailKey))
            .Group(order => order.EmailKey, group => new { Address = group.Key! })
            .ToListAsync(cancellationToken);
        if (waiting.Count == 0)
        {
            return owners.Values;
        }

        // If they give up their address and this process dies, nothing else would tell that theirs are the orders.
        await AnnounceTooAsync(unsettled, owners.Values, cancellationToken);
        await MongoFaults.AgainAfterConflictAsync(() => store.Orders.BulkWriteAsync(
            waiting.Select(group => new UpdateManyModel<MongoOrder>(
                Builders<MongoOrder>.Filter.Eq(order => order.EmailKey, group.Address),
                Place(owners[group.Address], null))),
            new BulkWriteOptions { IsOrdered = false },
            cancellationToken));
        return owners.Values;
    }

    /// <summary>Brings refunds to where their orders are, and answers whose they were and are.</summary>
    private async Task<IReadOnlyCollection<string>> TakeRefundsAlongAsync(MongoUnsettled unsettled, CancellationToken cancellationToken)
    {
        if (unsettled.Orders is not { Count: > 0 } written)
        {
            return [];
        }

        string?[] ids = [.. written];
        var refunds = await store
            .Find(store.Orders, order => (ids.Contains(order.Id) && Mql.Exists(order.RefundOf)) || ids.Contains(order.RefundOf))
            .ToListAsync(cancellationToken);
        if (refunds.Count == 0)
        {
            return [];
        }

        string[] refundedIds = [.. refunds.Select(refund => refund.RefundOf!).Distinct()];
        var refunded = await store.Find(store.Orders, order => refundedIds.Contains(order.Id)).ToListAsync(cancellationToken);
        var orders = refunded.ToDictionary(order => order.Id);
        var moves = refunds
            .Select(refund => (Refund: refund, Order: orders.GetValueOrDefault(refund.RefundOf!)))
            .Where(move => move.Order is { RefundOf: null }
                && (move.Order.CustomerId != move.Refund.CustomerId || move.Order.EmailKey != move.Refund.EmailKey))
            .ToArray();
        if (moves.Length == 0)
        {
            return [];
        }

        string[] customers =
            [.. moves.SelectMany(move => new[] { move.Refund.CustomerId, move.Order!.CustomerId }).OfType<string>().Distinct()];
        await AnnounceTooAsync(unsettled, customers, cancellationToken);
        await MongoFaults.AgainAfterConflictAsync(() => store.Orders.BulkWriteAsync(
            moves.OrderBy(move => move.Refund.Id, StringComparer.Ordinal)
                .Select(move => new UpdateOneModel<MongoOrder>(
                    MongoOrderStore.Found(move.Refund), Place(move.Order!.CustomerId, move.Order.EmailKey))),
            new BulkWriteOptions { IsOrdered = false },
            cancellationToken));
        return customers;
    }

    private async Task AnnounceTooAsync(MongoUnsettled unsettled, IEnumerable<string> customers, CancellationToken cancellationToken)
    {
        if (customers.Except(unsettled.Customers).ToArray() is { Length: > 0 } others)
        {
            await store.Unsettled.UpdateOneAsync(
                one => one.Id == unsettled.Id,
                Builders<MongoUnsettled>.Update.PushEach(one => one.Customers, others),
                cancellationToken: cancellationToken);
        }
    }

    private async Task RecountAsync(string[] customers, CancellationToken cancellationToken)
    {
        while (!await MongoFaults.AgainAfterConflictAsync(() => TryRecountAsync(customers, cancellationToken)))
        {
            // Somebody else counted one of them meanwhile.
        }
    }

    private async Task<bool> TryRecountAsync(string[] customers, CancellationToken cancellationToken)
    {
        // A customer who is not there yet counts its orders when it arrives.
        var found = await store.Find(store.Customers, customer => customers.Contains(customer.Id))
            .SortBy(customer => customer.Id)
            .Project<MongoCustomer>(Builders<MongoCustomer>.Projection.Include(customer => customer.TotalsRevision))
            .ToListAsync(cancellationToken);
        if (found.Count == 0)
        {
            return true;
        }

        var totals = await CountAsync(customers, cancellationToken);
        var written = await store.Customers.BulkWriteAsync(
            found.Select(customer => Set(customer, totals.GetValueOrDefault(customer.Id))),
            new BulkWriteOptions { IsOrdered = false },
            cancellationToken);
        return written.MatchedCount == found.Count;
    }

    /// <summary>What each one's orders add up to: refunds count in the money alone.</summary>
    private async Task<Dictionary<string, Totals>> CountAsync(string?[] customers, CancellationToken cancellationToken)
    {
        var totals = await store.Aggregate(store.Orders)
            .Match(order => customers.Contains(order.CustomerId))
            .Group(
                order => order.CustomerId,
                orders => new Totals(
                    orders.Key,
                    orders.Sum(order => Mql.IsMissing(order.RefundOf) ? 1 : 0),
                    orders.Sum(order => order.Amount),
                    orders.Min(order => Mql.IsMissing(order.RefundOf) ? order.PlacedAt : (DateTimeOffset?)null),
                    orders.Max(order => Mql.IsMissing(order.RefundOf) ? order.PlacedAt : (DateTimeOffset?)null)))
            .ToListAsync(cancellationToken);
        return totals.ToDictionary(total => total.CustomerId!);
    }

    private static UpdateOneModel<MongoCustomer> Set(MongoCustomer customer, Totals? totals)
    {
        var filter = Builders<MongoCustomer>.Filter;
        var unchanged = customer.TotalsRevision is null
            ? filter.Exists(Revision, exists: false)
            : filter.Eq(Revision, customer.TotalsRevision);
        var (orders, spend) = (totals?.Orders ?? 0, totals?.Spend ?? 0);
        var change = Builders<MongoCustomer>.Update.Inc(Revision, 1).Set(OrderCount, orders).Set(TotalSpend, spend);
        return new UpdateOneModel<MongoCustomer>(
            filter.Eq(Id, customer.Id) & unchanged,
            orders == 0
                ? change.Unset(Average).Unset(FirstOrderAt).Unset(LastOrderAt)
                : change
                    .Set(Average, ExactDecimal.Quotient(spend, orders))
                    .Set(FirstOrderAt, totals!.First)
                    .Set(LastOrderAt, totals.Last));
    }

    /// <summary>The customer has it, or it waits for the one with that address.</summary>
    private static UpdateDefinition<MongoOrder> Place(string? customerId, string? emailKey) => customerId is null
        ? Builders<MongoOrder>.Update.Set(order => order.EmailKey, emailKey).Unset(order => order.CustomerId)
        : Builders<MongoOrder>.Update.Set(order => order.CustomerId, customerId).Unset(order => order.EmailKey);

    private sealed record Totals(string? CustomerId, int Orders, decimal Spend, DateTimeOffset? First, DateTimeOffset? Last);
}
