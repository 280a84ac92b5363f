using XenoCrm.Core.Account;
using XenoCrm.Core.Campaigns;
using XenoCrm.Core.Customers;

namespace XenoCrm.Tests.Campaigns;

public sealed class MessageTemplateTests
{
    private static readonly Customer Asha = new()
    {
        Id = "c1",
        Name = "Asha Rao",
        Email = "asha@example.com",
        City = "Pune",
        Country = "IN",
        Tags = ["vip", "spring"],
        CreatedAt = DateTimeOffset.UnixEpoch,
        TotalSpend = 1234.5m,
        OrderCount = 3,
        FirstOrderAt = new DateTimeOffset(2025, 12, 31, 20, 0, 0, TimeSpan.Zero),
        LastOrderAt = new DateTimeOffset(2026, 3, 1, 22, 0, 0, TimeSpan.Zero),
        Attributes = new Dictionary<string, AttributeValue>
        {
            ["plan"] = AttributeValue.Of("gold"),
            ["points"] = AttributeValue.Of(12.5m),
            ["opted in"] = AttributeValue.Of(true),
        },
    };

    private static readonly Customer Unknown = new() { Id = "c2", Name = "Bo", Phone = "+91 1", CreatedAt = DateTimeOffset.UnixEpoch };

    [Theory]
    [InlineData("no placeholder at all", "no placeholder at all")]
    [InlineData("{{name}}", "Asha Rao")]
    [InlineData("Hi {{firstName}}!", "Hi Asha!")]
    [InlineData("from {{ city }}", "from Pune")]
    [InlineData("{{totalSpend}} in {{orderCount}} orders", "1234.50 in 3 orders")]
    [InlineData("last on {{lastOrderAt}}", "last on 2026-03-01")]
    [InlineData("{{attributes.plan}} {{attributes.points}} {{attributes.opted in}}", "gold 12.5 yes")]
    [InlineData("{{city|your city}}", "Pune")]
    [InlineData("{{lastName}}, {{email}}", "Rao, asha@example.com")]
    [InlineData("{{averageOrderValue}} since {{firstOrderAt}}", "411.50 since 2025-12-31")]
    [InlineData("{{tags}} in {{country}}", "vip, spring in IN")]
    public void A_placeholder_becomes_the_customers_value(string template, string text) =>
        Assert.Equal(text, MessageTemplate.Parse(template).Render(Asha, new AccountOptions()));

    [Theory]
    [InlineData("in {{city|your city}}", "in your city")]
    [InlineData("in {{city}}.", "in .")]
    [InlineData("{{lastOrderAt|long ago}}", "long ago")]
    [InlineData("{{attributes.plan|basic}}", "basic")]
    [InlineData("{{totalSpend|nothing}}", "0.00")]
    [InlineData("{{city|a|b}}", "a|b")]
    [InlineData("{{firstName}} {{lastName|of ours}}", "Bo of ours")]
    [InlineData("{{email|no mail}}, {{phone}}", "no mail, +91 1")]
    [InlineData("{{country|-}}{{tags|-}}{{averageOrderValue|-}}{{firstOrderAt|-}}", "----")]
    public void A_value_that_is_missing_is_replaced_by_the_fallback(string template, string text) =>
        Assert.Equal(text, MessageTemplate.Parse(template).Render(Unknown, new AccountOptions()));

    [Fact]
    public void A_customers_own_braces_are_not_read_as_a_placeholder() =>
        Assert.Equal("Hi {{city}}", MessageTemplate.Parse("Hi {{name}}").Render(Asha with { Name = "{{city}}" }, new AccountOptions()));

    [Theory]
    [InlineData("Hi {{nmae}}", "{{nmae}} at character 4 is no placeholder")]
    [InlineData("Hi {{nmae}}", "Did you mean {{name}}?")]
    [InlineData("Hi {{naem|there}}", "Did you mean {{name}}?")]
    [InlineData("Hi {{Name}}", "Did you mean {{name}}?")]
    [InlineData("Hi {{first_name}}", "Did you mean {{firstName}}?")]
    [InlineData("{{unsubscribeURI}}", "Did you mean {{unsubscribeUrl}}?")]
    [InlineData("{{attribute.plan}}", "Did you mean {{attributes.plan}}?")]
    [InlineData("{{order.plan}}", "There are: name, firstName")]
    [InlineData("Hi {{nick}}", "There are: name, firstName")]
    [InlineData("Hi from {{city|{{name}}}}!", "The placeholder at character 9 has a brace in it, at character 16")]
    [InlineData("{{{name}}}", "at character 1 has a brace in it, at character 3")]
    [InlineData("{{name}}}", "The brace } at character 9 belongs to no placeholder")]
    [InlineData("Hi {name}", "The brace { at character 4 belongs to no placeholder")]
    [InlineData("Hi name}}", "The brace } at character 8 belongs to no placeholder")]
    [InlineData("a } single", "The brace } at character 3")]
    [InlineData("Hi {{name}, bye", "character 4 is not closed")]
    [InlineData("Hi {{name, {{city}}", "at character 4 has a brace in it, at character 12")]
    [InlineData("{\"text\": \"{{name}}\"}", "The brace { at character 1")]
    [InlineData("{{city|a{b}}", "has a brace in it, at character 9")]
    [InlineData("{{city|a}b}}", "character 1 is not closed")]
    [InlineData("\u200b\u00a0", "empty")]
    [InlineData("{{}}", "{{}}")]
    [InlineData("{{attributes.}}", "attributes.KEY")]
    [InlineData("{{attributes.$where}}", "is no placeholder")]
    [InlineData("Hi {{name", "character 4 is not closed")]
    [InlineData("  ", "empty")]
    public void A_template_that_cannot_be_sent_is_refused_with_the_place(string template, string told) =>
        Assert.Contains(
            told, Assert.Throws<MessageTemplateException>(() => MessageTemplate.Parse(template)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("{{totalSpend}}", "EUR", "EUR 1234.50")]
    [InlineData("{{averageOrderValue}}", "INR", "INR 411.50")]
    [InlineData("{{totalSpend}}", "JPY", "JPY 1235")]
    [InlineData("{{totalSpend}}", "KWD", "KWD 1234.500")]
    public void Money_is_told_in_the_accounts_currency(string template, string currency, string text) =>
        Assert.Equal(text, MessageTemplate.Parse(template).Render(Asha, new AccountOptions { Currency = currency }));

    [Theory]
    [InlineData("UTC", null, "2026-03-01")]
    [InlineData("Asia/Kolkata", null, "2026-03-02")]
    [InlineData("Asia/Kolkata", "IN", "2 March 2026")]
    [InlineData("America/New_York", "US", "March 1, 2026")]
    public void A_date_is_the_day_in_the_accounts_zone_and_way(string zone, string? country, string text) =>
        Assert.Equal(
            text, MessageTemplate.Parse("{{lastOrderAt}}").Render(Asha, new AccountOptions { TimeZone = zone, Country = country }));

    [Fact]
    public void A_text_over_the_limit_is_refused() =>
        Assert.Throws<MessageTemplateException>(() => MessageTemplate.Parse(new string('x', MessageTemplate.MaxLength + 1)));
}
