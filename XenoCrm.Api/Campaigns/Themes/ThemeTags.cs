namespace XenoCrm.Api.Campaigns.Themes;

/// <summary>
/// What a campaign can be about, where a model reads it off name and message. The list is closed, and none of it says anything of the
/// recipients: what is true of them is in <see cref="CampaignTags"/>, which has no tag of this list.
/// </summary>
internal static class ThemeTags
{
    /// <summary>The tags with what they stand for.</summary>
    public static readonly IReadOnlyList<(string Tag, string Meaning)> All =
    [
        ("festive", "a festival, holiday or season's greetings"),
        ("seasonal-sale", "a sale of a season or of a day of the year"),
        ("flash-sale", "a sale of hours or a few days"),
        ("clearance", "the last pieces, end of line"),
        ("discount", "money off, a voucher or a code"),
        ("free-shipping", "delivery for nothing"),
        ("bundle", "several things together, or buy one get one"),
        ("gift", "a present, or gift ideas"),
        ("product-launch", "a new product or service"),
        ("new-collection", "a new range or season's collection"),
        ("restock", "back in stock"),
        ("pre-order", "ordering before it is there"),
        ("event", "something to attend"),
        ("store-opening", "a shop that opens or moves"),
        ("contest", "a competition or a draw"),
        ("survey", "questions to answer"),
        ("review-request", "asking for a review or rating"),
        ("referral", "bringing friends"),
        ("rewards", "points, a programme's benefits"),
        ("reminder", "reminding of something left, due or booked"),
        ("announcement", "news of the shop itself: hours, terms, a move"),
        ("how-to", "tips, care, instructions"),
        ("charity", "a good cause"),
        ("thank-you", "saying thanks"),
    ];

    private static readonly HashSet<string> Known = [.. All.Select(theme => theme.Tag)];

    public static bool Contains(string tag) => Known.Contains(tag);
}
