using System.Text.Json;
using Microsoft.Playwright;
using XenoCrm.Tests.Support;

namespace XenoCrm.SystemTests.Pages;

/// <summary>An installation with nothing in it; an API of its own in the test's process, as the graph's has much in it.</summary>
public sealed class FirstRunTests(PageGraph graph) : PageTest(graph)
{
    private readonly ApiServer empty = new();

    [Fact]
    public async Task An_empty_installation_says_what_to_do_and_fills_itself_with_a_sample_shop()
    {
        var visit = await VisitAsync(address: empty.Address);
        await visit.GoAsync("/");
        await Expect(visit.Main).ToContainTextAsync("Bring your customers in");
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Load the sample shop" }).ClickAsync();
        using var client = await empty.SignedInAsync();
        await Poll.UntilAsync(
            async () =>
                (await Showcase.PostAsync(
                    client, "/segments/preview", new { rule = new Dictionary<string, bool> { ["$everyone"] = true } }))
                    .Int("count") == 1_000,
            "the sample shop's customers to be there");
        await Expect(visit.Main.GetByRole(AriaRole.Link, new() { Name = "1,000 customers" })).ToBeVisibleAsync();
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/app/customers")]
    [InlineData("/app/imports")]
    [InlineData("/app/segments")]
    [InlineData("/app/campaigns")]
    [InlineData("/app/campaigns/new")]
    [InlineData("/app/deliveries")]
    public async Task An_empty_page_is_without_fault_for_axe_and_fits_a_phone(string path)
    {
        var visit = await VisitAsync(
            change: options => options.ViewportSize = new() { Width = 390, Height = 844 }, address: empty.Address);
        await visit.GoAsync(path);
        await Faultless.AssertFitsAsync(visit, 390);
        await Faultless.AssertAsync(visit);
        await visit.Page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Dark });
        await Faultless.AssertAsync(visit);
    }

    [Fact]
    public async Task One_customer_is_a_customer_and_not_customers()
    {
        using var client = await empty.SignedInAsync();
        await Showcase.PostAsync(client, "/customers", new { id = "one", name = "Only One", email = "one@example.com" });
        var visit = await VisitAsync(address: empty.Address);
        await visit.GoAsync("/");
        await Expect(visit.Main).ToContainTextAsync("1 customer");
        await Expect(visit.Main).Not.ToContainTextAsync("1 customers");
        await visit.GoAsync("/app/customers");
        await Expect(visit.Main.Locator("tbody tr")).ToHaveCountAsync(1);
        await Expect(visit.Main).Not.ToContainTextAsync("1 customers");
    }

    private protected override void AfterVisits() => empty.Dispose();
}
