using XenoCrm.Core.Campaigns;
using XenoCrm.Core.Rules;
using XenoCrm.Core.Segments;

namespace XenoCrm.Tests.Support;

/// <summary>A campaign as a launch begins it, with its segment.</summary>
internal static class NewCampaigns
{
    /// <param name="id">The campaign's; the segment's is the same with an s before it.</param>
    /// <param name="at">When both are made.</param>
    /// <param name="lease">How long it may be prepared.</param>
    /// <param name="rule">Everybody, unless another is given.</param>
    /// <param name="key">An idempotency key, if there is one.</param>
    public static NewCampaign Of(string id, DateTimeOffset at, TimeSpan lease, Rule? rule = null, string? key = null)
    {
        var segment = new Segment("s" + id, "Everybody", rule ?? new Everyone(), null, "ben", at, 0);
        var campaign = new Campaign
        {
            Id = id,
            SegmentId = segment.Id,
            Name = "Hello",
            MessageTemplate = "Hi",
            Status = CampaignStatus.Preparing,
            CreatedBy = "ben",
            CreatedAt = at,
        };
        return new NewCampaign(segment, campaign, at + lease, key, key is null ? null : "hash");
    }
}
