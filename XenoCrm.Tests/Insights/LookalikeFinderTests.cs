using Microsoft.Extensions.Time.Testing;
using XenoCrm.Api.Insights.Lookalikes;
using XenoCrm.Core.Customers;
using XenoCrm.Core.Rules;
using XenoCrm.Core.Segments;
using XenoCrm.Data.Sqlite;
using XenoCrm.Tests.Support;

namespace XenoCrm.Tests.Insights;

public sealed class LookalikeFinderTests : IAsyncDisposable
{
    private readonly TempFolder folder = new();
    private readonly List<SqliteDatabase> databases = [];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_members_have_in_common_is_found_and_their_own_rule_is_not()
    {
        // Of the gold customers in Pune and Agra who have ordered often, nine in ten are vip; of the others, one in a hundred.
        var customers = LookalikeShop.Customers(6000, seed: 1, (random, customer) =>
            (customer.Attributes["plan"].Text == "gold"
                && customer.City is "Pune" or "Agra"
                && customer.OrderCount >= 4 ? !random.OneIn(10) : random.OneIn(100))
                ? customer with { Tags = [.. customer.Tags, "vip"] }
                : customer);

        var found = await FoundAsync(customers, """{"tags":"vip"}""");

        Assert.Equal(["tags"], found.LeftOut);
        Assert.Equal("""{"city":{"$in":["Agra","Pune"]},"orderCount":{"$gte":4},"attributes.plan":"gold"}""", RuleJson.Print(found.Rule));
        Assert.InRange(found.Precision, 0.85, 0.95);
        Assert.InRange(found.Recall, 0.7, 0.95);
        AssertCounted(found, customers, """{"tags":"vip"}""");
    }

    [Fact]
    public async Task Two_kinds_of_members_are_described_by_two_groups_of_conditions()
    {
        var customers = LookalikeShop.Customers(6000, seed: 2, (random, customer) =>
            customer.City == "Jaipur" || customer.Attributes["seats"].Number >= 30
                ? customer with { Tags = ["vip"] }
                : customer with { Tags = [] });

        var found = await FoundAsync(customers, """{"tags":{"$exists":true}}""");

        Assert.Equal("""{"$or":[{"attributes.seats":{"$gte":30}},{"city":"Jaipur"}]}""", RuleJson.Print(found.Rule));
        Assert.Equal((1, 1), (found.Precision, found.Recall));
        AssertCounted(found, customers, """{"tags":{"$exists":true}}""");
    }

    [Fact]
    public async Task Where_nothing_sets_the_members_apart_that_is_said()
    {
        var (found, shops) = (0, 0);
        foreach (
            var (seed, rule) in new[] { (3, """{"tags":"newsletter"}"""), (4, """{"city":"Pune"}"""), (5, """{"attributes.trial":true}"""),
                (6, """{"email":{"$endsWith":"@gmail.com"}}"""), (7, """{"country":{"$exists":false}}""") })
        {
            shops++;
            var outcome = await FindAsync(LookalikeShop.Customers(3000, seed), rule);
            found += outcome is Lookalike.Found ? 1 : 0;
            Assert.True(
                outcome is Lookalike.Refused refused && refused.Reason.Contains("better than chance", StringComparison.Ordinal),
                $"{seed}: {outcome}");
        }

        Assert.Equal((0, 5), (found, shops));
    }

