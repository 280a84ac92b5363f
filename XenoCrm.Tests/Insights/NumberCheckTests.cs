using XenoCrm.Api.Insights.Campaigns;
using XenoCrm.Core.Campaigns;

namespace XenoCrm.Tests.Insights;

/// <summary>A text goes out only if the data have each of its numbers.</summary>
public sealed class NumberCheckTests
{
    private static readonly CampaignNumbers Numbers = new(
        Audience: 123_457,
        Pending: 0,
        Sent: 111_234,
        Failed: 12_223,
        Skipped: 0,
        DeliveryRate: 0.90099,
        CompletedAfterSeconds: 754.4,
        Sample: 100_000,
        [new FailureNumbers("550 5.1.1 unknown user", 7_340, 0.7341), new FailureNumbers(FailureReason.Others, 2_659, 0.2659)],
        [],
        [
            new GroupNumbers("city", "Sector 21", 310, 90, 0.775, 0.9044, 0.731, 0.813, true),
            new GroupNumbers("recency", "30 to 90 days before", 20_000, 2_801, 0.8771, 0.8833, 0.8722, 0.8822, false),
            new GroupNumbers("spend", "1,250 or more", 20_000, 2_801, 0.8771, 0.8833, 0.8722, 0.8822, false),
        ],
        new EarlierNumbers(10, 0.9421, 0.92, 0.9604, true),
        SameRule: null);

    private static readonly Facts Facts = Facts.Of(Numbers, "Summer 2026");

    [Theory]
    [InlineData("It reached 111,234 of its 123,457 recipients, a delivery rate of 90.1%.")]
    [InlineData("It reached 111234 of 1,23,457 people (90 %).")]
    [InlineData("About 90 percent arrived, 90.10 per cent to be exact.")]
    [InlineData("9.9% failed: 12,223 messages, or 12k.")]
    [InlineData("Some 0.12 million recipients, that is 123 thousand, or 1.2 lakh.")]
    [InlineData("In “Sector 21” 77.5% of 400 arrived, 12.9 points fewer than the 90.4% of the others.")]
    [InlineData("Sector twenty: the difference is -12.9 percentage points, between 73.1% and 81.3%.", "twenty")]
    [InlineData("The reason was “550 5.1.1 unknown user” (7,340, 73.4% of the failures).")]
    [InlineData("It took 13 minutes, or 754 seconds, or 0.2 hours, or 12.6 min.")]
    [InlineData("The ten campaigns before it delivered 94.2% on average, 92%–96%.")]
    [InlineData("Among those who ordered 30 to 90 days before, or spent 1,250, one in none differed.")]
    [InlineData("“Summer 2026” was sent to 123,457.")]
    [InlineData("No number at all, and one word more.")]
    public void A_text_with_the_datas_numbers_passes(string text, string? wrong = null) =>
        Assert.Equal(wrong, NumberCheck.FindWrong(text, Facts));

    [Theory]
    [InlineData("It reached 111,235 recipients.", "111,235")]
    [InlineData("A delivery rate of 91%.", "91%")]
    [InlineData("A delivery rate of 90.2 %.", "90.2 %")]
    [InlineData("A delivery rate of 90.099.", "90.099")]
    [InlineData("A delivery rate of 0.9.", "0.9")]
    [InlineData("90 points better.", "90 points")]
    [InlineData("+12.7 points.", "+12.7 points")]
    [InlineData("-10 campaigns.", "-10")]
    [InlineData("12,000 failed.", "12,000")]
    [InlineData("13k failed.", "13k")]
    [InlineData("0.13 million recipients.", "0.13 million")]
    [InlineData("111.234 recipients.", "111.234")]
    [InlineData("11,1234 recipients.", "11,1234")]
    [InlineData("1,11,234,5 recipients.", "1,11,234,5")]
    [InlineData("It took 14 minutes.", "14 minutes")]
    [InlineData("It took 754 hours.", "754 hours")]
    [InlineData("Nine campaigns before it.", "Nine")]
    [InlineData("Ninety-one percent arrived.", "Ninety-one percent")]
    [InlineData("Half of them failed.", "Half")]
    [InlineData("Twice as many, a threefold rise.", "Twice")]
    [InlineData("A threefold rise.", "threefold")]
    [InlineData("Two thirds arrived.", "Two")]
    [InlineData("A dozen failed.", "dozen")]
    [InlineData("Hundreds failed.", "Hundreds")]
    [InlineData("Two hundred failed.", "Two hundred")]
    [InlineData("x10 failures.", "10")]
    [InlineData("10x more.", "10x")]
    [InlineData("½ of them.", "½")]
    [InlineData("٩٠٪ arrived.", "٩")]
    [InlineData("９0% arrived.", "９")]
    [InlineData("10² failed.", "²")]
    [InlineData("In Sector 21 fewer arrived.", "21")]
    [InlineData("Error 550 was the reason.", "550")]
    [InlineData("At 99% confidence.", "99%")]
    [InlineData("In 2026.", "2026")]
    public void A_number_that_the_data_do_not_have_is_found(string text, string wrong) =>
        Assert.Equal(wrong, NumberCheck.FindWrong(text, Facts));

    [Fact]
    public void A_text_in_which_any_one_digit_is_changed_does_not_pass()
    {
        const string text =
            "It reached 111,234 of its 123,457 recipients, a delivery rate of 90.10%. In “Sector 21” 77.50% of 400 arrived. It was "
            + "complete 12.57 minutes after it began.";
        Assert.Null(NumberCheck.FindWrong(text, Facts));
        var changed = 0;
        for (var at = 0; at < text.Length; at++)
        {
            for (var digit = '0'; char.IsAsciiDigit(text[at]) && digit <= '9'; digit++)
            {
                if (digit != text[at])
                {
                    changed++;
                    var wrong = text[..at] + digit + text[(at + 1)..];
                    Assert.True(NumberCheck.FindWrong(wrong, Facts) is not null, wrong);
                }
            }
        }

        Assert.Equal(9 * text.Count(char.IsAsciiDigit), changed);
    }

    [Theory]
    [InlineData("mailbox of mara.lane@example.com is full", "mailbox of … is full")]
    [InlineData("550 5.1.1 unknown user", "550 5.1.1 unknown user")]
    [InlineData("550 5.7.350 spam", "550 5.7.350 spam")]
    [InlineData("call +49 (30) 1234-567 failed", "call … failed")]
    [InlineData("no answer from 555-0123 or 98765 43210", "no answer from … or …")]
    [InlineData("no such user <Mara Lane> \"Mara\"", "no such user … …")]
    [InlineData("see https://vendor.example/e?u=mara", "see …")]
    [InlineData("id 3f2a90bc-77aa rejected\r\n", "id … rejected")]
    [InlineData(null, "no reason given")]
    [InlineData("  ", "no reason given")]
    [InlineData("a@example.com", "no reason given")]
    public void A_reason_is_told_without_what_could_be_somebodys(string? reason, string told) =>
        Assert.Equal(told, FailureReason.Clean(reason));
}
