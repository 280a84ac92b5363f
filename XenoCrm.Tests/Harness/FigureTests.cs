using XenoCrm.Benchmarks.Measuring;

namespace XenoCrm.Tests.Harness;

public sealed class FigureTests
{
    [Fact]
    public void A_rate_is_a_share_of_its_limit() =>
        Assert.Equal(0.25, new Figure("receipts", 10_000, Unit.PerSecond) { Limit = new("empty endpoint", 40_000) }.Ratio);

    [Fact]
    public void A_time_twice_as_long_as_its_limit_reaches_half_of_it() =>
        Assert.Equal(0.5, new Figure("start", 1, Unit.Seconds) { Limit = new("empty application", 0.5) }.Ratio);

    [Fact]
    public void By_processor_time_the_limit_is_held_against_the_process_that_does_its_work()
    {
        var figure = new Figure("receipts", 10_000, Unit.PerSecond)
        {
            Limit = new("empty endpoint", 40_000, new Spent("empty endpoint", 15, 5), "api"),
            Processor = [new("redis", 1, 1), new("api", 60, 20)],
        };
        Assert.Equal(0.25, figure.ProcessorRatio);
    }

    [Fact]
    public void By_processor_time_a_whole_campaign_is_all_that_its_processes_spent()
    {
        var figure = new Figure("campaign", 10_000, Unit.PerSecond)
        {
            Limit = new("bare loop", 40_000, new Spent("loop", 15, 5), Bound.All),
            Processor = [new("vendor", 10, 10), new("api", 60, 20)],
        };
        Assert.Equal(0.2, figure.ProcessorRatio);
    }

    [Theory]
    [InlineData(400_000, true)]
    [InlineData(399_999, false)]
    public void A_rate_must_reach_its_goal(double value, bool met) =>
        Assert.Equal(met, new Goal(400_000).IsMet(value, null, Unit.PerSecond));

    [Theory]
    [InlineData(30, true)]
    [InlineData(30.1, false)]
    public void A_time_must_not_exceed_its_goal(double value, bool met) =>
        Assert.Equal(met, new Goal(30).IsMet(value, null, Unit.Milliseconds));

    [Theory]
    [InlineData(0.6, true)]
    [InlineData(0.59, false)]
    public void A_ratio_must_reach_its_goal_whatever_the_rate_is(double ratio, bool met) =>
        Assert.Equal(met, Goal.Ratio(0.6).IsMet(1, ratio, Unit.PerSecond));

    [Theory]
    [InlineData(new[] { 3.0, 1, 2 }, 2, 1, 3)]
    [InlineData(new[] { 4.0, 1, 2, 3 }, 2.5, 1, 4)]
    [InlineData(new[] { 7.0 }, 7, 7, 7)]
    public void Runs_have_a_median_and_a_range(double[] runs, double median, double lowest, double highest) =>
        Assert.Equal(new Series(median, lowest, highest), Series.Of(runs));

    [Theory]
    [InlineData(0.99, 99)]
    [InlineData(0.5, 50)]
    [InlineData(1, 100)]
    public void A_percentile_is_a_value_that_was_measured(double share, double value) =>
        Assert.Equal(value, Series.Percentile([.. Enumerable.Range(1, 100).Select(i => (double)i)], share));
}
