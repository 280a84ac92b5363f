using System.Text.Json;
using Microsoft.Playwright;
using XenoCrm.Core.Rules;
using XenoCrm.Tests.Rules;
using XenoCrm.Tests.Support;

namespace XenoCrm.SystemTests.Pages;

/// <summary>The blocks of a rule: the same rule as its JSON, as a sentence that says it, and as the API counts it.</summary>
public sealed class RuleBuilderTests(PageGraph graph) : PageTest(graph)
{
    private const string NewCampaign = "/app/campaigns/new";

    [Fact]
    public async Task Five_hundred_rules_of_every_shape_come_back_as_they_went_in()
    {
        var samples = new RuleSamples(new Random(20261129));

        // As they are stored: in the canonical form.
        var rules = Enumerable.Range(0, 500)
            .Select(_ => RuleJson.Print(RuleJson.Parse(RuleJson.Print(samples.Rule()))))
            .ToArray();
        var visit = await VisitAsync();
        await visit.GoAsync(NewCampaign);

        // One that is off the page: nothing is counted for it.
        var back = await visit.Page.EvaluateAsync<string?[]>(
            """
            rules => customElements.whenDefined("rule-builder").then(() => rules.map(rule => {
              const builder = document.createElement("rule-builder");
              builder.rule = rule;
              return builder.rule;
            }))
            """,
            rules);
        foreach (var (sent, got) in rules.Zip(back))
        {
            // A letter may be written as itself or by its number.
            Assert.NotNull(got);
            Assert.Equal(sent, RuleJson.Print(RuleJson.Parse(got)));
        }
    }

    [Fact]
    public async Task A_rule_that_is_drawn_and_read_from_its_blocks_is_the_same()
    {
        const string Rule =
            """{"$and":[{"totalSpend":{"$gte":5000,"$lt":9000.5}},{"$not":{"$or":[{"city":{"$in":["Pune","Mumbai"]}},{"tags":"vip"}]}},{"lastOrderAt":{"$lt":{"$ago":"90d"}}}]}""";
        var visit = await VisitAsync();
        await visit.GoAsync($"{NewCampaign}?rule={Uri.EscapeDataString(Rule)}");
        await Expect(visit.Page.Locator("rule-builder [data-test]")).ToHaveCountAsync(5);
        Assert.Equal(RuleJson.Print(RuleJson.Parse(Rule)), await RuleAsync(visit));
    }

    [Fact]
    public async Task Orders_are_chosen_in_a_block_of_their_own()
    {
        var visit = await VisitAsync();
        await visit.GoAsync(NewCampaign);
        var builder = visit.Page.Locator("rule-builder");
        await builder.GetByRole(AriaRole.Button, new() { Name = "+ orders" }).ClickAsync();
        var orders = builder.GetByLabel("Conditions on orders");
        await orders.GetByLabel("Value", new() { Exact = true }).Or(orders.GetByLabel("How many")).FillAsync("30");
        await orders.GetByRole(AriaRole.Button, new() { Name = "+ on each order" }).ClickAsync();
        await orders.GetByLabel("What", new() { Exact = true }).Nth(1).SelectOptionAsync("item");
        await orders.GetByLabel("Add a value").FillAsync("Red Mug");
        await orders.GetByLabel("Add a value").PressAsync("Enter");
        await orders.GetByRole(AriaRole.Button, new() { Name = "+ on them together" }).ClickAsync();
        await orders.GetByLabel("Value", new() { Exact = true }).FillAsync("5,000");
        Assert.Equal(
            """{"orders":{"placedAt":{"$gte":{"$ago":"30d"}},"item":{"$in":["Red Mug"]},"$sum":{"$gte":5000}}}""", await RuleAsync(visit));

        await visit.GoAsync($"{NewCampaign}?rule={Uri.EscapeDataString((await RuleAsync(visit))!)}");
        await Expect(orders.Locator("[data-test]")).ToHaveCountAsync(3);
    }

