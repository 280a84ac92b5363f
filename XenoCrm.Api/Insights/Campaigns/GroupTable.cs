using XenoCrm.Api.Insights.Statistics;
using XenoCrm.Core.Campaigns;
using XenoCrm.Core.Text;

namespace XenoCrm.Api.Insights.Campaigns;

/// <summary>
/// The delivery rate by what recipients had bought when the campaign began, and where they live. A group differs from the
/// others if a two-proportion test says so, for all groups looked at together, and if the difference is large enough to matter.
/// </summary>
internal static class GroupTable
{
    /// <summary>Smaller groups are told together with others, or not at all: they could be about somebody.</summary>
    public const int MinSize = 10;

    /// <summary>The name of those that are told together.</summary>
    public const string Others = "others";

    private const int MinTested = 50;
    private const double MaxChance = 0.01;
    private const double MinDifference = 0.02;
    private const int MostCities = 5;

    /// <param name="deliveries">What became of the messages.</param>
    /// <param name="began">When the campaign began.</param>
    /// <param name="isCompleted">While messages are open no group is said to differ: who was sent to first is no fair sample.</param>
    public static IReadOnlyList<GroupNumbers> Of(IReadOnlyList<Delivery> deliveries, DateTimeOffset began, bool isCompleted)
    {
        var final = deliveries.Where(delivery => delivery.Status is DeliveryStatus.Sent or DeliveryStatus.Failed).ToArray();
        var all = Count(final);
        var kinds = new (string By, IEnumerable<(string Name, Proportion Count)> Parts)[]
        {
            ("spend", Bands(final, SpendBands(final))),
            ("recency", Bands(final, [.. RecencyBands.Select(band => (band.Name, Holds(band.Days, began)))])),
            ("orders", Bands(final, OrderBands)),
            ("city", Cities(final)),
        }
        .Select(kind => (kind.By, Parts: Told(kind.Parts).ToArray())).ToArray();
        var tests = kinds.Sum(kind => kind.Parts.Length);
        return
        [
            .. kinds.SelectMany(kind =>
            {
                var differing = isCompleted ? Differing(kind.Parts, all, tests) : [];
                return kind.Parts.Select(part => Numbers(kind.By, part.Name, part.Count, all - part.Count, differing.Contains(part.Name)));
            }),
        ];
    }

    /// <summary>
    /// The groups of one kind that differ, the clearest first: each is held against those that are left when the ones before it are taken
    /// out. Otherwise one group that is apart would make all of the others differ from a rest that it is in.
    /// </summary>
    private static HashSet<string> Differing((string Name, Proportion Count)[] parts, Proportion all, int tests)
    {
        var differing = new HashSet<string>();
        var left = all;
        while (parts.Where(part => !differing.Contains(part.Name) && IsApart(part.Count, left - part.Count, tests))
            .OrderBy(part => Proportion.ChanceOfDifference(part.Count, left - part.Count))
                .ThenBy(part => part.Count.Of)
                .FirstOrDefault() is { Name: not null } clearest)
        {
            differing.Add(clearest.Name);
            left -= clearest.Count;
        }

        return differing;
    }

    private static bool IsApart(Proportion group, Proportion rest, int tests) =>
        group.Of >= MinTested
        && rest.Of >= MinTested
        && Proportion.ChanceOfDifference(group, rest) * tests <= MaxChance
        && Math.Abs(group.Rate - rest.Rate) >= MinDifference;

    private static GroupNumbers Numbers(string by, string name, Proportion group, Proportion rest, bool differs)
    {
        var (low, high) = group.Interval();
        return new GroupNumbers(by, name, group.Hits, group.Of - group.Hits, group.Rate, rest.Rate, low, high, differs);
    }

    /// <summary>
    /// Groups that are too small become one, together with the smallest of the others if they are too small even so. One group alone tells
    /// nothing.
    /// </summary>
    private static IEnumerable<(string Name, Proportion Count)> Told(IEnumerable<(string Name, Proportion Count)> parts)
    {
        var told = parts.Where(part => part.Count.Of > 0).ToList();
        var small = told.Where(part => part.Count.Of < MinSize).ToList();
        told.RemoveAll(small.Contains);
        while (small.Count > 0 && small.Sum(part => part.Count.Of) < MinSize && told.Count > 0)
        {
            var smallest = told.MinBy(part => part.Count.Of);
            told.Remove(smallest);
            small.Add(smallest);
        }

        var together = small.Aggregate(default(Proportion), (sum, part) => sum + part.Count);
        if (together.Of >= MinSize)
        {
            told.Add((small.Count == 1 ? small[0].Name : Others, together));
        }

        return told.Count > 1 ? told : [];
    }

