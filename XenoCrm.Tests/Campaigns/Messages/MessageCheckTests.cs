using XenoCrm.Api.Campaigns.Messages;

namespace XenoCrm.Tests.Campaigns.Messages;

public sealed class MessageCheckTests
{
    private const string Objective = "win back customers with 20% off sneakers, code RUN20, until Sunday";

    [Theory]
    [InlineData("Hi {{firstName|there}}, we miss you: 20% off sneakers with code RUN20 until Sunday.")]
    [InlineData("{{name}}, sneakers at 20% discount in {{city|your city}}! RUN20 is the code, until Sunday.")]
    public void A_text_that_says_what_is_promised_and_no_more_passes(string text) =>
        Assert.Null(MessageCheck.Find(text, MessageObjective.Read(Objective)));

    [Theory]
    [InlineData("We miss you: 20% off with code RUN20 until Sunday.", "no placeholder")]
    [InlineData("Hi {{firstName}}, your e-mail is {{email}}. 20% off, RUN20, until Sunday.", "{{email}}")]
    [InlineData("Hi {{attributes.plan}} member, 20% off, RUN20, until Sunday.", "may not be used")]
    [InlineData("Hi {{firstName}} of {{city}}, 20% off with code RUN20 until Sunday.", "needs a fallback")]
    [InlineData("Hi {{firstName, 20% off with code RUN20 until Sunday.", "not closed")]
    [InlineData("Hi [name], {{firstName}}: 20% off with code RUN20 until Sunday.", "brackets")]
    [InlineData("Hi {{firstName}},\n20% off with code RUN20 until Sunday.", "line breaks")]
    [InlineData("Hi {{firstName}}, 25% off with code RUN20 until Sunday, not 20%.", "“25”")]
    [InlineData("Hi {{firstName}}, 20% off with code RUN20 until Sunday at www.shop.example/run", "link")]
    [InlineData("Hi {{firstName}}, 20% off with code RUN20 until Sunday at runners.shop", "link")]
    [InlineData("Hi {{firstName}}, 20% off, RUN20, until Sunday. Call +49 30 1234567", "link")]
    [InlineData("Hi {{firstName}}, 20% off, RUN20, until Sunday. Write to a@b.example", "link")]
    [InlineData("Hi {{firstName}}, 20% off, RUN20, until Sunday, and free socks!", "promises")]
    [InlineData("Hi {{firstName}}, 20% off, RUN20, until Sunday. Money back if not happy.", "promises")]
    [InlineData("Hi {{firstName}}, 20% off, RUN20, until Sunday. Win a bike!", "promises")]
    [InlineData("Hi {{firstName}}, 20% off with RUN20 or MEGASALE until Sunday.", "code")]
    [InlineData("Hi {{firstName}}, we miss you! Use RUN20 until Sunday.", "“20” of the objective")]
    [InlineData("Hi {{firstName}}, we miss you! 20% off until Sunday.", "“RUN20” of the objective")]
    [InlineData("Hi {{firstName}}, we miss you! 20% off with RUN20.", "“Sunday” of the objective")]
    [InlineData("As an AI language model I write: Hi {{firstName}}, 20% off, RUN20, until Sunday.", "nothing to write")]
    [InlineData("{{firstName}} hi", "too short")]
    [InlineData("", "empty")]
    public void A_text_that_is_not_fit_to_be_sent_is_told_why(string text, string told) =>
        Assert.Contains(told, MessageCheck.Find(text, MessageObjective.Read(Objective)), StringComparison.Ordinal);

    [Fact]
    public void A_text_is_measured_with_a_long_name_and_city() =>
        Assert.Contains(
            "characters long",
            MessageCheck.Find("{{name}} {{city|x}} 20% off RUN20 until Sunday. " + new string('x', 150), MessageObjective.Read(Objective)),
            StringComparison.Ordinal);

    [Theory]
    [InlineData(
        "Hi {{firstName|there}}, we miss you. Come back soon!", "Hi {{firstName|friend}}, we really miss you. Come back soon!", true)]
    [InlineData("Hi {{firstName|there}}, we miss you. Come back soon!", "Our shelves keep asking for you, {{firstName}}.", false)]
    public void Texts_that_share_most_words_are_alike(string one, string other, bool areAlike) =>
        Assert.Equal(areAlike, MessageCheck.AreAlike(one, other, MessageObjective.Read("win back")));
}
