using XenoCrm.Api.Pages.Campaigns;
using XenoCrm.Core.Campaigns;

namespace XenoCrm.Tests.Campaigns;

public sealed class FailureReasonTests
{
    [Fact]
    public void The_most_frequent_reasons_come_first_and_the_rest_are_told_together()
    {
        var counts = FailureReason.Count(Enumerable.Range(1, 14).Select(i => new FailureCount($"reason {(char)('a' + i)}", i)));
        Assert.Equal(11, counts.Count);
        Assert.Equal(new FailureCount("reason o", 14), counts[0]);
        Assert.Equal(new FailureCount(FailureReason.Others, 1 + 2 + 3 + 4), counts[^1]);
    }

    [Fact]
    public void A_summary_keeps_rare_reasons_only_where_they_are_known_to_be_about_nobody()
    {
        Assert.Equal(
            [new("Mailbox full", 2), new("erased", 1), new(FailureReason.Others, 2)],
            FailureReason.Summarize([new("Mailbox full", 2), new("Mara Rao is unknown", 2), new("erased", 1)]));
    }

    [Theory]
    [InlineData("mailbox full", RetryOutlook.Open)]
    [InlineData("expired before delivery", RetryOutlook.Open)]
    [InlineData(FailureReason.NotGiven, RetryOutlook.Open)]
    [InlineData(FailureReason.Others, RetryOutlook.Open)]
    [InlineData("unknown recipient", RetryOutlook.Hopeless)]
    [InlineData("550 5.1.1 User unknown", RetryOutlook.Hopeless)]
    [InlineData("Blocked by the recipient", RetryOutlook.Hopeless)]
    [InlineData("what became of an earlier try is not known; it may have got there, so it is not sent again", RetryOutlook.Twice)]
    [InlineData("erased", RetryOutlook.Erased)]
    public void What_to_expect_of_a_second_try_is_read_off_the_reasons_words(string reason, RetryOutlook outlook) =>
        Assert.Equal(outlook, RetryOutlooks.Of(FailureReason.Clean(reason)));
}
