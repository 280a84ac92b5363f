using XenoCrm.Core.Campaigns;

namespace XenoCrm.Api.Insights.Campaigns;

/// <summary>Why messages failed, or were skipped.</summary>
internal static class FailureTable
{
    private const int MostReasons = 5;

    public static IReadOnlyList<FailureNumbers> Of(IEnumerable<Delivery> deliveries, DeliveryStatus status)
    {
        var counts = deliveries.Where(delivery => delivery.Status == status)
            .CountBy(delivery => FailureReason.Clean(delivery.FailureReason))
            .ToArray();
        var all = counts.Sum(reason => reason.Value);
        var told = counts.Where(reason => reason.Value >= FailureReason.MinCount || SkipReason.All.Contains(reason.Key))
            .OrderByDescending(reason => reason.Value).ThenBy(reason => reason.Key, StringComparer.Ordinal).Take(MostReasons).ToArray();
        var rest = all - told.Sum(reason => reason.Value);
        return
        [
            .. told.Select(reason => new FailureNumbers(reason.Key, reason.Value, (double)reason.Value / all)),
            .. rest > 0 ? [new FailureNumbers(FailureNumbers.Others, rest, (double)rest / all)] : Array.Empty<FailureNumbers>(),
        ];
    }
}
