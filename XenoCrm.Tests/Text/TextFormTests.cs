using System.Text;
using XenoCrm.Core.Text;
using XenoCrm.Tests.Support;

namespace XenoCrm.Tests.Text;

/// <summary>
/// The runtime's own normalization does nothing here (invariant globalization), which is why there are tables; these tests would show it.
/// </summary>
public sealed class TextFormTests
{
    [Theory]
    [InlineData("Ko\u0308ln", "Köln")]
    [InlineData("e\u0301", "é")]
    [InlineData("\u212B", "Å")] // the sign for ångström
    [InlineData("a\u0323\u0307", "ạ\u0307")]
    [InlineData("a\u0307\u0323", "ạ\u0307")] // marks in the order of their classes
    [InlineData("s\u0323\u0307", "ṩ")]
    [InlineData("\u1100\u1161\u11A8", "각")]
    [InlineData("각", "각")]
    [InlineData("\u0915\u093C", "\u0915\u093C")] // what composition excludes stays apart
    [InlineData("\u0958", "\u0915\u093C")]
    [InlineData("\U0001D15E", "\U0001D157\U0001D165")]
    [InlineData("か\u3099", "が")]
    [InlineData("plain", "plain")]
    [InlineData("\ud800x", "\ud800x")] // half a pair is left for whoever refuses it
    public void Text_is_kept_in_normal_form_C(string text, string form) => Assert.Equal(form, CanonicalForm.Of(text));

    [Fact]
    public void The_form_of_a_form_is_itself()
    {
        int[] marks = [0x300, 0x301, 0x307, 0x308, 0x323, 0x327, 0x330, 0x345, 0x5B0, 0x93C, 0x3099, 0x1D165];
        Property.Check(cases: 3_000, random =>
        {
            var text = new StringBuilder();
            for (var i = random.Next(1, 8); i > 0; i--)
            {
                var rune = random.OneIn(2) ? random.Pick(marks) : random.Next(0x41, 0x3100);
                text.Append(char.ConvertFromUtf32(rune));
            }

            var form = CanonicalForm.Of(text.ToString());
            Assert.Equal(form, CanonicalForm.Of(form));
            Assert.Equal(TextKey.Of(text.ToString()), TextKey.Of(form));
            Assert.Equal(TextKey.Of(form), TextKey.Of(TextKey.Of(form)));
        });
    }

    [Theory]
    [InlineData("  New   Delhi ", "New Delhi")]
    [InlineData("\u00a0New\u2003\u3000Delhi\u202f", "New Delhi")]
    [InlineData("New\r\n\tDelhi", "New Delhi")]
    [InlineData("\ufeffMara\u200b", "Mara")]
    [InlineData("Ma\u00adra\u2060 \u202aLane\u202c", "Mara Lane")]
    [InlineData("👩\u200d💻", "👩\u200d💻")] // a joiner that means something stays
    [InlineData("❤\ufe0f", "❤\ufe0f")]
    [InlineData("\u200b \u00ad", "")]
    public void A_line_has_no_white_space_to_spare_and_nothing_hidden(string text, string line) => Assert.Equal(line, TextLine.Of(text));

    [Theory]
    [InlineData("KÖLN", "ko\u0308ln")]
    [InlineData("straße", "STRASSE")]
    [InlineData("STRAẞE", "strasse")]
    [InlineData("ΟΔΟΣ", "οδος")]
    [InlineData("ὈΔΥΣΣΕΎΣ", "ὀδυσσεύς")]
    [InlineData("İstanbul", "I\u0307STANBUL")]
    [InlineData("ﬁsh", "FISH")]
    [InlineData("J\u030C", "ǰ")]
    [InlineData("МОСКВА", "москва")]
    [InlineData("𐐀", "𐐨")]
    [InlineData("soft\u00adhyphen", "SoftHyphen")]
    [InlineData("می\u200cخواهم", "میخواهم")]
    [InlineData("\u3000New\u00a0Delhi", "new delhi")]
    public void What_reads_alike_has_one_key(string one, string other) => Assert.Equal(TextKey.Of(one), TextKey.Of(other));

    [Theory]
    [InlineData("resume", "résumé")]
    [InlineData("istanbul", "ıstanbul")]
    [InlineData("Pune", "Punе")] // with a Cyrillic letter: another text
    public void What_does_not_has_two(string one, string other) => Assert.NotEqual(TextKey.Of(one), TextKey.Of(other));
}
