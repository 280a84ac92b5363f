using XenoCrm.Core.Campaigns;
using XenoCrm.Core.Rules;
using XenoCrm.Core.Segments;

namespace XenoCrm.Data.Mongo;

/// <summary>
/// A document of <c>segments</c>:
/// <code>
/// { _id: "0199…", name: "Big spenders", rule: "{\"totalSpend\":{\"$gte\":1000}}", prompt: "spent at least 1000",
///   createdBy: "mara@example.com", createdAt: ISODate, audience: 1200, visible: true, archived: true,
///   campaignId: "0199…", idempotencyKey: "…" }
/// </code>
/// The rule is its canonical text: MongoDB never sees it as a query.
/// </summary>
internal sealed record MongoSegment
{
    public required string Id { get; init; }

    public required string Name { get; init; }

    public required string Rule { get; init; }

    public string? Prompt { get; init; }

    public required string CreatedBy { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required long Audience { get; init; }

    /// <summary>False while its first campaign is preparing.</summary>
    public required bool Visible { get; init; }

    /// <summary>There while it is put away.</summary>
    public bool? Archived { get; init; }

    /// <summary>The campaign that came with it.</summary>
    public string? CampaignId { get; init; }

    /// <summary>Of one that no campaign came with.</summary>
    public string? IdempotencyKey { get; init; }

    public static MongoSegment Of(NewCampaign campaign) => Of(campaign.Segment, visible: false, campaign.Campaign.Id);

    public static MongoSegment Of(Segment segment, bool visible, string? campaignId) => new()
    {
        Id = segment.Id,
        Name = segment.Name,
        Rule = RuleJson.Print(segment.Rule),
        Prompt = segment.Prompt,
        CreatedBy = segment.CreatedBy,
        CreatedAt = segment.CreatedAt,
        Audience = segment.Audience,
        Visible = visible,
        CampaignId = campaignId,
    };

    public Segment ToSegment() => new(
        Id, Name, StoredRules.Read($"Segment {Id}", () => RuleJson.ParseStored(Rule)), Prompt, CreatedBy, CreatedAt, Audience)
    {
        IsArchived = Archived == true,
    };
}
