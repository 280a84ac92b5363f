using XenoCrm.Api.Campaigns.Messages;
using XenoCrm.Core.Account;
using XenoCrm.Core.Campaigns;
using XenoCrm.Core.Segments;
using XenoCrm.Tests.Support;

namespace XenoCrm.Tests.Campaigns.Messages;

public sealed class MessageComposerTests
{
    private static readonly AudienceSummary Regulars = new(
        Customers: 50, Ordered: 50, OrderedAgain: 50, Recent: 10, Orders: 200, TotalSpend: 9_000);

    public static TheoryData<string, string> KindsAndTones =>
        [.. PhraseBank.Kinds.SelectMany(kind => MessageTones.All.Select(tone => (kind.Name, tone)))];

    [Theory]
    [MemberData(nameof(KindsAndTones))]
    public void Every_kind_has_three_different_texts_in_every_tone(string kind, string tone)
    {
        var objective = MessageObjective.Read("x") with { Kind = PhraseBank.Named(kind) };
        AssertAreThree(objective, MessageComposer.Compose(objective, tone, audience: null));
        AssertAreThree(objective, MessageComposer.Compose(objective, tone, Regulars));

        // None of them borrows from another tone while nothing is promised.
        Assert.True(objective.Kind.ByTone[tone].Count(phrase => !phrase.IsForRegulars) >= MessageComposer.Count);
    }

    [Theory]
    [InlineData(
        "win back lapsed customers with 20% off sneakers, code RUN20, until Sunday",
        "win-back",
        "20% off sneakers",
        "RUN20",
        "until Sunday",
        null,
        null)]
    [InlineData(
        "Bring back people who haven't ordered: flat ₹500 off their next order",
        "win-back",
        "a flat ₹500 off your next order",
        null,
        null,
        null,
        null)]
    [InlineData(
        "Launch of our Aurora running shoes on 5 December", "launch", null, null, "on 5 December", null, "our Aurora running shoes")]
    [InlineData(
        "introduce the new winter collection this weekend", "launch", null, null, "this weekend", null, "the new winter collection")]
    [InlineData("Thank loyal customers for a great year", "thanks", null, null, null, null, null)]
    [InlineData(
        "Diwali sale: 30 percent off everything until 31 October", "festive", "30% off everything", null, "until 31 October", null, null)]
    [InlineData("Black Friday: 40% off", "festive", "40% off", null, null, null, null)]
    [InlineData("remind customers about their cart", "reminder", null, null, null, null, "your cart")]
    [InlineData(
        "Invite to the store opening at our Pune store on Saturday at 6 pm",
        "event",
        null,
        null,
        "on Saturday at 6 pm",
        "our Pune store",
        "the store opening")]
    [InlineData("ask for feedback on our delivery service", "survey", null, null, null, null, "our delivery service")]
    [InlineData("back in stock: linen shirts", "restock", null, null, null, null, "our linen shirts")]
    [InlineData("birthday wishes with a free dessert", "celebration", "a free dessert", null, null, null, null)]
    [InlineData("free shipping this weekend, use SHIP0", "discount", "free shipping", "SHIP0", "this weekend", null, null)]
    [InlineData("Welcome new customers", "welcome", null, null, null, null, null)]
    [InlineData("get more referrals", "referral", null, null, null, null, null)]
    [InlineData("early access for VIPs to \"Monsoon Edit\"", "loyalty", null, null, null, null, "Monsoon Edit")]
    [InlineData("discount of 15% for members who may be leaving by 2026-12-24", "loyalty", "15% off", null, "until 2026-12-24", null, null)]
    [InlineData("Promote the Diwali hamper at 999 rupees", "festive", null, null, null, null, "the Diwali hamper at 999 rupees")]
    [InlineData("cross-sell phone cases to customers who bought phones", "news", null, null, null, null, "our phone cases")]
    [InlineData("Upsell the premium plan with 2 months free", "loyalty", "2 months free", null, null, null, "the premium plan")]
    [InlineData("100% cotton is what we are about", "news", null, null, null, null, null)]
    [InlineData("Q3 push", "news", null, null, null, null, null)]
    public void What_an_objective_promises_is_recognised_and_kept(
        string text, string kind, string? offer, string? code, string? when, string? place, string? about)
    {
        var objective = MessageObjective.Read(text);
        Assert.Equal(
            (kind, offer, code, when, place, about),
            (objective.Kind.Name, objective.Offer, objective.Code, objective.When, objective.Place, objective.About));
        Assert.All(MessageTones.All, tone =>
        {
            var texts = MessageComposer.Compose(objective, tone, audience: null);
            AssertAreThree(objective, texts);
            Assert.All(
                objective.Musts, must => Assert.All(texts, message => Assert.Contains(must, message, StringComparison.OrdinalIgnoreCase)));
        });
    }

