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

    [Theory]
    [InlineData(390, true)]
    [InlineData(390, false)]
    [InlineData(320, false)]
    public async Task Every_section_is_within_reach_on_a_phone(int width, bool scripts)
    {
        var visit = await VisitAsync(
            change: options =>
            {
                options.ViewportSize = new() { Width = width, Height = 844 };
                options.JavaScriptEnabled = scripts;
            },
            address: empty.Address);
        await visit.GoAsync("/");
        var links = await visit.Page.Locator(".bar > a, .bar .sections a, .bar summary").AllAsync();
        Assert.Equal(8, links.Count);
        foreach (var link in links)
        {
            var box = (await link.BoundingBoxAsync())!;
            Assert.True(box.X >= 0 && box.X + box.Width <= width, $"{await link.TextContentAsync()} is cut at {box.X + box.Width}.");
        }
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