    [Fact]
    public async Task Of_orders_the_last_one_can_be_meant()
    {
        var visit = await VisitAsync();
        await visit.GoAsync(NewCampaign);
        var builder = visit.Page.Locator("rule-builder");
        await builder.GetByRole(AriaRole.Button, new() { Name = "+ orders" }).ClickAsync();
        var orders = builder.GetByLabel("Conditions on orders");
        await orders.GetByLabel("What", new() { Exact = true }).SelectOptionAsync("item");
        await orders.GetByLabel("Add a value").FillAsync("Red Mug");
        await orders.GetByLabel("Add a value").PressAsync("Enter");
        await orders.GetByLabel("Which order").SelectOptionAsync("their last order");
        const string Last = """{"orders":{"item":{"$in":["Red Mug"]},"$last":true}}""";
        Assert.Equal(Last, await RuleAsync(visit));
        await Expect(orders.GetByRole(AriaRole.Button, new() { Name = "+ on them together" })).ToHaveCountAsync(0);
        await Expect(orders.GetByLabel("What", new() { Exact = true }).Locator("option[value='$sum']")).ToHaveCountAsync(0);

        await visit.GoAsync($"{NewCampaign}?rule={Uri.EscapeDataString(Last)}");
        await Expect(orders.GetByLabel("Which order")).ToHaveValueAsync("last");
        await orders.GetByLabel("Which order").SelectOptionAsync("an order");
        Assert.Equal("""{"orders":{"item":{"$in":["Red Mug"]}}}""", await RuleAsync(visit));
    }

    [Fact]
    public async Task A_segment_by_blocks_and_the_same_by_a_sentence_count_what_the_API_counts()
    {
        await Graph.Showcase.ReadyAsync(Services);
        var visit = await VisitAsync();
        await visit.GoAsync(NewCampaign);
        var builder = visit.Page.Locator("rule-builder");
        await builder.GetByRole(AriaRole.Button, new() { Name = "+ condition" }).ClickAsync();
        await builder.GetByLabel("What", new() { Exact = true }).SelectOptionAsync("city");
        await builder.GetByLabel("How it is compared").SelectOptionAsync("$eq");
        await builder.GetByLabel("Value", new() { Exact = true }).FillAsync(Showcase.City);
        await builder.GetByRole(AriaRole.Button, new() { Name = "+ condition" }).ClickAsync();
        await builder.GetByLabel("What", new() { Exact = true }).Nth(1).SelectOptionAsync("orderCount");
        await builder.GetByLabel("How it is compared").Nth(1).SelectOptionAsync("$gte");
        await builder.GetByLabel("Value", new() { Exact = true }).Nth(1).FillAsync("3");
        var (byBlocks, rule) = await CountAsync(visit);

        await visit.GoAsync(NewCampaign);
        await visit.Page.EvaluateAsync("localStorage.clear()");
        await visit.GoAsync(NewCampaign);
        await visit.Page.GetByLabel("In a sentence").FillAsync($"customers in {Showcase.City} with at least 3 orders");
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Make conditions" }).ClickAsync();
        var (bySentence, said) = await CountAsync(visit);

        Assert.Equal(RuleJson.Parse(rule), RuleJson.Parse(said));
        var preview = await Showcase.PostAsync(
            Api, "/segments/preview", new { rule = JsonSerializer.Deserialize<JsonElement>(rule) });
        Assert.Equal((preview.Int("count"), preview.Int("reachable")), byBlocks);
        Assert.Equal(byBlocks, bySentence);
    }

    [Fact]
    public async Task Words_that_are_not_understood_are_said_and_no_rule_is_guessed()
    {
        var visit = await VisitAsync();
        visit.Expect(422);
        await visit.GoAsync(NewCampaign);
        await visit.Page.GetByLabel("In a sentence").FillAsync("customers who dream of the sea");
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Make conditions" }).ClickAsync();
        await Expect(visit.Page.Locator("[data-sentence] .fault")).ToBeVisibleAsync();
        Assert.Null(await RuleAsync(visit));
    }

