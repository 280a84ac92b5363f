namespace XenoCrm.Api.Insights.Campaigns;

/// <summary>
/// What a number in a text can be: a count or an amount, a percentage, a difference of two percentages, a length of time in seconds.
/// </summary>
internal enum FactKind
{
    Number,
    Percent,
    Points,
    Seconds,
}

/// <summary>Every number that the data hold, by kind, and the names that may have digits in them.</summary>
internal sealed class Facts
{
    private readonly Dictionary<FactKind, HashSet<double>> values = Enum.GetValues<FactKind>()
        .ToDictionary(kind => kind, _ => new HashSet<double>());
    private readonly List<string> names = [];

    /// <summary>Of vendors, cities and campaigns: where one stands in quotation marks, its digits are no number.</summary>
    public IReadOnlyList<string> Names => names;

    /// <param name="numbers">What was computed.</param>
    /// <param name="campaignName">The campaign's, which people choose.</param>
    public static Facts Of(CampaignNumbers numbers, string campaignName)
    {
        var facts = new Facts();
        facts.names.Add(campaignName);
        facts.Add(FactKind.Number, numbers.Audience, numbers.Pending, numbers.Sent, numbers.Failed, numbers.Skipped,
            numbers.Sent + numbers.Failed, numbers.Sample);
        facts.AddRate(numbers.DeliveryRate);
        facts.AddRate(1 - numbers.DeliveryRate);
        if (numbers.CompletedAfterSeconds is { } seconds)
        {
            facts.Add(FactKind.Seconds, seconds);
        }

        foreach (var failure in numbers.Failures)
        {
            facts.names.Add(failure.Reason);
            facts.Add(FactKind.Number, failure.Count);
            facts.AddRate(failure.Share);
        }

        foreach (var group in numbers.Groups)
        {
            facts.names.Add(group.Name);
            facts.Add(FactKind.Number, group.Sent, group.Failed, group.Size);
            facts.AddRate(group.Rate);
            facts.AddRate(1 - group.Rate);
            facts.AddRate(group.RestRate);
            facts.AddRate(group.Low);
            facts.AddRate(group.High);
            facts.AddDifference(group.Rate - group.RestRate);
            if (group.By != "city")
            {
                // The limits of a band, which its name has.
                foreach (var limit in NumberScanner.Scan(group.Name))
                {
                    facts.Add(limit.Kind, limit.Value);
                }
            }
        }

        foreach (var earlier in new[] { numbers.Earlier, numbers.SameRule }.OfType<EarlierNumbers>())
        {
            facts.Add(FactKind.Number, earlier.Campaigns);
            facts.AddRate(earlier.MeanRate);
            facts.AddRate(earlier.LowestRate);
            facts.AddRate(earlier.HighestRate);
            facts.AddDifference(numbers.DeliveryRate - earlier.MeanRate);
        }

        return facts;
    }

    /// <summary>Whether one of the facts of that kind, rounded as the number is, gives the number.</summary>
    public bool Hold(FoundNumber number) =>
        values[number.Kind].Any(value => Math.Abs(value - number.Value) <= (number.Step / 2) + (Math.Abs(value) * 1e-12) + 1e-9);

    private void Add(FactKind kind, params ReadOnlySpan<double> facts)
    {
        foreach (var fact in facts)
        {
            values[kind].Add(fact);
        }
    }

    private void AddRate(double? rate)
    {
        if (rate is { } known)
        {
            Add(FactKind.Percent, known * 100);
        }
    }

    private void AddDifference(double? difference)
    {
        // "3 points lower", and "−3 points".
        if (difference is { } known)
        {
            Add(FactKind.Points, known * 100, Math.Abs(known) * 100);
        }
    }
}
