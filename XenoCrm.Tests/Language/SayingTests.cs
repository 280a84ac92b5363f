using XenoCrm.Core.Rules;
using XenoCrm.Language;

namespace XenoCrm.Tests.Language;

/// <summary>What sentences of other places and habits say, rule by rule.</summary>
public sealed class SayingTests
{
    [Theory]

    // A date is a whole day.
    [InlineData("joined on or before 30 June 2021", """{"createdAt":{"$lte":"2021-06-30"}}""")]
    [InlineData("joined until 30 June 2021", """{"createdAt":{"$lte":"2021-06-30"}}""")]
    [InlineData("joined by 30 June 2021", """{"createdAt":{"$lte":"2021-06-30"}}""")]
    [InlineData("joined after 30 June 2021", """{"createdAt":{"$gt":"2021-06-30"}}""")]
    [InlineData("joined between 2021-01-01 and 2021-01-31", """{"createdAt":{"$gte":"2021-01-01","$lte":"2021-01-31"}}""")]
    [InlineData("joined on 14 February 2021", """{"createdAt":"2021-02-14"}""")]
    [InlineData("joined in '21", """{"createdAt":{"$gte":"2021-01-01","$lt":"2022-01-01"}}""")]
    [InlineData("joined the day before yesterday", """{"createdAt":"2022-06-29"}""")]

    // Numbers of other places.
    [InlineData("spend over 3,5k", """{"totalSpend":{"$gt":3500}}""")]
    [InlineData("between 1,5 and 2,5 lakh spent", """{"totalSpend":{"$gte":150000,"$lte":250000}}""")]
    [InlineData("spend over 1.234.567", """{"totalSpend":{"$gt":1234567}}""")]
    [InlineData("spend over 2'500", """{"totalSpend":{"$gt":2500}}""")]
    [InlineData("spend over 2.500k", """{"totalSpend":{"$gt":2500}}""")]
    [InlineData("3,4 or 5 orders", """{"orderCount":{"$in":[3,4,5]}}""")]
    [InlineData("spend over 1,50,000", """{"totalSpend":{"$gt":150000}}""")]

    // What binds to what.
    [InlineData("at least 3 orders or at least 10k spend, but only in Pune",
        """{"$and":[{"$or":[{"orderCount":{"$gte":3}},{"totalSpend":{"$gte":10000}}]},{"city":"Pune"}]}""")]
    [InlineData("either spent over 5000, or ordered 3+ times and live in Pune",
        """{"$or":[{"totalSpend":{"$gt":5000}},{"orderCount":{"$gte":3},"city":"Pune"}]}""")]
    [InlineData("either spent over 5000, or ordered 3+ times, and live in Pune",
        """{"$and":[{"$or":[{"totalSpend":{"$gt":5000}},{"orderCount":{"$gte":3}}]},{"city":"Pune"}]}""")]
    [InlineData("Leaving out Jaipur: tagged vip with over 3 orders", """{"city":{"$ne":"Jaipur"},"tags":"vip","orderCount":{"$gt":3}}""")]
    [InlineData("Apart from Delhi and Mumbai, all customers tagged wholesale",
        """{"city":{"$nin":["Delhi","Mumbai"]},"tags":"wholesale"}""")]
    [InlineData("spent over 5000, ordered 5+ times - one of the two is enough",
        """{"$or":[{"totalSpend":{"$gt":5000}},{"orderCount":{"$gte":5}}]}""")]
    [InlineData("Delhi customers who spent over 3000, plus all vips",
        """{"$or":[{"city":"Delhi","totalSpend":{"$gt":3000}},{"tags":"vip"}]}""")]
    [InlineData("spend not between 100 and 500", """{"$or":[{"totalSpend":{"$lt":100}},{"totalSpend":{"$gt":500}}]}""")]
    [InlineData("customers who:\n- live in Pune\n- spent over 5000", """{"city":"Pune","totalSpend":{"$gt":5000}}""")]
    [InlineData("customers who:\n1. live in Pune\n2. spent over 5000", """{"city":"Pune","totalSpend":{"$gt":5000}}""")]

