using XenoCrm.Api.Insights.Campaigns;
using XenoCrm.Core.Campaigns;

namespace XenoCrm.Tests.Insights;

/// <summary>A completed campaign with something of every kind to tell, and what a good model says of it.</summary>
internal static class Reviewed
{
    public static readonly Campaign Campaign = new()
    {
        Id = "c",
        SegmentId = "s",
        Name = "Summer 26",
        MessageTemplate = "Hi",
        CreatedBy = "mara",
        CreatedAt = new DateTimeOffset(2026, 11, 1, 9, 0, 0, TimeSpan.Zero),
        Status = CampaignStatus.Completed,
    };

    public static readonly CampaignNumbers Numbers = In("Pune", "mailbox full");

    /// <summary>A sentence a finding, of all that has to be told and one that may be.</summary>
    public static readonly IReadOnlyDictionary<string, string> Sentences = new Dictionary<string, string>
    {
        ["delivery"] = "Overall, the campaign had a delivery rate of 76.3%, with 763 of 1,000 recipients reached.",
        ["reason-1"] = "{reason} was the main reason, with 180 failures or 75.9% of them.",
        ["reason-2"] = "Another 50 failures, 21.1%, were recorded as {reason}.",
        ["group-1"] = "Among {group} only 40% of 250 messages arrived, compared with 88.4% elsewhere.",
        ["group-2"] = "Messages to {group} arrived more often: 95.2% of 210, against 71.3% among the others.",
        ["earlier"] = "At 76.3% it did clearly worse than the three earlier campaigns, which averaged 95.0%.",
        ["duration"] = "It took 13 minutes to complete.",
    };

    public static readonly string Answer = AnswerOf(Sentences);

    public static IReadOnlyList<Finding> Findings => InsightText.Find(Campaign, Numbers);

    /// <summary>The same figures elsewhere.</summary>
    public static CampaignNumbers In(string city, string reason) => new(
        Audience: 1_000,
        Pending: 0,
        Sent: 763,
        Failed: 237,
        Skipped: 0,
        DeliveryRate: 0.763,
        CompletedAfterSeconds: 781.3,
        Sample: 1_000,
        [
            new FailureNumbers(reason, 180, 180 / 237.0),
            new FailureNumbers("550 5.1.1 unknown user", 50, 50 / 237.0),
            new FailureNumbers(FailureReason.Others, 7, 7 / 237.0)
        ],
        [],
        [
            new GroupNumbers("spend", "1,250 or more", 200, 10, 200 / 210.0, 563 / 790.0, 0.915, 0.974, true),
            new GroupNumbers("orders", "1 order", 200, 60, 200 / 260.0, 563 / 740.0, 0.71, 0.81, false),
            new GroupNumbers("city", city, 100, 150, 0.4, 663 / 750.0, 0.341, 0.462, true),
        ],
        new EarlierNumbers(3, 0.95, 0.95, 0.95, true),
        new EarlierNumbers(2, 0.77, 0.75, 0.79, false));

    public static string AnswerOf(IEnumerable<KeyValuePair<string, string>> sentences) =>
        System.Text.Json.JsonSerializer.Serialize(
            new { sentences = sentences.Select(sentence => new { finding = sentence.Key, text = sentence.Value }) });

    /// <summary>The good answer with another sentence on one finding.</summary>
    public static string With(string finding, string text) => AnswerOf(new Dictionary<string, string>(Sentences) { [finding] = text });
}
