using XenoCrm.Core.Customers;

namespace XenoCrm.Tests.Customers;

public sealed class PhoneNumberTests
{
    [Theory]
    [InlineData("+49 30 1234", null, "+49301234")]
    [InlineData("030 123456", "DE", "+4930123456")]
    [InlineData("+49 (0)30 123456", null, "+4930123456")]
    [InlineData("(020) 7946-0018", "GB", "+442079460018")]
    [InlineData("020 7946 0018 ext. 7", "GB", "+442079460018")]
    [InlineData("0044 20 7946 0018", null, "+442079460018")]
    [InlineData("0044 20 7946 0018", "IN", "+442079460018")]
    [InlineData("09876543210", "IN", "+919876543210")]
    [InlineData("98765 43210", "IN", "+919876543210")]
    [InlineData("+١ ٢٠٢ ٥٥٥ ٠١٠٠", null, "+12025550100")]
    [InlineData("+39 06 698 12345", "IN", "+390669812345")]
    [InlineData("9876543210", null, null)] // it says no country
    [InlineData("12345", null, null)]
    public void A_number_that_can_be_one_is_read(string text, string? country, string? expected)
    {
        Assert.Null(PhoneNumber.FaultOf(text, country, out var e164));
        Assert.Equal(expected, e164);
    }

    [Theory]
    [InlineData("9.87654E+11", null, "scientific notation")]
    [InlineData("9,87654E+11", "IN", "scientific notation")]
    [InlineData("9.19876543210e12", "IN", "scientific notation")]
    [InlineData("9E11", null, "scientific notation")]
    [InlineData("9876543210.0", "IN", "decimal number")]
    [InlineData("9876543210.00", null, "decimal number")]
    [InlineData("1", null, "too short")]
    [InlineData("1", "IN", "not a telephone number")]
    [InlineData("12345", "IN", "too short")]
    [InlineData("+91 12345", null, "too short for a telephone number of +91")]
    [InlineData("+44 1", null, "too short")]
    [InlineData("+1 555 0100", null, "area code")]
    [InlineData("+999 1234567", null, "country code")]
    [InlineData("12345678901234567890", "IN", "too long")]
    [InlineData("1234567890123456", null, "too long")]
    [InlineData("call me", null, "not a telephone number")]
    [InlineData("mara@example.com", "DE", "not a telephone number")]
    [InlineData("030 123456 or 789", "DE", "not a telephone number")]
    [InlineData("-", "DE", "not a telephone number")]
    [InlineData("++49 30 1234", null, "not a telephone number")]
    public void One_that_cannot_says_why(string text, string? country, string reason) =>
        Assert.Contains(reason, PhoneNumber.FaultOf(text, country, out _), StringComparison.Ordinal);
}
