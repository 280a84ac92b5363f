using System.Globalization;
using System.Numerics;

namespace XenoCrm.Core.Rules;

/// <summary>
/// An exact number, in lowest terms. A rule's number stands for the decimal that its author wrote (0.1 is a tenth), and
/// comparisons with money and averages must not depend on how a float rounds.
/// </summary>
public readonly record struct Rational
{
    private Rational(BigInteger numerator, BigInteger denominator)
    {
        var common = BigInteger.GreatestCommonDivisor(numerator, denominator);
        Numerator = numerator / common;
        Denominator = denominator / common;
    }

    public BigInteger Numerator { get; }

    /// <summary>Positive.</summary>
    public BigInteger Denominator { get; }

    public bool IsInteger => Denominator.IsOne;

    public BigInteger Floor => IsInteger || Numerator.Sign >= 0 ? Numerator / Denominator : (Numerator / Denominator) - 1;

    public BigInteger Ceiling => IsInteger ? Numerator : Floor + 1;

    public static implicit operator Rational(long value) => new(value, BigInteger.One);

    /// <summary>The shortest decimal that reads back as this double, which is how it was written.</summary>
    public static Rational Of(double value) => Of(ExactNumber.Of(value));

    public static Rational Of(decimal value) => Of(ExactNumber.Of(value));

    public static Rational Of(NumberValue value) => Of(value.Written);

    public static Rational Of(ExactNumber value)
    {
        var mantissa = value.Digits.Length == 0 ? BigInteger.Zero : BigInteger.Parse(value.Digits, CultureInfo.InvariantCulture);
        var power = BigInteger.Pow(10, Math.Abs(value.Exponent));
        mantissa = value.IsNegative ? -mantissa : mantissa;
        return value.Exponent < 0 ? new Rational(mantissa, power) : new Rational(mantissa * power, BigInteger.One);
    }

    public static Rational operator *(Rational left, Rational right) =>
        new(left.Numerator * right.Numerator, left.Denominator * right.Denominator);

    public static Rational operator /(Rational left, long right) => new(left.Numerator, left.Denominator * right);

    /// <summary>Below, at or above zero as this number is less than, equal to or greater than the other.</summary>
    public int CompareTo(Rational other) => (Numerator * other.Denominator).CompareTo(other.Numerator * Denominator);
}
