using XenoCrm.Api.Insights.Campaigns;
using XenoCrm.Api.Insights.Statistics;
using XenoCrm.Core.Campaigns;
using XenoCrm.Tests.Support;

namespace XenoCrm.Tests.Insights;

/// <summary>Groups of recipients whose true delivery rates are known.</summary>
public sealed class GroupTableTests
{
    private static readonly DateTimeOffset Began = new(2026, 11, 1, 9, 0, 0, TimeSpan.Zero);

    private static readonly string[] Cities = ["Pune", "Delhi", "Mumbai", "Agra"];

    [Fact]
    public void A_city_where_fewer_messages_arrive_is_found_and_no_other()
    {
        var groups = Groups(Deliveries(new Random(3), 4000, delivery => delivery.City == "Pune" ? 0.7 : 0.92));
        var pune = Assert.Single(groups, group => group.Differs);
        Assert.Equal(("city", "Pune"), (pune.By, pune.Name));
        Assert.InRange(pune.Rate, pune.Low, pune.High);
        Assert.InRange(pune.RestRate, 0.90, 0.94);
    }

    [Fact]
    public void What_had_been_bought_is_looked_at_in_bands()
    {
        var groups = Groups(Deliveries(new Random(4), 4000, delivery => delivery.Orders == 0 ? 0.75 : 0.92));
        Assert.Equal(
            ["never", "no order", "nothing"],
            groups.Where(group => group.Differs && group.Rate < group.RestRate).Select(group => group.Name).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Where_all_are_alike_next_to_no_group_differs()
    {
        var differing = 0;
        Property.Check(
            cases: 100,
            random => differing += Groups(Deliveries(random, random.Pick([60, 400, 3000]), _ => 0.9)).Any(group => group.Differs) ? 1 : 0);
        Assert.True(Property.Replays || differing <= 4, $"{differing} of 100 campaigns.");
    }

    [Fact]
    public void A_difference_beyond_accident_that_is_too_small_to_matter_is_not_told()
    {
        // 100,000 recipients, 90 % and 91 %: no accident, and of no use.
        var groups = Groups(Deliveries(new Random(5), 100_000, delivery => delivery.City == "Pune" ? 0.90 : 0.91));
        var pune = groups.Single(group => group.Name == "Pune");
        Assert.True(
            Proportion.ChanceOfDifference(
                new(pune.Sent, pune.Size),
                new(groups.Where(g => g.By == "city" && g != pune).Sum(g => g.Sent), 100_000 - pune.Size)) < 0.001);
        Assert.DoesNotContain(groups, group => group.Differs);
    }

    [Fact]
    public void While_messages_are_open_no_group_differs_and_they_do_not_count()
    {
        Delivery[] deliveries =
        [
            .. Deliveries(new Random(3), 4000, delivery => delivery.City == "Pune" ? 0.7 : 0.92),
            .. Enumerable.Repeat(new Delivery(DeliveryStatus.Pending, null, "Pune", 0, 0, null), 500)
        ];
        var groups = GroupTable.Of(deliveries, Began, isCompleted: false);
        Assert.DoesNotContain(groups, group => group.Differs);
        Assert.Equal(4000, groups.Where(group => group.By == "city").Sum(group => group.Sent + group.Failed));
    }

    [Fact]
    public void No_group_of_fewer_than_ten_is_told_nor_can_it_be_worked_out()
    {
        Property.Check(cases: 200, random =>
        {
            var deliveries = Deliveries(random, random.Next(1, 120), _ => 0.8);
            foreach (var by in Groups(deliveries).GroupBy(group => group.By))
            {
                Assert.All(
                    by,
                    group => Assert.True(group.Sent + group.Failed >= GroupTable.MinSize, $"{group.Name}: {group.Sent + group.Failed}"));
                Assert.True(
                    by.Sum(group => group.Sent + group.Failed) is var told
                        && (told == deliveries.Length || deliveries.Length - told >= GroupTable.MinSize));
            }
        });
    }

    [Fact]
    public void Cities_are_one_whatever_their_case_and_have_the_usual_spelling()
    {
        Delivery[] deliveries =
        [
            .. Enumerable.Range(0, 30).Select(i => new Delivery(DeliveryStatus.Sent, null, i % 3 == 0 ? "PUNE" : "Pune", 0, 0, null)),
            .. Enumerable.Range(0, 20).Select(_ => new Delivery(DeliveryStatus.Sent, null, null, 0, 0, null)),
        ];
        Assert.Equal(
            [("Pune", 30L), ("no city known", 20L)],
            Groups(deliveries).Where(group => group.By == "city").Select(group => (group.Name, group.Sent)));
    }

    [Theory]
    [InlineData(90, 100, 80, 100, 0.04767)] // by hand: z = 1.9803
    [InlineData(450, 500, 400, 500, 9.508e-6)] // z = 4.4281
    [InlineData(3, 4, 1, 4, 0.4857)] // too few for z: Fisher's lady, who tasted tea
    [InlineData(4, 100, 1, 100, 0.3687)]
    [InlineData(746, 757, 30, 39, 7.164e-8)]
    public void A_difference_by_accident_has_the_chance_that_the_textbooks_give(long a, long ofA, long b, long ofB, double chance) =>
        Assert.Equal(chance, Proportion.ChanceOfDifference(new(a, ofA), new(b, ofB)), chance / 100);

    [Theory]
    [InlineData(81, 263, 0.2553, 0.3662)] // Newcombe 1998, table I
    [InlineData(15, 148, 0.0624, 0.1605)]
    [InlineData(0, 20, 0.0, 0.1611)]
    [InlineData(1, 29, 0.0061, 0.1718)]
    public void Wilsons_interval_gives_the_published_values(long hits, long of, double low, double high)
    {
        var interval = new Proportion(hits, of).Interval();
        Assert.Equal(low, interval.Low, 0.00005001);
        Assert.Equal(high, interval.High, 0.00005001);
    }

    [Fact]
    public void Reasons_are_counted_without_what_could_be_somebodys_and_rare_ones_together()
    {
        Delivery[] deliveries =
        [
            .. Enumerable.Range(0, 7).Select(i => Failed($"mailbox of customer{i}@example.com is full")),
            .. Enumerable.Range(0, 3).Select(_ => Failed(null)),
            Failed("Mara Lane does not live here"), Failed("no route"),
        ];
        Assert.Equal(
            [("mailbox of … is full", 7L), ("no reason given", 3L), ("other reasons", 2L)],
            FailureTable.Of(deliveries, DeliveryStatus.Failed).Select(reason => (reason.Reason, reason.Count)));

        static Delivery Failed(string? reason) => new(DeliveryStatus.Failed, reason, null, 0, 0, null);
    }

    private static IReadOnlyList<GroupNumbers> Groups(Delivery[] deliveries) => GroupTable.Of(deliveries, Began, isCompleted: true);

    private static Delivery[] Deliveries(
        Random random, int count, Func<Delivery, double> rate) => [.. Enumerable.Range(0, count).Select(_ =>
    {
        var orders = random.Next(6);
        var delivery = new Delivery(
            DeliveryStatus.Failed,
            "no",
            random.Pick(Cities),
            orders * random.Next(10, 500),
            orders,
            orders == 0 ? null : Began.AddDays(-random.Next(1, 500)));
        return random.NextDouble() < rate(delivery) ? delivery with { Status = DeliveryStatus.Sent, FailureReason = null } : delivery;
    })];
}
