using System.Globalization;
using MongoDB.Bson;
using XenoCrm.Core;
using XenoCrm.Core.Rules;
using XenoCrm.Data.Mongo;
using XenoCrm.Tests.Support;

namespace XenoCrm.Tests.Mongo;

public sealed class ExactDecimalTests
{
    [Theory]
    [InlineData("30", 7, "4.285714285714285714285714285714286")]
    [InlineData("20", 3, "6.666666666666666666666666666666667")]
    [InlineData("10", 4, "2.5")]
    [InlineData("1000", 1, "1000")]
    [InlineData("0", 5, "0")]
    [InlineData("-20", 3, "-6.666666666666666666666666666666667")]
    [InlineData("0.0001", 3, "0.00003333333333333333333333333333333333")]
    [InlineData("999999999.9999", 2147483647, "0.4656612875245331262818226247475588")]
    public void A_quotient_has_34_digits_and_no_more_than_it_needs(string total, int count, string quotient) =>
        Assert.Equal(Decimal128.Parse(quotient), ExactDecimal.Quotient(decimal.Parse(total, CultureInfo.InvariantCulture), count));

    [Fact]
    public void A_quotient_compares_with_any_number_as_the_exact_fraction_does()
    {
        Property.Check(cases: 3_000, random =>
        {
            var count = random.Next(1, random.OneIn(2) ? 100 : int.MaxValue);
            var units = random.NextInt64(1, random.OneIn(2) ? 10_000_000 : long.MaxValue / 10_000);
            var total = (random.OneIn(3) ? -units : units) / 10_000m;
            var exact = Rational.Of(total) / count;

            // The nearest double, its neighbours, and their shortest decimals.
            var near = (double)total / count;
            foreach (
                var number in new[] { near, Math.BitIncrement(near), Math.BitDecrement(near), Math.Round(near, 4), Math.Round(near, 12) })
            {
                Assert.Equal(
                    Math.Sign(exact.CompareTo(Rational.Of(number))),
                    Math.Sign(ExactDecimal.Quotient(total, count).CompareTo(ExactDecimal.Of(ExactNumber.Of(number)))));
            }
        });
    }
}
