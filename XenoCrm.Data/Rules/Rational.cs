using System.Globalization;
using System.Numerics;

namespace XenoCrm.Data.Rules;

/// <summary>
/// An exact number, in lowest terms. A rule's number stands for the decimal that its author wrote (0.1 is a tenth), and
/// comparisons with money and averages must not depend on how a float rounds.
/// </summary>
internal readonly record struct Rational : IComparable<Rational>
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
    public static Rational Of(double value) => Parse(value.ToString("R", CultureInfo.InvariantCulture));

    public static Rational Of(decimal value) => Parse(value.ToString(CultureInfo.InvariantCulture));

    public static Rational operator *(Rational left, Rational right) => new(left.Numerator * right.Numerator, left.Denominator * right.Denominator);

    public static Rational operator /(Rational left, long right) => new(left.Numerator, left.Denominator * right);

    public int CompareTo(Rational other) => (Numerator * other.Denominator).CompareTo(other.Numerator * Denominator);

    // -12.5 or 1.25E-07
    private static Rational Parse(string text)
    {
        var e = text.IndexOf('E', StringComparison.Ordinal);
        var digits = e < 0 ? text : text[..e];
        var point = digits.IndexOf('.', StringComparison.Ordinal);
        var exponent = e < 0 ? 0 : int.Parse(text.AsSpan(e + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        if (point >= 0)
        {
            exponent -= digits.Length - point - 1;
            digits = digits.Remove(point, 1);
        }

        var mantissa = BigInteger.Parse(digits, CultureInfo.InvariantCulture);
        var power = BigInteger.Pow(10, Math.Abs(exponent));
        return exponent < 0 ? new Rational(mantissa, power) : new Rational(mantissa * power, BigInteger.One);
    }
}