    [Fact]
    public void Whatever_is_promised_together_there_are_three_texts_that_say_it()
    {
        string[] aims =
        [
            "win back lapsed customers", "launch of the Aurora jacket", "say thanks", "Diwali greetings",
            "remind them of their appointment", "invite to the tasting", "ask for a review", "sell more", "restock of the blue kurta"
        ];
        string[] offers =
        [
            "",
            " with 20% off",
            " with up to 50% discount on all winter jackets and boots",
            " and flat Rs. 500 off",
            " with free shipping",
            " and buy one get one free",
            " plus $10 off and free returns"
        ];
        string[] codes = ["", ", code HELLO10", ", use WINTERWONDER2026"];
        string[] dates =
        [
            "", " until Sunday", " on 5 December at 6 pm", " ending 31 January 2027", " from 3 to 5 May", " this weekend",
            " before the end of the month"
        ];
        string[] places = ["", " at our Connaught Place flagship store"];
        Property.Check(cases: 600, random =>
        {
            var text = random.Pick(aims) + random.Pick(offers) + random.Pick(codes) + random.Pick(dates) + random.Pick(places);
            var objective = MessageObjective.Read(text);
            AssertAreThree(
                objective, MessageComposer.Compose(objective, random.Pick(MessageTones.All), random.OneIn(2) ? Regulars : null), text);
        });
    }

    [Theory]
    [InlineData("{{name}} {{evil}} }} win back")]
    [InlineData("visit http://evil.example or call +1 900 555 0199 for 20% off")]
    [InlineData("launch of <script>alert(1)</script> {{email}}")]
    [InlineData("\"{{totalSpend}}\" sale\r\n\u0000")]
    [InlineData("???")]
    public void What_no_message_may_have_is_not_taken_over(string text)
    {
        var objective = MessageObjective.Read(text);
        Assert.All(MessageTones.All, tone => AssertAreThree(objective, MessageComposer.Compose(objective, tone, audience: null), text));
        Assert.DoesNotContain(
            MessageComposer.Compose(objective, "friendly", null),
            message => message.Contains("evil", StringComparison.Ordinal) || message.Contains("900", StringComparison.Ordinal));
    }

    [Fact]
    public void The_same_objective_gives_the_same_texts()
    {
        var objective = MessageObjective.Read("win back customers with 20% off");
        Assert.Equal(
            MessageComposer.Compose(objective, "playful", Regulars),
            MessageComposer.Compose(MessageObjective.Read("win back customers with 20% off"), "playful", Regulars));
    }

    [Fact]
    public void Only_those_who_have_all_ordered_again_are_told_of_their_orders()
    {
        var objective = MessageObjective.Read("say thanks");
        Assert.Contains(MessageComposer.Compose(objective, "friendly", Regulars), text =>
            text.Contains("You came back to us", StringComparison.Ordinal));
        Assert.All(new[] { null, AudienceSummary.Nobody, Regulars with { OrderedAgain = 49 } }, audience =>
            Assert.DoesNotContain(MessageComposer.Compose(objective, "friendly", audience), text =>
                text.Contains("You came back to us", StringComparison.Ordinal)));
    }

    private static void AssertAreThree(MessageObjective objective, IReadOnlyList<string> texts, string? of = null)
    {
        Assert.True(texts.Count == MessageComposer.Count, $"There are {texts.Count} texts for: {of ?? objective.Text}");
        Assert.All(texts, text =>
        {
            Assert.Null(MessageCheck.Find(text, objective));
            Assert.All(MessageCheck.Extremes, customer =>
                Assert.InRange(MessageTemplate.Parse(text).Render(customer, new AccountOptions()).Length, 1, MessageCheck.MaxLength));
            Assert.DoesNotContain("  ", text, StringComparison.Ordinal);
            Assert.False(
                text.Contains("{it}", StringComparison.Ordinal)
                    || text.Contains("{facts}", StringComparison.Ordinal)
                    || text.Contains("{wish}", StringComparison.Ordinal)
                    || text.Contains("{occasion}", StringComparison.Ordinal),
                text);
        });
        Assert.Equal(texts.Count, texts.Select(text => text[..12]).Distinct().Count());
    }
}
