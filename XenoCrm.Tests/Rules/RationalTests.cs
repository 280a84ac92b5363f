using XenoCrm.Core.Rules;
using XenoCrm.Tests.Support;

namespace XenoCrm.Tests.Rules;

public sealed class RationalTests
{
    [Theory]
    [InlineData(0.1, "1/10")]
    [InlineData(-12.5, "-25/2")]
    [InlineData(1e21, "1000000000000000000000/1")]
    [InlineData(2.5e-7, "1/4000000")]
    [InlineData(0, "0/1")]
    public void A_double_is_the_decimal_that_was_written(double number, string expected)
    {
        var exact = Rational.Of(number);
        Assert.Equal(expected, $"{exact.Numerator}/{exact.Denominator}");
    }

    [Theory]
    [InlineData(2.5, 2, 3)]
    [InlineData(-2.5, -3, -2)]
    [InlineData(-3, -3, -3)]
    [InlineData(-1e-300, -1, 0)]
    [InlineData(5e-324, 0, 1)]
    public void Floor_and_ceiling_enclose_it(double number, int floor, int ceiling)
    {
        Assert.Equal((floor, ceiling), ((int)Rational.Of(number).Floor, (int)Rational.Of(number).Ceiling));
    }

    [Fact]
    public void Its_order_is_that_of_the_doubles()
    {
        Property.Check(cases: 2000, random =>
        {
            var (a, b) = (Any(random), Any(random));
            Assert.Equal(a.CompareTo(b), Rational.Of(a).CompareTo(Rational.Of(b)));
            Assert.Equal(-1, Rational.Of(a).CompareTo(Rational.Of(Math.BitIncrement(a))));
        });
    }

    [Fact]
    public void A_decimal_and_a_double_of_the_same_digits_are_equal()
    {
        Assert.Equal(Rational.Of(333.33m), Rational.Of(333.33));
        Assert.Equal(Rational.Of(100.00m), Rational.Of(100.0));
    }

    private static double Any(Random random)
    {
        double number;
        do
        {
            number = BitConverter.Int64BitsToDouble(random.NextInt64(long.MinValue, long.MaxValue));
        }
        while (!double.IsFinite(number) || Math.Abs(number) == double.MaxValue);

        return number;
    }
}