    private static Proportion Count(IReadOnlyCollection<Delivery> deliveries) =>
        new(deliveries.Count(delivery => delivery.Status == DeliveryStatus.Sent), deliveries.Count);

    private static IEnumerable<(string Name, Proportion Count)> Bands(
        Delivery[] deliveries, (string Name, Func<Delivery, bool> Holds)[] bands) =>
        bands.Select(band => (band.Name, Count(Array.FindAll(deliveries, delivery => band.Holds(delivery)))));

    /// <summary>Quarters of those who had ordered, at round numbers.</summary>
    private static (string Name, Func<Delivery, bool> Holds)[] SpendBands(Delivery[] deliveries)
    {
        var spends = deliveries.Where(delivery => delivery.Orders > 0).Select(delivery => (double)delivery.Spend).Order().ToArray();
        var edges = Readable.Quantiles(spends, 0.25, 0.5, 0.75);
        double[] from = [double.NegativeInfinity, .. edges];
        double[] to = [.. edges, double.PositiveInfinity];
        return
        [
            ("nothing", delivery => delivery.Orders == 0),
            .. from.Zip(to).Select(band => (
                Name(band.First, band.Second),
                (Func<Delivery, bool>)(
                    delivery => delivery.Orders > 0 && (double)delivery.Spend >= band.First && (double)delivery.Spend < band.Second))),
        ];

        static string Name(double from, double to) => (double.IsFinite(from), double.IsFinite(to)) switch
        {
            (false, false) => "something",
            (false, true) => $"under {Readable.Text(to)}",
            (true, false) => $"{Readable.Text(from)} or more",
            _ => $"{Readable.Text(from)} to {Readable.Text(to)}",
        };
    }

    private static readonly (string Name, (int From, int To)? Days)[] RecencyBands =
    [
        ("in the 30 days before", (0, 30)),
        ("30 to 90 days before", (30, 90)),
        ("90 to 365 days before", (90, 365)),
        ("more than 365 days before", (365, int.MaxValue)),
        ("never", null),
    ];

    private static readonly (string Name, Func<Delivery, bool> Holds)[] OrderBands =
    [
        ("no order", delivery => delivery.Orders == 0),
        ("1 order", delivery => delivery.Orders == 1),
        ("2 to 4 orders", delivery => delivery.Orders is >= 2 and <= 4),
        ("5 to 9 orders", delivery => delivery.Orders is >= 5 and <= 9),
        ("10 or more orders", delivery => delivery.Orders >= 10),
    ];

    private static Func<Delivery, bool> Holds((int From, int To)? days, DateTimeOffset began) => delivery =>
        delivery.LastOrderAt is { } last
            ? days is { } band && (began - last).TotalDays is var ago && ago >= band.From && ago < band.To
            : days is null;

    /// <summary>The largest, in the spelling that most of their people have; the rest, and those of whom none is known.</summary>
    private static IEnumerable<(string Name, Proportion Count)> Cities(Delivery[] deliveries)
    {
        var cities = deliveries.Where(delivery => delivery.City is not null)
            .GroupBy(delivery => TextKey.Of(delivery.City!))
            .OrderByDescending(city => city.Count()).ThenBy(city => city.Key, StringComparer.Ordinal)
            .ToArray();
        foreach (var city in cities.Take(MostCities))
        {
            yield return (
                city.CountBy(delivery => delivery.City!)
                    .OrderByDescending(name => name.Value)
                    .ThenBy(name => name.Key, StringComparer.Ordinal)
                    .First().Key,
                Count([.. city]));
        }

        yield return ("other cities", Count([.. cities.Skip(MostCities).SelectMany(city => city)]));
        yield return ("no city known", Count(Array.FindAll(deliveries, delivery => delivery.City is null)));
    }
}
