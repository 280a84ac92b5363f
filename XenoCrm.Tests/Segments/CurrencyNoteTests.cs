using XenoCrm.Api.Segments.Sentences;
using XenoCrm.Language;

namespace XenoCrm.Tests.Segments;

public sealed class CurrencyNoteTests
{
    [Theory]
    [InlineData("spent over €200", "INR", "Amounts are in INR: “€200” is read as 200.")]
    [InlineData("spent over 5k dollars.", "EUR", "Amounts are in EUR: “5k dollars” is read as 5k.")]
    [InlineData("spent between $50 and £80,50", "USD", "Amounts are in USD: “£80,50” is read as 80,50.")]
    [InlineData("spent over US $1,000 or 3 lakh rupees", "EUR",
        "Amounts are in EUR: “US $1,000” is read as 1,000, “3 lakh rupees” is read as 3 lakh.")]
    [InlineData("spent over CHF 30", "EUR", "Amounts are in EUR: “CHF 30” is read as 30.")]
    [InlineData("spent over €200", null, "Amounts have no currency here: “€200” is read as 200.")]
    public void Another_currency_than_the_accounts_is_named(string prompt, string? currency, string note) =>
        Assert.Equal(["Before.", note], CurrencyNote.Among(["Before.", GrammarEngine.CurrencyPassedOver], prompt, currency));

    [Theory]
    [InlineData("spent over ₹5,000", "INR")]
    [InlineData("spent over 5000 rs", "INR")]
    [InlineData("spent over $5", "AUD")]
    public void The_accounts_own_currency_needs_no_note(string prompt, string currency) =>
        Assert.Empty(CurrencyNote.Among([GrammarEngine.CurrencyPassedOver], prompt, currency));

    [Theory]
    [InlineData("spent over 5000")]
    [InlineData("over 30 orders from Pune, 2 of them returned")]
    public void A_sentence_without_a_currency_has_none(string prompt) => Assert.Empty(CurrencyNote.Among([], prompt, "INR"));

    [Fact]
    public void A_currency_that_only_the_reader_has_seen_is_told_as_it_tells_it() => Assert.Equal(
        [GrammarEngine.CurrencyPassedOver],
        CurrencyNote.Among([GrammarEngine.CurrencyPassedOver], "spent over five hundred of them", "INR"));
}