    // What is said around it, whatever its words.
    [InlineData("For the 20 % voucher, customers who spent over 5000", """{"totalSpend":{"$gt":5000}}""")]
    [InlineData("customers who spent over 5000, we send them 10% off", """{"totalSpend":{"$gt":5000}}""")]
    [InlineData("customers who spent over 5000 because we have too much stock", """{"totalSpend":{"$gt":5000}}""")]
    [InlineData("Hi team,\n\nplease pull customers in Pune.\n\nThanks,\nS. Patel", """{"city":"Pune"}""")]
    [InlineData("Morning! Need: vips. Ta, Jo", """{"tags":"vip"}""")]
    [InlineData("customers in Pune 🎉", """{"city":"Pune"}""")]
    [InlineData("ppl hv ordered atleast 3 times", """{"orderCount":{"$gte":3}}""")]
    [InlineData("turnover above 5000", """{"totalSpend":{"$gt":5000}}""")]
    [InlineData("date of last order: before 1 March 2022", """{"lastOrderAt":{"$lt":"2022-03-01"}}""")]
    [InlineData("customers from DE", """{"country":"DE"}""")]
    [InlineData("customers in Deutschland", """{"country":"Deutschland"}""")]
    public void It_says(string sentence, string rule) =>
        Assert.Equal(rule, RuleJson.Print(Assert.IsType<Understood>(SentenceSets.Parse(sentence)).Rule));

    [Theory]
    [InlineData("joined after 05/06/2021", "5 June 2021 or 6 May 2021")]
    [InlineData("joined after 25/06/2021 and ordered before 03/27/2022", "the day first")]
    [InlineData("haven't purchased between 30 and 60 days ago", "cannot be told")]
    [InlineData("spend over 10000 in Pune, Delhi with over 5000", "two ways")]
    [InlineData("never bought, but ordered last week", "Nobody")]
    [InlineData("customers who like jazz, we send them 10% off", "jazz")]
    [InlineData("we have jazz lovers, from Pune", "jazz")]
    [InlineData("our best customers, from Pune", "best")]
    [InlineData("joined between 31 March 2022 and 1 March 2022", "ends before")]
    [InlineData("👩 in Pune", "👩")]
    public void What_can_be_read_in_two_ways_or_is_no_condition_is_refused(string sentence, string words) =>
        Assert.Contains(words, Assert.IsType<Refusal>(SentenceSets.Parse(sentence)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_value_before_the_accounts_own_key_is_its_value()
    {
        var hints = SentenceSets.Hints with { AttributeKeys = ["plan"] };
        var reading = GrammarEngine.Parse("gold plan members", RuleTime.Utc(SentenceSets.Now), hints);
        Assert.Equal("""{"attributes.plan":"gold"}""", RuleJson.Print(Assert.IsType<Understood>(reading).Rule));
    }

    [Theory]
    [InlineData("Asia/Kolkata", "joined yesterday", """{"createdAt":"2022-06-30"}""")]
    [InlineData("America/New_York", "joined yesterday", """{"createdAt":"2022-06-29"}""")]
    [InlineData("America/New_York", "joined this month", """{"createdAt":{"$gte":"2022-06-01"}}""")]
    public void Today_is_the_accounts(string zone, string sentence, string rule)
    {
        var time = new RuleTime(SentenceSets.Now, TimeZoneInfo.FindSystemTimeZoneById(zone));
        Assert.Equal(rule, RuleJson.Print(Assert.IsType<Understood>(GrammarEngine.Parse(sentence, time, SentenceSets.Hints)).Rule));
    }

    [Theory]
    [InlineData("IN", "2021-06-05")]
    [InlineData("US", "2021-05-06")]
    public void The_accounts_country_tells_how_dates_are_written(string country, string date)
    {
        var hints = SentenceSets.Hints with { Dates = XenoCrm.Language.Words.DateOrders.Of(country) };
        var understood = Assert.IsType<Understood>(GrammarEngine.Parse("joined after 05/06/2021", RuleTime.Utc(SentenceSets.Now), hints));
        Assert.Equal($$$"""{"createdAt":{"$gt":"{{{date}}}"}}""", RuleJson.Print(understood.Rule));
        Assert.Single(understood.Warnings);
    }
}
