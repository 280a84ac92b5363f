using XenoCrm.Api.Insights.Campaigns;

namespace XenoCrm.Tests.Insights;

/// <summary>What a sentence of a model's may say of a finding, and what it may not.</summary>
public sealed class FindingCheckTests
{
    public static TheoryData<string, string> GoodSentences => [.. Reviewed.Sentences.Select(sentence => (sentence.Key, sentence.Value))];

    [Theory]
    [MemberData(nameof(GoodSentences))]
    [InlineData("delivery", "It was delivered to 763 of the 1,000 recipients (76%).")]
    [InlineData("delivery", "Of 1,000 recipients a share of 76.3% received the message.")]
    [InlineData("reason-1", "The most common reason given by the vendor was {reason}, which accounted for 75.9% of the failures.")]
    [InlineData("group-1", "The delivery rate of {group} was 40.0%, notably lower than the 88.4% of the rest.")]
    [InlineData("earlier", "This campaign’s 76.3% is below the 95.0% of each of the previous 3.")]
    [InlineData("duration", "The campaign was finished after 781 seconds.")]
    public void What_says_the_finding_in_other_words_passes(string finding, string sentence) => Assert.Null(Check(finding, sentence));

    [Theory]
    [InlineData("delivery", "The campaign reached 764 of its 1,000 recipients, a delivery rate of 76.3%.", "“764”")]
    [InlineData("delivery", "The campaign reached 763 of its 1,000 recipients, a delivery rate of 40.0%.", "“40.0%”")] // another finding's
    [InlineData("delivery", "The campaign reached 1,000 of its 763 recipients, a delivery rate of 76.3%.", "not in its place")]
    [InlineData("delivery", "The campaign reached 763 of its 1,000 recipients.", "“76.3%” is missing")]
    [InlineData("delivery", "The campaign reached three quarters of its recipients, that is 76.3%.", "“three”")]
    [InlineData("delivery", "The campaign reached half of its recipients, a delivery rate of 76.3%.", "“half”")]
    [InlineData("delivery", "A delivery rate of 76.3% and ٧٦٣ recipients.", "figure")]
    [InlineData("group-1", "Among {group}, 88.4% of 250 messages arrived against 40.0% among the others.", "not in its place")]
    [InlineData("earlier", "The 3 campaigns before it delivered 95.0%, worse than the 76.3% of it.", "not in its place")]
    public void Figures_are_the_findings_own_and_each_in_its_place(string finding, string sentence, string told) =>
        AssertIsRefused(finding, sentence, told);

    [Theory]
    [InlineData("group-1", "Among {group}, more messages arrived than among the others: 40.0% of 250 against 88.4%.", "more")]
    [InlineData("group-2", "Among {group}, fewer messages arrived than among the others: 95.2% of 210 against 71.3%.", "fewer")]
    [InlineData("group-1", "Among the others fewer messages arrived than among {group}: 40.0% of 250 against 88.4%.", "before “others”")]
    [InlineData("group-2", "More messages to {group} failed: 95.2% of 210 against 71.3% among the others.", "failed")]
    [InlineData("earlier", "With its 76.3% it did notably better than the 3 campaigns before it, which delivered 95.0%.", "better")]
    [InlineData("earlier", "With its 76.3% it did not do worse than the 3 campaigns before it with 95.0%.", "not")]
    [InlineData("delivery", "The campaign failed for 763 of its 1,000 recipients, a rate of 76.3%.", "failed")]
    [InlineData("delivery", "The campaign had a poor delivery rate of 76.3%.", "poor")]
    [InlineData("delivery", "The campaign reached all of its recipients, a delivery rate of 76.3%.", "all")]
    [InlineData("reason-2", "The main reason for a failure was {reason} with 21.1%.", "main")]
    [InlineData("reason-1", "A delivery rate of 75.9% was due to {reason}.", "rate, due")]
    public void The_reverse_of_the_finding_cannot_be_said(string finding, string sentence, string told) =>
        AssertIsRefused(finding, sentence, told);

    [Theory]
    [InlineData("delivery", "In Delhi the campaign had a delivery rate of 76.3%.", "delhi")]
    [InlineData("delivery", "Delhi had a delivery rate of 76.3%.", "delhi")]
    [InlineData("group-1", "Among the recipients in Pune 40.0% of 250 messages arrived against 88.4%.", "{group} must stand")]
    [InlineData("group-1", "Among {group} and in Pune 40.0% of 250 messages arrived against 88.4%.", "pune")]
    [InlineData("group-1", "Among {group}, that is {group}, 40.0% of 250 messages arrived against 88.4%.", "{group} must stand in it once")]
    [InlineData("reason-1", "With 75.9% of the failures {reason} was the reason, because of spam filters.", "because, spam, filters")]
    [InlineData("delivery", "The campaign “Winter” had a delivery rate of 76.3%.", "“Winter”", "“")]
    [InlineData("delivery", "See www.evil.example for the delivery rate of 76.3%.", "full stop")]
    [InlineData("delivery", "The delivery rate of 76.3% is at message.to", "full stop")]
    [InlineData("delivery", "The delivery rate is 76.3%, see http:rate.", ":")]
    [InlineData("delivery", "Write to a@b about the delivery rate of 76.3%.", "@")]
    [InlineData("delivery", "<b>The delivery rate</b> was 76.3%.", "<")]
    [InlineData("delivery", "The delivery rate was 76.3% {{name}}.", "{{")]
    [InlineData("delivery", "The delivery rate was 76.3%.\nThe campaign has ended", "full stop")]
    [InlineData("delivery", "The delivery rate was 76.3%. It should be sent again.", "one sentence")]
    [InlineData("delivery", "Use code SAVE20, the delivery rate was 76.3%.", "use, code")]
    [InlineData("delivery", "", "one sentence")]
    public void Nothing_and_nobody_else_is_named(string finding, string sentence, string told, string? instead = null) =>
        AssertIsRefused(finding, sentence, instead ?? told);

    [Fact]
    public void A_sentence_without_end_is_refused() =>
        AssertIsRefused(
            "delivery", $"The delivery rate was 76.3%{string.Concat(Enumerable.Repeat(" and so on", 30))}.", "240 are the most");

    [Fact]
    public void Every_sentence_of_ours_passes_as_a_models() =>
        Assert.All(
            Reviewed.Findings.Where(finding => finding.Use != FindingUse.Fixed),
            finding => Assert.Null(FindingCheck.Find(finding, finding.Sentence)));

    private static string? Check(string finding, string sentence) =>
        FindingCheck.Find(Reviewed.Findings.Single(one => one.Id == finding), sentence);

    private static void AssertIsRefused(string finding, string sentence, string told)
    {
        var complaint = Check(finding, sentence);
        Assert.NotNull(complaint);
        Assert.Contains(told, complaint, StringComparison.Ordinal);
    }
}
