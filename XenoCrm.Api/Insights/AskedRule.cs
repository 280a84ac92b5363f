using XenoCrm.Api.Http;
using XenoCrm.Core.Rules;
using XenoCrm.Core.Segments;

namespace XenoCrm.Api.Insights;

/// <summary>Whom a request asks about: a rule that it brings along, or a stored segment's.</summary>
internal static class AskedRule
{
    /// <exception cref="RefusedRequestException">400 unless exactly one of the two is given, and is there.</exception>
    public static async Task<Rule> FindAsync(
        Rule? rule, string? segmentId, ISegmentStore segments, CancellationToken cancellationToken)
    {
        if (rule is null == segmentId is null)
        {
            throw RefusedRequestException.Invalid("rule", "Give either a rule or a segmentId.");
        }

        return rule ?? (await segments.FindAsync(segmentId!, cancellationToken))?.Rule
            ?? throw RefusedRequestException.Invalid("segmentId", "There is no such segment. GET /segments lists them.");
    }
}
