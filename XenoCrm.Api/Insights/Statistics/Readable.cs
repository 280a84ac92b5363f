using System.Globalization;

namespace XenoCrm.Api.Insights.Statistics;

/// <summary>Numbers that a person would have chosen.</summary>
internal static class Readable
{
    /// <summary>The nearest number of two digits, trailing zeros aside: 1,234 becomes 1,200, 0.0378 becomes 0.038.</summary>
    public static double Round(double value) => Round(value, digits: 2);

    public static double Round(double value, int digits)
    {
        if (value == 0 || !double.IsFinite(value))
        {
            return value;
        }

        // By way of the text, so that 0.3 does not come out as 0.30000000000000004.
        return double.Parse(value.ToString($"E{digits - 1}", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
    }

    /// <summary>The values below which these shares of <paramref name="sorted"/> lie, rounded; each once, in order.</summary>
    public static double[] Quantiles(IReadOnlyList<double> sorted, params ReadOnlySpan<double> shares)
    {
        var values = new SortedSet<double>();
        foreach (var share in shares)
        {
            if (sorted.Count > 0)
            {
                values.Add(Round(sorted[(int)(share * (sorted.Count - 1))]));
            }
        }

        return [.. values];
    }

    /// <summary><c>1,234.5</c>: digits in groups, at most two decimals.</summary>
    public static string Text(double value) => value.ToString("#,0.##", CultureInfo.InvariantCulture);
}
