using XenoCrm.Data.Campaigns;
using XenoCrm.Data.Customers;

namespace XenoCrm.Tests.Campaigns;

public sealed class MessageTemplateTests
{
    private static readonly Customer Asha = new()
    {
        Id = "c1",
        Name = "Asha Rao",
        Email = "asha@example.com",
        City = "Pune",
        CreatedAt = DateTimeOffset.UnixEpoch,
        TotalSpend = 1234.5m,
        OrderCount = 3,
        LastOrderAt = new DateTimeOffset(2026, 3, 1, 22, 0, 0, TimeSpan.Zero),
        Attributes = new Dictionary<string, AttributeValue>
        {
            ["plan"] = AttributeValue.Of("gold"),
            ["points"] = AttributeValue.Of(12.5),
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
    [InlineData("a } single { brace }} is text", "a } single { brace }} is text")]
    public void A_placeholder_becomes_the_customers_value(string template, string text) =>
        Assert.Equal(text, MessageTemplate.Parse(template).Render(Asha));

    [Theory]
    [InlineData("in {{city|your city}}", "in your city")]
    [InlineData("in {{city}}.", "in .")]
    [InlineData("{{lastOrderAt|long ago}}", "long ago")]
    [InlineData("{{attributes.plan|basic}}", "basic")]
    [InlineData("{{totalSpend|nothing}}", "0.00")]
    [InlineData("{{city|a|b}}", "a|b")]
    public void A_value_that_is_missing_is_replaced_by_the_fallback(string template, string text) =>
        Assert.Equal(text, MessageTemplate.Parse(template).Render(Unknown));

    [Fact]
    public void A_customers_own_braces_are_not_read_as_a_placeholder() =>
        Assert.Equal("Hi {{city}}", MessageTemplate.Parse("Hi {{name}}").Render(Asha with { Name = "{{city}}" }));

    [Theory]
    [InlineData("Hi {{nmae}}", "{{nmae}} at character 4 is no placeholder")]
    [InlineData("Hi {{Name}}", "{{Name}}")]
    [InlineData("{{email}}", "{{email}}")]
    [InlineData("{{}}", "{{}}")]
    [InlineData("{{attributes.}}", "attributes.KEY")]
    [InlineData("{{attributes.$where}}", "is no placeholder")]
    [InlineData("Hi {{name", "character 4 is not closed")]
    [InlineData("  ", "empty")]
    public void A_template_that_cannot_be_sent_is_refused_with_the_place(string template, string told) =>
        Assert.Contains(told, Assert.Throws<MessageTemplateException>(() => MessageTemplate.Parse(template)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_text_over_the_limit_is_refused() =>
        Assert.Throws<MessageTemplateException>(() => MessageTemplate.Parse(new string('x', MessageTemplate.MaxLength + 1)));
}
