using Microsoft.AspNetCore.Http.HttpResults;
using XenoCrm.Api.Http;
using XenoCrm.Core.Rules;
using XenoCrm.Core.Segments;

namespace XenoCrm.Api.Insights;

/// <summary>Whom a request asks about: a rule that it brings along, or a stored segment's.</summary>
internal static class AskedRule
{
    /// <summary>Null and a problem unless exactly one of the two is given, and is there.</summary>
    public static async Task<(Rule? Rule, ValidationProblem? Problem)> FindAsync(
        Rule? rule, string? segmentId, ISegmentStore segments, CancellationToken cancellationToken)
    {
        if (rule is null == segmentId is null)
        {
            return (null, Problems.Invalid("rule", "Give either a rule or a segmentId."));
        }

        if (rule is not null)
        {
            return (rule, null);
        }

        return await segments.FindAsync(segmentId!, cancellationToken) is { } segment
            ? (segment.Rule, null)
            : (null, Problems.Invalid("segmentId", "There is no such segment. GET /segments lists them."));
    }
}
