using XenoCrm.Core.Orders;
using XenoCrm.Core.Text;

namespace XenoCrm.Data.Mongo;

/// <summary>What orders do to those that are stored, found out in memory, one after the other; then one write for each.</summary>
/// <param name="stored">Those that the batch names, as orders or as refunded ones, and the refunds of its orders.</param>
/// <param name="owners">Who has the addresses that the batch names, by address.</param>
internal sealed class MongoOrderPlan(IReadOnlyList<MongoOrder> stored, Dictionary<string, string> owners)
{
    private readonly Dictionary<string, MongoOrder> before = stored.ToDictionary(order => order.Id);
    private readonly Dictionary<string, MongoOrder> now = stored.ToDictionary(order => order.Id);
    private readonly HashSet<string> written = [];
    private readonly Dictionary<string, HashSet<string>> refunds = stored.Where(order => order.RefundOf is not null)
        .GroupBy(order => order.RefundOf!).ToDictionary(group => group.Key, group => group.Select(order => order.Id).ToHashSet());

    public OrderOutcome Add(Order order)
    {
        var owner = order.CustomerEmail is null ? null : owners.GetValueOrDefault(TextKey.Of(order.CustomerEmail));
        if (order.CustomerId is not null && owner is not null && owner != order.CustomerId)
        {
            return OrderOutcome.CustomersDiffer;
        }

        var known = now.TryGetValue(order.Id, out var document) ? new StoredOrder(document.ToOrder(), document.EmailHash) : null;
        var place = OrderPlace.Of(order, owner, known);
        if (order.RefundOf is not null && now.TryGetValue(order.RefundOf, out var refunded))
        {
            if (place.RefusalOf(refunded.ToOrder()) is { } refusal)
            {
                return refusal;
            }

            place = OrderPlace.Of(refunded.ToOrder());
        }

        if (known is not null && place == OrderPlace.Of(known.Order) && known.HasContentsOf(order))
        {
            return OrderOutcome.Unchanged;
        }

        now[order.Id] = MongoOrder.Of(order, place);
        written.Add(order.Id);
        if (order.RefundOf is { } of && !refunds.TryAdd(of, [order.Id]))
        {
            refunds[of].Add(order.Id);
        }

        if (order.RefundOf is null)
        {
            TakeRefundsAlong(order.Id, place);
        }

        return known is null ? OrderOutcome.Created : OrderOutcome.Updated;
    }

    /// <summary>In the order of their ids: servers that lock what one command writes do not meet crosswise.</summary>
    public IEnumerable<(MongoOrder? Before, MongoOrder After)> Writes() =>
        written.Order(StringComparer.Ordinal).Select(id => (before.GetValueOrDefault(id), now[id]));

    private void TakeRefundsAlong(string id, OrderPlace place)
    {
        if (!refunds.TryGetValue(id, out var those))
        {
            return;
        }

        foreach (var refund in those.Select(refund => now[refund]).Where(
            refund => refund.RefundOf == id && OrderPlace.Of(refund.ToOrder()) != place).ToArray())
        {
            now[refund.Id] = refund with { CustomerId = place.CustomerId, EmailKey = place.EmailKey };
            written.Add(refund.Id);
        }
    }
}
