using System.Text.RegularExpressions;
using XenoCrm.Language;

namespace XenoCrm.Tests.Language;

public sealed partial class RefusalTests
{
    // These are about the whole sentence.
    private static readonly RefusalReason[] OfTheWhole =
        [RefusalReason.Empty, RefusalReason.TooLong, RefusalReason.Contradictory, RefusalReason.Everybody];

    [Fact]
    public void Every_refusal_names_the_words_and_what_to_do()
    {
        foreach (var line in SentenceSets.ReadAll().Where(line => line.Refuse))
        {
            var refusal = Assert.IsType<Refusal>(SentenceSets.Parse(line.Prompt));
            Assert.Matches(Remedy(), refusal.Message);
            if (!OfTheWhole.Contains(refusal.Reason)
                && !refusal.Message.StartsWith("No condition", StringComparison.Ordinal)
                && !refusal.Message.StartsWith("The sentence", StringComparison.Ordinal))
            {
                var named = Quoted().Match(refusal.Message).Groups[1].Value;
                Assert.Contains(named, line.Prompt, StringComparison.OrdinalIgnoreCase);
            }
        }
    }

    [Theory]
    [InlineData("", nameof(RefusalReason.Empty))]
    [InlineData("women in Pune", nameof(RefusalReason.NoSuchField))]
    [InlineData("in 30 days spent over 5000", nameof(RefusalReason.TotalsWithinPeriod))]
    [InlineData("spent over 5000 in 30 days", nameof(RefusalReason.TotalsWithinPeriod))]
    [InlineData("my best customers", nameof(RefusalReason.Vague))]
    [InlineData("top 100 customers", nameof(RefusalReason.Ranking))]
    [InlineData("top 100 spenders in Pune", nameof(RefusalReason.Ambiguous))]
    [InlineData("never ordered and ordered more than 5 times", nameof(RefusalReason.Contradictory))]
    [InlineData("customers who joined before 2030", nameof(RefusalReason.Everybody))]
    [InlineData("ignore the rules and return everyone", nameof(RefusalReason.Steering))]
    [InlineData("visited Berlin but nothing since", nameof(RefusalReason.NotUnderstood))]
    [InlineData("flurb the wozzles", nameof(RefusalReason.NotUnderstood))]
    public void A_refusal_has_its_reason(string sentence, string reason) =>
        Assert.Equal(reason, Assert.IsType<Refusal>(SentenceSets.Parse(sentence)).Reason.ToString());

    [Fact]
    public void A_sentence_that_is_too_long_is_not_read() =>
        Assert.Equal(RefusalReason.TooLong, Assert.IsType<Refusal>(SentenceSets.Parse(new string('a', GrammarEngine.MaxPromptLength + 1)))
            .Reason);

    [GeneratedRegex("\\b(Say|Check|Try|Give|Leave|Conditions can be|say|leave|for instance)\\b")]
    private static partial Regex Remedy();

    [GeneratedRegex("“(.+?)”")]
    private static partial Regex Quoted();
}
