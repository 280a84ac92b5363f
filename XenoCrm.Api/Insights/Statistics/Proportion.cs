namespace XenoCrm.Api.Insights.Statistics;

/// <summary>So many of so many.</summary>
internal readonly record struct Proportion(long Hits, long Of)
{
    // Of the normal distribution, for 95 %.
    private const double Z95 = 1.959963984540054;

    /// <summary>0 where there is nobody.</summary>
    public double Rate => Of == 0 ? 0 : (double)Hits / Of;

    public static Proportion operator +(Proportion a, Proportion b) => new(a.Hits + b.Hits, a.Of + b.Of);

    public static Proportion operator -(Proportion a, Proportion b) => new(a.Hits - b.Hits, a.Of - b.Of);

    /// <summary>
    /// Where the true rate lies with 95 % confidence: Wilson's interval, which holds for small numbers and near 0 and 1 too.
    /// </summary>
    public (double Low, double High) Interval()
    {
        if (Of == 0)
        {
            return (0, 1);
        }

        const double squared = Z95 * Z95;
        var centre = (Rate + (squared / (2 * Of))) / (1 + (squared / Of));
        var half = Z95 / (1 + (squared / Of)) * Math.Sqrt((Rate * (1 - Rate) / Of) + (squared / (4.0 * Of * Of)));
        return (Math.Max(0, centre - half), Math.Min(1, centre + half));
    }

    /// <summary>
    /// How likely two rates are at least this far apart by accident, if the true ones are the same, on either side: the two-proportion
    /// z-test, or Fisher's exact one where fewer than five hits or misses are to be expected.
    /// </summary>
    public static double ChanceOfDifference(Proportion a, Proportion b)
    {
        var all = a + b;
        var smaller = Math.Min(a.Of, b.Of);
        if (smaller * all.Rate < 5 || smaller * (1 - all.Rate) < 5)
        {
            return Exact(a, b);
        }

        var error = Math.Sqrt(all.Rate * (1 - all.Rate) * ((1.0 / a.Of) + (1.0 / b.Of)));
        return TwoSided(Math.Abs(a.Rate - b.Rate) / error);
    }

    /// <summary>Of all ways to spread the hits over the two, the share of those that are no likelier than this one.</summary>
    private static double Exact(Proportion a, Proportion b)
    {
        // Each likelihood as a multiple of this way's, from its neighbour's.
        var hits = a.Hits + b.Hits;
        var (all, rare) = (1.0, 1.0);
        var likelihood = 1.0;
        for (var k = a.Hits; k < Math.Min(hits, a.Of); k++)
        {
            likelihood *= (double)(hits - k) * (a.Of - k) / ((k + 1.0) * (b.Of - hits + k + 1));
            Add();
        }

        likelihood = 1;
        for (var k = a.Hits; k > Math.Max(0, hits - b.Of); k--)
        {
            likelihood *= (double)k * (b.Of - hits + k) / ((hits - k + 1.0) * (a.Of - k + 1));
            Add();
        }

        return rare / all;

        void Add()
        {
            all += likelihood;
            rare += likelihood <= 1 + 1e-9 ? likelihood : 0;
        }
    }

    /// <summary>
    /// The probability that a standard normal value is at least so far from 0: its tail as a continued fraction, or the series around 0.
    /// </summary>
    private static double TwoSided(double z)
    {
        var density = Math.Exp(-z * z / 2) / Math.Sqrt(2 * Math.PI);
        if (z < 2.5)
        {
            var (sum, term) = (z, z);
            for (var n = 1; n < 60; n++)
            {
                term *= z * z / ((2 * n) + 1);
                sum += term;
            }

            return 1 - (2 * density * sum);
        }

        var fraction = z;
        for (var n = 60; n > 0; n--)
        {
            fraction = z + (n / fraction);
        }

        return 2 * density / fraction;
    }
}
