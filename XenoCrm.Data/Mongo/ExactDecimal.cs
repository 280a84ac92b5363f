using System.Globalization;
using System.Numerics;
using MongoDB.Bson;
using XenoCrm.Core;

namespace XenoCrm.Data.Mongo;

/// <summary>Decimal128 values that compare as the exact numbers which they stand for would.</summary>
internal static class ExactDecimal
{
    private const int Digits = 34;
    private const int Scale = 4; // of money

    /// <summary>The decimal that a rule's author wrote, which has 28 digits at most.</summary>
    public static Decimal128 Of(ExactNumber number) => Decimal128.Parse(string.Create(
        CultureInfo.InvariantCulture,
            $"{(number.IsNegative ? "-" : "")}{(number.Digits.Length == 0 ? "0" : number.Digits)}E{number.Exponent}"));

    /// <summary>
    /// <c>total / count</c>, rounded to 34 digits. A number of 17 digits that differs from the quotient differs from it by
    /// more than 1 / (10^17 * 10^4 * count) of it, with a count of 32 bits more than 10^-31: rounding cannot make the two
    /// equal, nor change their order. The same is true of one with more digits as long as it has no more decimals than fourteen.
    /// </summary>
    public static Decimal128 Quotient(decimal total, int count)
    {
        var dividend = BigInteger.Abs(new BigInteger(total * Money.UnitsPerOne));
        BigInteger divisor = count;
        var exponent = Digits - (Length(dividend) - Length(divisor)); // 34 digits, or 35
        var quotient = BigInteger.DivRem(dividend * BigInteger.Pow(10, exponent), divisor, out var rest);
        if (Length(quotient) > Digits)
        {
            quotient = BigInteger.DivRem(quotient, 10, out var last);
            exponent--;
            quotient += last >= 5 ? 1 : 0;
        }
        else
        {
            quotient += rest * 2 >= divisor ? 1 : 0;
        }

        while (exponent > -Scale && (quotient % 10).IsZero)
        {
            quotient /= 10;
            exponent--;
        }

        return Decimal128.Parse(string.Create(CultureInfo.InvariantCulture, $"{(total < 0 ? "-" : "")}{quotient}E{-exponent - Scale}"));
    }

    private static int Length(BigInteger number) => number.ToString(CultureInfo.InvariantCulture).Length;
}
