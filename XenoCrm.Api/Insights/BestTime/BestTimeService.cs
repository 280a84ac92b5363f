using XenoCrm.Api.Http;
using XenoCrm.Core.Account;
using XenoCrm.Core.Segments;

namespace XenoCrm.Api.Insights.BestTime;

/// <summary>When an audience orders most, for the API's route and the pages.</summary>
internal sealed class BestTimeService(ISegmentStore segments, AccountSettings settings, TimeProvider time)
{
    /// <summary>More would not change the answer.</summary>
    private const int MaxCustomers = 100_000;

    /// <exception cref="RefusedRequestException">400: an unknown time zone or segment, or not exactly one audience.</exception>
    public async Task<BestTimeResponse> FindAsync(BestTimeRequest request, CancellationToken cancellationToken)
    {
        var id = request.TimeZone ?? settings.Current.TimeZone;
        if (ZoneId.Spelling(id) is not { } spelled || !ZoneId.TryFind(spelled, out var zone))
        {
            throw RefusedRequestException.Invalid("timeZone", ZoneId.Unknown(id));
        }

        var rule = await AskedRule.FindAsync(request.Rule, request.SegmentId, segments, cancellationToken);
        var now = time.GetUtcNow();
        var audience = await segments.CountAudienceAsync(rule, now, cancellationToken);
        var times = await segments.CountOrderTimesAsync(rule, now, zone, MaxCustomers, cancellationToken);
        return BestTimeResponse.Of(times, zone, audience.Reachable > MaxCustomers, now);
    }
}
