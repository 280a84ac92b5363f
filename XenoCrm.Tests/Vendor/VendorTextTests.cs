using XenoCrm.Api.Vendor;

namespace XenoCrm.Tests.Vendor;

public sealed class VendorTextTests
{
    [Theory]
    [InlineData("550 5.1.1 <mara@example.com> no such user", "550 5.1.1 <[address]> no such user")]
    [InlineData("mara@example.com", "[address]")]
    [InlineData("to=mara+x@example.com, relay=mx", "to=[address], relay=mx")]
    [InlineData("Empfänger größe@münchen.example unbekannt", "Empfänger [address] unbekannt")]
    [InlineData("no route to +49 (30) 123456-7", "no route to [number]")]
    [InlineData("4915112345678 is off", "[number] is off")]
    [InlineData("mailbox full, try after 2026-11", "mailbox full, try after 2026-11")]
    [InlineData("421 4.7.0 too many", "421 4.7.0 too many")]
    public void An_address_in_the_vendors_words_is_not_kept(string text, string kept) =>
        Assert.Equal(kept, VendorText.WithoutAddresses(text));

    [Fact]
    public void A_long_text_takes_no_longer_than_its_length()
    {
        var text = new string('x', 1_000_000);
        Assert.Equal("[address]", VendorText.WithoutAddresses(text + "@"));
        Assert.Equal(text, VendorText.WithoutAddresses(text));
        Assert.Equal("[number]", VendorText.WithoutAddresses(new string('7', 1_000_000)));
    }
}
