using System.Globalization;

namespace XenoCrm.Core;

/// <summary>
/// A number as the digits that were written and where their point stands: no digit is lost, and how it was spelled does not
/// matter (<c>1e3</c> is <c>1000</c>, <c>2.50</c> is <c>2.5</c>, <c>-0</c> is <c>0</c>).
/// </summary>
/// <param name="Digits">Without zeros at either end; empty for zero.</param>
/// <param name="Exponent">The number is <paramref name="Digits"/> times ten to this.</param>
public readonly record struct ExactNumber(bool IsNegative, string Digits, int Exponent)
{
    /// <summary>So many digits a decimal has room for, whichever they are.</summary>
    private const int DecimalDigits = 28;

    // Far beyond any double; what lies further is taken for as far.
    private const int MaxExponent = 100_000;

    public static ExactNumber Of(decimal number) => Read(number.ToString(CultureInfo.InvariantCulture));

    /// <summary>The shortest decimal that reads back as this double, which is how it was written.</summary>
    public static ExactNumber Of(double number) => Read(number.ToString("R", CultureInfo.InvariantCulture));

    /// <param name="text">A number as JSON writes it.</param>
    public static ExactNumber Read(string text)
    {
        var isNegative = text[0] == '-';
        var e = text.AsSpan().IndexOfAny('e', 'E');
        var mantissa = text[(isNegative ? 1 : 0)..(e < 0 ? text.Length : e)];
        var exponent = e < 0 ? 0 : Bounded(text.AsSpan(e + 1));
        if (mantissa.IndexOf('.', StringComparison.Ordinal) is var point and >= 0)
        {
            exponent -= mantissa.Length - point - 1;
            mantissa = mantissa.Remove(point, 1);
        }

        var digits = mantissa.TrimEnd('0');
        exponent += mantissa.Length - digits.Length;
        digits = digits.TrimStart('0');
        return digits.Length == 0 ? new ExactNumber(false, "", 0) : new ExactNumber(isNegative, digits, exponent);
    }

    /// <summary>Null if a decimal would be another number.</summary>
    public decimal? ToDecimal() => Digits.Length == 0
        ? 0
        : Digits.Length <= DecimalDigits && Exponent >= -DecimalDigits && Digits.Length + Exponent <= DecimalDigits
            ? decimal.Parse(ToString(), NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture)
            : null;

    /// <summary>
    /// Text that sorts, byte by byte, as the number does among all others: the length of the whole part before its digits, and
    /// for a negative number each digit's rest to nine, with a character above all digits at the end.
    /// </summary>
    public string ToSortKey()
    {
        var (whole, decimals) = Parts();
        var body = string.Create(CultureInfo.InvariantCulture, $"{whole.Length:D6}{whole}{decimals}");
        return IsNegative ? string.Concat("-", string.Concat(body.Select(digit => (char)('9' - digit + '0'))), "~") : "0" + body;
    }

    public override string ToString()
    {
        var (whole, decimals) = Parts();
        return string.Concat(IsNegative ? "-" : "", whole.Length == 0 ? "0" : whole, decimals.Length == 0 ? "" : ".", decimals);
    }

    private (string Whole, string Decimals) Parts()
    {
        if (Exponent >= 0)
        {
            return (Digits + new string('0', Exponent), "");
        }

        var point = Digits.Length + Exponent;
        return point > 0 ? (Digits[..point], Digits[point..]) : ("", new string('0', -point) + Digits);
    }

    private static int Bounded(ReadOnlySpan<char> exponent) =>
        int.TryParse(exponent, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            ? Math.Clamp(number, -MaxExponent, MaxExponent)
            : exponent[0] == '-' ? -MaxExponent : MaxExponent;
}
