using XenoCrm.Core.Customers;
using XenoCrm.Core.Rules;
using XenoCrm.Core.Segments;

namespace XenoCrm.Tests.Rules;

public sealed class AnniversaryTests
{
    [Theory]
    [InlineData("1990-05-17", "2026-05-17", 0, true)]
    [InlineData("1990-05-17", "2026-05-16", 0, false)]
    [InlineData("1990-05-17", "2026-05-10", 7, true)]
    [InlineData("1990-05-17", "2026-05-09", 7, false)]
    [InlineData("1990-05-17", "2026-05-18", 7, false)]
    [InlineData("1990-01-02", "2026-12-28", 7, true)] // over the new year
    [InlineData("2030-05-17", "2026-05-17", 0, true)] // the year does not count
    [InlineData("2000-02-29", "2026-02-28", 0, true)] // in a common year
    [InlineData("2000-02-29", "2026-03-01", 0, false)]
    [InlineData("2000-02-29", "2028-02-28", 0, false)] // in a leap year
    [InlineData("2000-02-29", "2028-02-29", 0, true)]
    [InlineData("2000-02-28", "2026-02-28", 0, true)]
    [InlineData("2000-02-29", "2026-02-21", 7, true)]
    [InlineData("1990-05-17T12:00:00Z", "2026-05-17", 0, false)] // a moment
    [InlineData("2026-02-30", "2026-02-28", 366, false)]
    [InlineData("May 17", "2026-05-17", 366, false)]
    public void The_next_anniversary_is_today_or_within_so_many_days(string attribute, string today, int days, bool expected)
    {
        var customer = new Customer
        {
            Id = "c",
            Name = "Ann",
            CreatedAt = RuleMeanings.Now,
            Attributes = new Dictionary<string, AttributeValue> { ["birthday"] = AttributeValue.Of(attribute) },
        };
        var rule = RuleJson.Parse($$$$"""{"attributes.birthday":{"$anniversary":{"within":"{{{{days}}}}d"}}}""");

        // Just before midnight in Berlin, which is the same day in UTC.
        var zone = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin");
        var day = DateOnly.Parse(today, System.Globalization.CultureInfo.InvariantCulture);
        var now = new RuleTime(default, zone).StartOf(day.AddDays(1)).AddMilliseconds(-1);
        Assert.Equal(expected, RuleEvaluator.Matches(rule, customer, [], new RuleTime(now, zone)));
    }
}
