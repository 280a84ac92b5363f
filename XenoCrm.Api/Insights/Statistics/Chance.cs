namespace XenoCrm.Api.Insights.Statistics;

/// <summary>How likely it is that what is seen in some people is an accident. What is said of the data is said on these grounds.</summary>
internal static class Chance
{
    /// <summary>
    /// A limit of the probability that votes between 0 and 1 which have the mean <paramref name="expected"/> come out with a mean
    /// of <paramref name="seen"/> or more, in any one of <paramref name="places"/> looked at. Hoeffding's bound (1963): it holds
    /// for any number of votes, whole or divided, and errs on the side of accident.
    /// </summary>
    public static double OfAtLeast(double seen, double expected, double votes, int places)
    {
        if (seen <= expected)
        {
            return 1;
        }

        var distance = (seen * Math.Log(seen / expected)) + (seen < 1 ? (1 - seen) * Math.Log((1 - seen) / (1 - expected)) : 0);
        return Math.Min(1, places * Math.Exp(-votes * distance));
    }
}
