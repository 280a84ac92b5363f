using Microsoft.Playwright;

namespace XenoCrm.SystemTests.Pages;

public sealed class SignInTests(PageGraph graph) : PageTest(graph)
{
    [Fact]
    public async Task Whoever_asks_for_a_page_signs_in_and_is_back_there()
    {
        var visit = await VisitAsync(role: null);
        await visit.GoAsync("/app/campaigns?status=completed");
        await Expect(visit.Page.GetByRole(AriaRole.Button, new() { Name = "Sign in" })).ToBeVisibleAsync();
        await visit.Page.GetByLabel("E-mail address").FillAsync("asha@example.com");
        await visit.Page.GetByLabel("Marketer: imports and sends").CheckAsync();
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        await Expect(visit.Heading).ToHaveTextAsync("Campaigns");
        Assert.Equal("/app/campaigns?status=completed", visit.Path);
        await Expect(visit.Page.GetByRole(AriaRole.Banner)).ToContainTextAsync("asha@example.com");
    }

    [Fact]
    public async Task An_address_that_is_none_is_told_at_its_field_and_stays_there()
    {
        var visit = await VisitAsync(role: null);
        visit.Expect(400);
        await visit.GoAsync("/app/sign-in");

        // The browser itself would not send it.
        await visit.Page.EvalOnSelectorAsync("main form", "form => form.noValidate = true");
        await visit.Page.GetByLabel("E-mail address").FillAsync("asha at home");
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        var field = visit.Page.GetByLabel("E-mail address");
        await Expect(field).ToHaveAttributeAsync("aria-invalid", "true");
        await Expect(field).ToHaveValueAsync("asha at home");
        await Expect(field).ToHaveAccessibleDescriptionAsync(new System.Text.RegularExpressions.Regex("."));
    }

    [Fact]
    public async Task Who_signs_out_is_asked_again()
    {
        var visit = await VisitAsync();
        await visit.GoAsync("/app/campaigns");
        await visit.Page.Locator("details.menu summary").ClickAsync();
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
        await Expect(visit.Page.GetByRole(AriaRole.Button, new() { Name = "Sign in" })).ToBeVisibleAsync();
        await visit.GoAsync("/app/campaigns");
        await Expect(visit.Page.GetByRole(AriaRole.Button, new() { Name = "Sign in" })).ToBeVisibleAsync();
    }

    [Fact]
    public async Task A_form_of_another_site_is_refused()
    {
        await Graph.Showcase.ReadyAsync(Services);
        var visit = await VisitAsync();
        visit.Expect(403);

        // Another host is another site; that it is the same machine is nothing to the browser.
        var elsewhere = new UriBuilder(visit.Address) { Host = visit.Address.Host == "localhost" ? "127.0.0.1" : "localhost" }.Uri;
        await visit.Page.RouteAsync($"{elsewhere}trap", route => route.FulfillAsync(new()
        {
            ContentType = "text/html",
            Body = $"<form method=post action='{new Uri(visit.Address, $"/app/campaigns/{Graph.Showcase.CampaignId}/retry")}'>"
                + "<button>Win a prize</button></form>",
        }));
        await visit.Page.GotoAsync($"{elsewhere}trap");
        await visit.Page.GetByRole(AriaRole.Button).ClickAsync();
        await Expect(visit.Heading).ToHaveTextAsync("You are not allowed to do this");
        Assert.Equal("completed", (await Services.CampaignAsync(Graph.Showcase.CampaignId)).Status);
    }
}
