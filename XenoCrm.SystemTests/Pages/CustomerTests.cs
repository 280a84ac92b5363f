using System.Net;
using System.Text.Json;
using Microsoft.Playwright;
using XenoCrm.Tests.Support;

namespace XenoCrm.SystemTests.Pages;

public sealed class CustomerTests(PageGraph graph) : PageTest(graph)
{
    private const string Customers = "/app/customers";

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        await Graph.Showcase.ReadyAsync(Services);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_customer_is_searched_and_read_with_and_without_JavaScript(bool scripts)
    {
        var visit = await VisitAsync("viewer", options => options.JavaScriptEnabled = scripts);
        await visit.GoAsync(Customers);
        await visit.Page.GetByRole(AriaRole.Searchbox).FillAsync("show-3@example");
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Search" }).ClickAsync();
        await Expect(visit.Main.Locator("tbody tr")).ToHaveCountAsync(1);

        // The address is the search, which can be shared.
        Assert.Contains("q=show-3", visit.Path, StringComparison.Ordinal);
        await visit.Main.Locator("tbody th a").ClickAsync();
        await Expect(visit.Heading).ToHaveTextAsync("Zoë 🎉 O’Brien");
        await Expect(visit.Main).ToContainTextAsync("Hi Zoë, ");
    }

    [Fact]
    public async Task A_list_is_gone_through_forward_and_back()
    {
        var visit = await VisitAsync("viewer");
        var rule = JsonSerializer.Serialize(new { city = Showcase.City });
        await visit.GoAsync($"{Customers}?rule={Uri.EscapeDataString(rule)}");
        var first = await visit.Main.Locator("tbody th a").First.InnerTextAsync();
        await visit.Page.GetByRole(AriaRole.Link, new() { Name = "Next" }).ClickAsync();
        await Expect(visit.Main.Locator("tbody th a").First).Not.ToHaveTextAsync(first);
        await visit.Page.GetByRole(AriaRole.Link, new() { Name = "Back", Exact = true }).ClickAsync();
        await Expect(visit.Main.Locator("tbody th a").First).ToHaveTextAsync(first);
    }

    [Fact]
    public async Task A_person_is_unsubscribed_and_subscribed_again()
    {
        var visit = await VisitAsync("marketer");
        await visit.GoAsync($"{Customers}/show-20");
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Unsubscribe" }).ClickAsync();
        await Expect(visit.Main).ToContainTextAsync("no campaign writes to this person");
        await visit.Main.Locator("summary", new() { HasText = "Subscribe again" }).ClickAsync();
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "They have asked for it" }).ClickAsync();
        await Expect(visit.Main).ToContainTextAsync("Can be reached at");
    }

    [Fact]
    public async Task A_person_is_erased_after_a_second_click_that_says_what_is_lost()
    {
        await Showcase.PostAsync(Api, "/customers", new { id = "gone", name = "Gone Soon", email = "gone@example.com" });
        var visit = await VisitAsync();
        await visit.GoAsync($"{Customers}/gone");
        await visit.Page.GetByRole(AriaRole.Link, new() { Name = "Erase" }).ClickAsync();
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Erase this person" }).ClickAsync();
        await Expect(visit.Main).ToContainTextAsync("The person is erased.");
        Assert.Equal(HttpStatusCode.NotFound, (await Api.GetAsync("/customers/gone", Cancellation)).StatusCode);
    }
}