    [Theory]
    [InlineData("""{"city":"Atlantis"}""", "at least 50 are needed")]
    [InlineData("""{"$everyone":true}""", "too few others")]
    [InlineData("""{"$not":{"city":"Atlantis"}}""", "too few others")]
    public async Task Segments_of_nobody_and_of_everybody_are_refused(string rule, string reason)
    {
        var refused = Assert.IsType<Lookalike.Refused>(await FindAsync(LookalikeShop.Customers(300, seed: 8), rule));
        Assert.Contains(reason, refused.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_more_look_alikes_are_selected_than_were_asked_for()
    {
        // Every city's share of vips is another, so there is something to choose from.
        var customers = LookalikeShop.Customers(6000, seed: 9, (random, customer) =>
            random.Next(100) < (customer.City == "Pune" ? 75 : 5) + (customer.OrderCount * 2)
                ? customer with { Tags = ["vip"] }
                : customer with { Tags = [] });
        var any = await FoundAsync(customers, """{"tags":"vip"}""");
        var few = await FoundAsync(customers, """{"tags":"vip"}""", size: any.Further.Matching / 2);
        Assert.InRange(few.Further.Matching, 0, any.Further.Matching / 2);
        Assert.NotEqual(any.Rule, few.Rule);
    }

    [Fact]
    public async Task The_same_data_give_the_same_rule_whatever_the_order_in_which_they_came()
    {
        var customers = LookalikeShop.Customers(
            2000,
            seed: 10,
            (random, customer) => customer.OrderCount > 6 && !random.OneIn(5) ? customer with { Tags = ["vip"] } : customer);
        var found = await FoundAsync(customers, """{"tags":"vip"}""");
        var again = await FoundAsync([.. customers.Reverse()], """{"tags":"vip"}""");
        Assert.Equal((found.Rule, found.Searched, found.Kept), (again.Rule, again.Searched, again.Kept));
    }

    [Fact]
    public Task What_is_reported_is_what_a_count_over_all_customers_gives() => Property.CheckAsync(cases: 4, async random =>
    {
        // Of anything: a rule over one field, and members who have something else in common.
        var segment = random.Pick(
            ["""{"tags":"vip"}""", """{"attributes.trial":true}""", """{"$or":[{"tags":"vip"},{"daysSinceLastOrder":{"$lt":20}}]}"""]);
        var weight = random.Next(2, 8);
        var customers = LookalikeShop.Customers(2500, random.Next(), (shop, customer) => shop.Next(100) < customer.OrderCount * weight
            ? customer with
            {
                Tags = ["vip"],
                Attributes = new Dictionary<string,
                AttributeValue>(customer.Attributes)
                { ["trial"] = AttributeValue.Of(true) }
            }
            : customer);
        if (await FindAsync(customers, segment) is Lookalike.Found found)
        {
            AssertCounted(found, customers, segment);
        }
    });

    /// <summary>The rule is a proper one, and all that is said of it is what the evaluator counts.</summary>
    private static void AssertCounted(Lookalike.Found found, Customer[] customers, string segmentRule)
    {
        var segment = RuleJson.Parse(segmentRule);
        bool IsMember(Customer customer) => RuleEvaluator.Matches(segment, customer, [], RuleTime.Utc(LookalikeShop.Now));
        bool IsSelected(Customer customer) => RuleEvaluator.Matches(found.Rule, customer, [], RuleTime.Utc(LookalikeShop.Now));

        Assert.Equal(found.Rule, RuleJson.Parse(RuleJson.Print(found.Rule)));
        Assert.DoesNotContain(found.LeftOut, field => RuleJson.Print(found.Rule).Contains($"\"{field}\"", StringComparison.Ordinal));
        Assert.DoesNotMatch("\"(name|email|phone|unsubscribed|attributes.nickname)\"", RuleJson.Print(found.Rule));
        var hit = customers.Count(customer => IsMember(customer) && IsSelected(customer));
        Assert.Equal(
            (customers.Length, customers.Count(IsMember), customers.Count(IsSelected), customers.Count(IsSelected) - hit),
            (found.Customers, found.Members, found.Selected, found.Further.Matching));
        Assert.InRange(found.Selected, 1, customers.Length - 1);
        Assert.Equal((double)hit / customers.Count(IsSelected), found.Precision);
        Assert.Equal((double)hit / customers.Count(IsMember), found.Recall);

        // These shops are smaller than a sample, so that each half's customers stand for themselves but for the split.
        foreach (var (half, fit) in new[] { (found.Sample.Searched, found.Searched), (found.Sample.Kept, found.Kept) })
        {
            var members = found.Sample.People.Where((_, place) => half.Members.Contains(place)).ToArray();
            var others = found.Sample.People.Where((_, place) => half.Others.Contains(place)).ToArray();
            Assert.All(members, member => Assert.True(IsMember(member)));
            Assert.DoesNotContain(others, IsMember);
            Assert.Equal((double)members.Count(IsSelected) / members.Length, fit.Recall, 12);
            Assert.Equal((double)others.Count(IsSelected) / others.Length * (customers.Length - found.Members), fit.Further, 6);
        }

        Assert.Equal(
            customers.Length,
            found.Sample.Searched.MemberCount
                + found.Sample.Searched.OtherCount
                + found.Sample.Kept.MemberCount
                + found.Sample.Kept.OtherCount);
    }

    private async Task<Lookalike.Found> FoundAsync(Customer[] customers, string segment, long? size = null) =>
        Assert.IsType<Lookalike.Found>(await FindAsync(customers, segment, size));

    private async Task<Lookalike> FindAsync(Customer[] customers, string segment, long? size = null)
    {
        var database = SqliteRows.Open(folder.File($"{databases.Count}.db"));
        databases.Add(database);
        await database.AddAsync(customers);
        using var finder = new LookalikeFinder(new SqliteSegmentStore(database, Accounts.InUtc), Accounts.InUtc,
            new FakeTimeProvider(LookalikeShop.Now));
        return await finder.FindAsync(RuleJson.Parse(segment), size, Cancellation);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var database in databases)
        {
            await database.DisposeAsync();
        }

        folder.Dispose();
    }
}
