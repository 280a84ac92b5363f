using XenoCrm.Api.Http;
using XenoCrm.Core.Segments;

namespace XenoCrm.Api.Insights.Lookalikes;

/// <summary>Who is like a segment's members, for the API's route and the pages.</summary>
internal sealed class LookalikeService(ISegmentStore segments, LookalikeFinder finder)
{
    /// <exception cref="RefusedRequestException">400: an unknown segment, or not exactly one audience. 422: nothing tells its members from
    /// others.</exception>
    public async Task<LookalikeResponse> FindAsync(LookalikeRequest request, CancellationToken cancellationToken)
    {
        var rule = await AskedRule.FindAsync(request.Rule, request.SegmentId, segments, cancellationToken);
        return await finder.FindAsync(rule, request.Size, cancellationToken) switch
        {
            Lookalike.Found found => LookalikeResponse.Of(found),
            Lookalike.Refused refused => throw new RefusedRequestException(refused.Reason, StatusCodes.Status422UnprocessableEntity),
            var other => throw new InvalidOperationException($"{other.GetType().Name} is not known."),
        };
    }
}
