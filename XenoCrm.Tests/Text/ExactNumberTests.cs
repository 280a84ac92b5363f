using System.Globalization;
using XenoCrm.Core;
using XenoCrm.Core.Customers;
using XenoCrm.Core.Rules;
using XenoCrm.Tests.Support;

namespace XenoCrm.Tests.Text;

public sealed class ExactNumberTests
{
    [Theory]
    [InlineData("9007199254740993", "9007199254740993")]
    [InlineData("-9223372036854775808", "-9223372036854775808")]
    [InlineData("9223372036854775807", "9223372036854775807")]
    [InlineData("9223372036854775806.9999", "9223372036854775806.9999")]
    [InlineData("123456789012345.6789", "123456789012345.6789")]
    [InlineData("0.0001", "0.0001")]
    [InlineData("2.5000000", "2.5")]
    [InlineData("1e3", "1000")]
    [InlineData("1.5E+2", "150")]
    [InlineData("25e-4", "0.0025")]
    [InlineData("-0", "0")]
    [InlineData("-0.000e7", "0")]
    [InlineData("0e999999999999", "0")]
    public void A_number_that_can_be_kept_is_read_exactly(string json, string expected)
    {
        Assert.True(AttributeValue.TryReadNumber(json, out var number));
        Assert.Equal(expected, number.ToString(CultureInfo.InvariantCulture));
    }

    [Theory]
    [InlineData("9223372036854775808")]
    [InlineData("-9223372036854775809")]
    [InlineData("0.00001")]
    [InlineData("1.00000000000000000000000000000001")]
    [InlineData("1e19")]
    [InlineData("1e400")]
    [InlineData("1e-400")]
    [InlineData("1e99999999999999999999")]
    [InlineData("5e-99999999999999999999")]
    public void Any_other_is_not(string json) => Assert.False(AttributeValue.TryReadNumber(json, out _));

    [Fact]
    public void Sort_keys_sort_as_the_numbers_do()
    {
        Property.Check(cases: 5_000, random =>
        {
            var (a, b) = (Any(random), Any(random));
            Assert.Equal(
                Math.Sign(Rational.Of(a).CompareTo(Rational.Of(b))),
                Math.Sign(string.CompareOrdinal($"[\"{a.ToSortKey()}\"]", $"[\"{b.ToSortKey()}\"]")));
        });
    }

    private static ExactNumber Any(Random random)
    {
        if (random.OneIn(4))
        {
            return ExactNumber.Of(random.Pick([0, 0.1, -0.1, 0.11, -0.11, 1, -1, 1.5, -1.5, -1.55, 10, 9, -10, -9, 1e300, -1e300, 1e-300,
                double.MaxValue, double.Epsilon]));
        }

        return ExactNumber.Of(random.NextInt64(long.MinValue, long.MaxValue) / random.Pick([1m, 3m, 10_000m, 1e9m, 1e18m]));
    }
}
