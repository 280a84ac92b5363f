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
            .Select(reason => new FailureCount(reason.Key, reason.Value))
            .ToArray();
        var all = (double)counts.Sum(reason => reason.Count);
        var told = FailureReason.MostFrequent(
            counts, MostReasons, reason => reason.Count >= FailureReason.MinCount || SkipReason.All.Contains(reason.Reason));
        return [.. told.Select(reason => new FailureNumbers(reason.Reason, reason.Count, reason.Count / all))];
    }
}
