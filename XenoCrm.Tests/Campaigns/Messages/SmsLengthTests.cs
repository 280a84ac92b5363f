using XenoCrm.Api.Campaigns.Messages;

namespace XenoCrm.Tests.Campaigns.Messages;

public sealed class SmsLengthTests
{
    [Theory]
    [InlineData("", 0, 0, true)]
    [InlineData("Grüße aus Köln: 5 £", 19, 1, true)]
    [InlineData("5 €", 4, 1, true)]
    [InlineData("cinq – six", 10, 1, false)]
    [InlineData("😀", 2, 1, false)]
    public void A_text_is_counted_in_the_alphabet_that_it_needs(string text, int units, int parts, bool isGsm) =>
        Assert.Equal(new SmsLength(units, parts, isGsm), SmsLength.Of(text));

    [Theory]
    [InlineData('a', 160, 1)]
    [InlineData('a', 161, 2)]
    [InlineData('a', 306, 2)]
    [InlineData('a', 307, 3)]
    [InlineData('€', 80, 1)]
    [InlineData('€', 81, 2)]
    [InlineData('€', 153, 3)]
    [InlineData('–', 70, 1)]
    [InlineData('–', 71, 2)]
    [InlineData('–', 135, 3)]
    public void A_longer_text_takes_several_parts_and_no_character_is_cut_in_two(char letter, int count, int parts) =>
        Assert.Equal(parts, SmsLength.Of(new string(letter, count)).Parts);
}
