using XenoCrm.Core.Rules;
using XenoCrm.Language;

namespace XenoCrm.Tests.Language;

/// <summary>What a person is told of a sentence that was read: what was assumed, and the rule in English.</summary>
public sealed class AnswerTests
{
    [Theory]
    [InlineData("custmers who purchsed more then 12 times", "Read “custmers” as “customers”, “purchsed” as “purchased”.")]
    [InlineData("from Mumbia", "Read “Mumbia” as “Mumbai”.")]
    [InlineData("over ₹5000", "“over ₹5000” is taken for the total spend.")]
    [InlineData("spent over ₹5000", "The currency is not looked at: amounts are in the account's own.")]
    [InlineData("from the UK", "Looked for under each of its names: UK, United Kingdom.")]
    [InlineData("customers from the US", "Looked for under each of its names: US, USA, United States.")]
    [InlineData("purchased since November", "“November” is taken for November 2021.")]
    [InlineData("ordered after 5 March", "“5 March” is taken for 5 March 2022.")]
    [InlineData("joined last quarter", "“last quarter” is taken for 1 April 2022 to 30 June 2022.")]
    [InlineData("bought in the year 2021", "“bought in the year 2021” is read as: the last order was then.")]
    [InlineData("last bought a mug", "“last bought a mug” is read as: the last order of all was that.")]
    [InlineData("last order between 5/3/2022 and 25/3/2022", "“5/3/2022” is read with the day first: 5 March 2022.")]
    [InlineData("ordered 11/05/2021 to 11/20/2021", "“11/05/2021” is read with the month first: 5 November 2021.")]
    [InlineData("spent over 1,5 lakh", "“1,5 lakh” is read as 150,000.")]
    [InlineData("spent over 2.500", "“2.500” is read as 2,500.")]
    [InlineData("spent over 12 500", "“12 500” is read as 12,500.")]
    [InlineData("AOV under 49,99", "“49,99” is read as 49.99.")]
    [InlineData("bought in the last quarter", "“last quarter” is taken for 1 April 2022 to 30 June 2022.")]
    [InlineData("ordered from Q2 2021",
        "“Q2 2021” is read as within it: 1 April 2021 to 30 June 2021. Say “since” for all that came after.")]
    [InlineData("customers in Delhi and Mumbai", "Nobody is in two places: the places joined by “and” are read as “or”.")]
    [InlineData("first name is Amit",
        "Only the full name is stored: the first name is taken for its beginning, the last name for its end.")]
    [InlineData("loyal customers with more than 10 orders",
        "“loyal” is no condition of its own; only what the rest of the sentence says counts.")]
    public void What_was_assumed_is_said(string sentence, string warning) =>
        Assert.Contains(warning, Assert.IsType<Understood>(SentenceSets.Parse(sentence)).Warnings);

    [Theory]
    [InlineData("spent over 5000")]
    [InlineData("customers in Pune with at least 3 orders")]
    [InlineData("ordered in the last 30 days")]
    [InlineData("joined before 1 March 2021")]
    [InlineData("joined between January and March 2021")]
    [InlineData("spent over 2.500,50")]
    [InlineData("joined before 25.03.2021")]
    public void A_plain_sentence_has_nothing_to_warn_of(string sentence) =>
        Assert.Empty(Assert.IsType<Understood>(SentenceSets.Parse(sentence)).Warnings);

    [Theory]
    [InlineData("spent over 6000 and fewer than 4 visits or inactive for 120 days",
        "Customers (whose total spend is more than 6,000 and with fewer than 4 orders) or whose last order was more than 120 days ago.")]
    [InlineData("(spend > 1000 or visits > 10) and city is Chennai",
        "Customers (whose total spend is more than 1,000 or with more than 10 orders) and whose city is “Chennai”.")]
    [InlineData("customers in Kolkata unless they ordered in the last 30 days",
        "Customers whose city is “Kolkata” and not (whose last order was in the last 30 days).")]
    [InlineData("3, 4 or 5 orders", "Customers with 3, 4 or 5 orders.")]
    [InlineData("all customers", "All customers.")]
    [InlineData("one time buyers", "Customers with exactly 1 order.")]
    public void The_explanation_groups_and_and_or_without_doubt(string sentence, string explanation) =>
        Assert.Equal(explanation, RuleExplainer.Explain(Assert.IsType<Understood>(SentenceSets.Parse(sentence)).Rule));

    [Theory]
    [InlineData("plan is gold", "attributes.plan Eq gold")]
    [InlineData("customers whose score is over 5 and who live in Delhi", "(attributes.score Gt 5 & city Eq delhi)")]
    [InlineData("age over 30", "attributes.age Gt 30")]
    public void A_key_of_the_accounts_own_attributes_is_understood_where_the_account_has_it(string sentence, string rule)
    {
        Assert.Equal("refused", SentenceSets.Said(sentence));
        var hints = SentenceSets.Hints with { AttributeKeys = ["plan", "score", "age"] };
        Assert.Equal(rule, NormalForm.Of(Assert.IsType<Understood>(GrammarEngine.Parse(sentence, RuleTime.Utc(SentenceSets.Now),
            hints)).Rule));
    }
}
