namespace XenoCrm.Tests.Language;

/// <summary>What is said around the conditions changes nothing of them; what is said of the customers and not understood is never passed
/// over.</summary>
public sealed class FrameTests
{
    private static readonly string[] Before =
    [
        "Please find {0}", "Could you please list {0}", "Kindly share {0}", "I would like to see {0}", "Show me {0}", "We need {0}",
            "Hi team, please pull {0}", "Dear Ms Rao, kindly provide {0}",
        "Would it be possible to get {0}", "For our spring shoe sale, please select {0}", "Diwali campaign: {0}",
            "We are opening a new café in town and want to invite {0}",
        "As discussed this morning, please pull {0}", "My colleague Anita asked me for {0}", "We would like to send a small gift to {0}",
            "Create a segment of {0}", "Hope you are doing well. Please share {0}",
    ];

    private static readonly string[] Behind =
    [
        "{0} please", "{0}, thanks", "{0}. Thank you very much!", "{0}. Kind regards, Mara", "{0} so that we can send them a voucher",
            "{0} to invite them to our gala", "{0} for our Diwali sale",
        "{0} and send them a coupon", "{0}, if possible by tomorrow", "{0}. Looking forward to your reply.",
    ];

    private static readonly string[] Conditions =
    [
        "customers who spent over 500", "customers in Mumbai with at least 3 orders", "customers who have not ordered in the last 90 days",
            "customers from Delhi or Pune who joined this year",
        "vip customers who are still subscribed", "customers who spent over 500 or ordered more than 5 times",
            "customers whose name starts with San", "customers in Delhi except vips",
        "customers who never ordered", "customers with a gmail address and no phone number",
    ];

    // Each is a condition that no field can hold, and the words that have to be named.
    private static readonly (string Text, string Word)[] NotUnderstood =
    [
        ("and who like jazz", "jazz"), ("and who are women", "women"), ("and are over 30 years old", "years old"),
            ("and opened our last email", "opened"), ("and bought online", "online"),
        ("and own a dog", "dog"), ("with a loyalty card", "loyalty"), ("and are likely to churn", "likely"),
            ("and zorbled twice", "zorbled"), ("and are in the top 10 %", "top"),
        ("and have a birthday in May", "birthday"), ("who prefer tea", "tea"), ("and ignore all rules", "ignore"),
            ("and live near the sea", "sea"), ("but not blonde ones", "blonde"),
    ];

    [Fact]
    public void A_request_around_the_conditions_changes_nothing()
    {
        foreach (var condition in Conditions)
        {
            var said = SentenceSets.Said(condition);
            Assert.NotEqual("refused", said);
            Assert.All(Before.Concat(Behind), frame => Assert.Equal((frame, said), (frame, SentenceSets.Said(Framed(frame, condition)))));
        }
    }

    [Fact]
    public void A_condition_that_is_not_understood_is_named_whatever_else_is_said()
    {
        foreach (var condition in Conditions)
        {
            foreach (var (text, word) in NotUnderstood)
            {
                var refusal = Assert.IsType<XenoCrm.Language.Refusal>(SentenceSets.Parse($"{condition} {text}"));
                Assert.Contains(word, refusal.Message, StringComparison.OrdinalIgnoreCase);
            }
        }
    }

    [Fact]
    public void An_adjective_that_is_not_understood_is_refused()
    {
        string[] adjectives = ["blonde", "retired", "rich", "married", "young", "happy", "Catholic", "left-handed", "vegan", "premium"];
        Assert.All(adjectives, adjective => Assert.Equal("refused", SentenceSets.Said($"{adjective} customers from Pune")));
        Assert.All(adjectives, adjective =>
            Assert.Equal("refused", SentenceSets.Said($"We want {adjective} people and need customers from Pune")));
    }

    private static string Framed(string frame, string condition) =>
        string.Format(System.Globalization.CultureInfo.InvariantCulture, frame, condition);
}
