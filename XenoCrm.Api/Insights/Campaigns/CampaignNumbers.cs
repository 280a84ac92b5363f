namespace XenoCrm.Api.Insights.Campaigns;

/// <summary>All that is known of how a campaign went. Rates and shares are from 0 to 1.</summary>
/// <param name="Skipped">Not sent, for a reason of ours; in no rate.</param>
/// <param name="DeliveryRate">Sent, of those that are sent or failed; null while there are none.</param>
/// <param name="CompletedAfterSeconds">From its beginning until its last message was final; null while it runs.</param>
/// <param name="Sample">How many messages the reasons and the groups are counted from: all of them, or as many as are looked at.</param>
/// <param name="Failures">Why messages failed, the most frequent first.</param>
/// <param name="Skips">Why messages were skipped, likewise.</param>
/// <param name="Groups">The delivery rate by what the recipients had bought, and where they live.</param>
/// <param name="Earlier">The up to ten completed campaigns before it; null if there are none.</param>
/// <param name="SameRule">Those of the same rule; null if there are none.</param>
public sealed record CampaignNumbers(
    long Audience,
    long Pending,
    long Sent,
    long Failed,
    long Skipped,
    double? DeliveryRate,
    double? CompletedAfterSeconds,
    long Sample,
    IReadOnlyList<FailureNumbers> Failures,
    IReadOnlyList<FailureNumbers> Skips,
    IReadOnlyList<GroupNumbers> Groups,
    EarlierNumbers? Earlier,
    EarlierNumbers? SameRule);

/// <param name="Reason">The vendor's words, with addresses and long numbers taken out; <c>other reasons</c> for the rest.</param>
/// <param name="Count">In the sample.</param>
/// <param name="Share">Of those that failed, or were skipped, in the sample.</param>
public sealed record FailureNumbers(string Reason, long Count, double Share);

/// <summary>A part of the recipients whose messages are final. No part of fewer than ten is told.</summary>
/// <param name="By"><c>spend</c>, <c>recency</c>, <c>orders</c> or <c>city</c>.</param>
/// <param name="Name">Which part, such as <c>100 to 250</c>.</param>
/// <param name="RestRate">The delivery rate of all the others.</param>
/// <param name="Low">Where the true rate lies with 95 % confidence, from here …</param>
/// <param name="High">… to here.</param>
/// <param name="Differs">Whether it differs from the others beyond chance, and enough to matter.</param>
public sealed record GroupNumbers(
    string By, string Name, long Sent, long Failed, double Rate, double RestRate, double Low, double High, bool Differs)
{
    internal long Size => Sent + Failed;
}

/// <summary>What earlier campaigns delivered, each counted once.</summary>
/// <param name="Campaigns">How many they are.</param>
/// <param name="MeanRate">The mean of their delivery rates.</param>
/// <param name="Differs">Whether this campaign's rate is outside of theirs, beyond chance and by enough to matter.</param>
public sealed record EarlierNumbers(int Campaigns, double MeanRate, double LowestRate, double HighestRate, bool Differs);