    [Fact]
    public async Task A_sentence_that_cannot_be_read_leaves_the_conditions_and_says_that_they_are_the_old_ones()
    {
        const string Rule = """{"orderCount":{"$gt":2}}""";
        var visit = await VisitAsync();
        visit.Expect(422);
        await Graph.Showcase.ReadyAsync(Services);
        await visit.GoAsync($"{NewCampaign}?rule={Uri.EscapeDataString(Rule)}");
        await Expect(visit.Page.Locator("[data-audience]")).ToHaveAttributeAsync("data-state", "known");
        var whose = visit.Page.Locator("[data-of=whose]");
        await visit.Page.GetByLabel("In a sentence").FillAsync("customers who dream of the sea");
        await Expect(whose).ToContainTextAsync("the new sentence is not among them yet");
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Make conditions" }).ClickAsync();
        await Expect(visit.Page.Locator("[data-sentence]")).ToContainTextAsync("still those from before");
        await Expect(whose).ToHaveTextAsync("Counted for the conditions above, not for the sentence.");
        Assert.Equal(Rule, await RuleAsync(visit));
        await visit.Page.GetByLabel("In a sentence").FillAsync("customers with at least 3 orders");
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Make conditions" }).ClickAsync();
        await Expect(whose).ToHaveTextAsync("");
    }

    [Fact]
    public async Task What_is_removed_comes_back_with_Escape()
    {
        const string Rule = """{"city":"Pune","orderCount":{"$gt":2}}""";
        var visit = await VisitAsync();
        await visit.GoAsync($"{NewCampaign}?rule={Uri.EscapeDataString(Rule)}");
        var tests = visit.Page.Locator("rule-builder [data-test]");
        await Expect(tests).ToHaveCountAsync(2);
        await tests.First.GetByRole(AriaRole.Button, new() { Name = "Remove this condition" }).ClickAsync();
        await Expect(tests).ToHaveCountAsync(1);
        await visit.Page.Keyboard.PressAsync("Escape");
        await Expect(tests).ToHaveCountAsync(2);
        Assert.Equal(Rule, await RuleAsync(visit));
    }

    [Fact]
    public async Task A_draft_survives_a_reload()
    {
        var visit = await VisitAsync("marketer");
        await visit.GoAsync(NewCampaign);
        var builder = visit.Page.Locator("rule-builder");
        await builder.GetByRole(AriaRole.Button, new() { Name = "+ condition" }).ClickAsync();
        await builder.GetByLabel("Value", new() { Exact = true }).FillAsync("4,321");
        await visit.Page.GetByLabel("Message", new() { Exact = true }).FillAsync("Hi {{firstName|there}}");
        await visit.Page.ReloadAsync();
        await Expect(visit.Page.GetByLabel("Message", new() { Exact = true })).ToHaveValueAsync("Hi {{firstName|there}}");
        Assert.Contains("4321", await RuleAsync(visit), StringComparison.Ordinal);
    }

    private static Task<string?> RuleAsync(Visit visit) =>
        visit.Page.EvaluateAsync<string?>("document.querySelector('rule-builder').rule");

    /// <summary>What stands under the blocks once it belongs to them.</summary>
    private static async Task<((int Count, int Reachable) People, string Rule)> CountAsync(Visit visit)
    {
        var audience = visit.Page.Locator("[data-audience]");
        await Expect(audience).ToHaveAttributeAsync("data-state", "known");
        return (
            (await NumberAsync("count"), await NumberAsync("reachable")),
            await RuleAsync(visit) ?? throw new InvalidOperationException("There is no rule."));

        async Task<int> NumberAsync(string name) => int.Parse(
            await audience.Locator($"[data-of={name}]").InnerTextAsync(),
            System.Globalization.NumberStyles.AllowThousands,
            System.Globalization.CultureInfo.InvariantCulture);
    }
}
