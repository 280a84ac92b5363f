using System.Text.Json;
using Microsoft.Playwright;

namespace XenoCrm.SystemTests.Pages;

/// <summary>From a new campaign to its end, as a person goes through it.</summary>
public sealed class CampaignTests(PageGraph graph) : PageTest(graph)
{
    private const string Campaigns = "/app/campaigns";
    private const string Words = "Hi {{firstName|there}}, see you in {{city|your city}}";

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        await Graph.Showcase.ReadyAsync(Services);
    }

    [Fact]
    public async Task A_campaign_is_sent_and_watched_to_its_end_without_a_reload()
    {
        var visit = await VisitAsync("marketer");
        await WriteAsync(visit, "Watched to its end");

        // So that there is something to watch.
        await Services.SetFaultsAsync(new { slow = new { rate = 1, by = "00:00:08" } });
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Review and send" }).ClickAsync();
        await visit.Page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Send to" }).ClickAsync();
        await Expect(visit.Heading).ToHaveTextAsync("Watched to its end");
        await Expect(State(visit)).ToHaveTextAsync("sending");
        await visit.Page.EvaluateAsync("window.isTheSamePage = true");
        await Services.SetFaultsAsync(new { });

        await Expect(State(visit)).ToHaveTextAsync("completed");
        Assert.True(await visit.Page.EvaluateAsync<bool>("window.isTheSamePage"));
        var (_, stats) = await CampaignAsync("Watched to its end");
        await Expect(Figure(visit, "sent")).ToHaveTextAsync($"{stats.Sent}");
        await Expect(Figure(visit, "failed")).ToHaveTextAsync($"{stats.Failed}");
        await Expect(Figure(visit, "pending")).ToHaveTextAsync("0");
        Assert.Equal(stats.Audience, stats.Sent + stats.Failed);

        // The history begins with it.
        await visit.GoAsync(Campaigns);
        await Expect(visit.Main.Locator("tbody tr").First).ToContainTextAsync("Watched to its end");
    }

    [Fact]
    public async Task Twenty_tabs_stay_live_until_the_end_on_one_connection()
    {
        await Services.SetFaultsAsync(new { slow = new { rate = 1, by = "00:00:08" } });
        var (_, id) = await Showcase.LaunchAsync(Services, "In twenty tabs", Words);
        var first = await VisitAsync("marketer");
        var listeners = 0;
        first.Context.Request += (_, request) =>
        {
            if (request.Url.EndsWith($"{id}/events", StringComparison.Ordinal))
            {
                Interlocked.Increment(ref listeners);
            }
        };
        List<Visit> tabs = [first];
        while (tabs.Count < 20)
        {
            tabs.Add(await first.TabAsync());
        }

        foreach (var tab in tabs)
        {
            await tab.GoAsync($"{Campaigns}/{id}");
            await Expect(State(tab)).ToHaveTextAsync("sending");
            await tab.Page.EvaluateAsync("window.isTheSamePage = true");
        }

        Assert.Equal(1, Volatile.Read(ref listeners));
        await Services.SetFaultsAsync(new { });
        foreach (var tab in tabs)
        {
            await Expect(State(tab)).ToHaveTextAsync("completed");
            await Expect(Figure(tab, "pending")).ToHaveTextAsync("0");
            Assert.True(await tab.Page.EvaluateAsync<bool>("window.isTheSamePage"));
        }
    }

    [Fact]
    public async Task A_draft_is_kept_tried_gone_on_with_scheduled_and_taken_back()
    {
        var visit = await VisitAsync("marketer");
        await WriteAsync(visit, "Kept for later");
        await visit.Page.GetByText("Leave somebody out").ClickAsync();
        await visit.Page.GetByRole(AriaRole.Group, new() { Name = "People who got these campaigns" })
            .GetByLabel("Diwali win-back").CheckAsync();
        await Expect(visit.Page.Locator("[data-of=why]")).ToContainTextAsync("left out");
        await visit.Page.GetByLabel("Starts").FillAsync("2099-12-31T09:00");
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Keep as a draft" }).ClickAsync();
        await Expect(visit.Heading).ToHaveTextAsync("Kept for later");
        await Expect(State(visit)).ToHaveTextAsync("draft");
        await Expect(visit.Main).ToContainTextAsync("would get it now");

        await visit.Page.GetByLabel("Your own addresses, up to ten").FillAsync("me@example.com\nyou@example.com");
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Send a test" }).ClickAsync();
        await Expect(visit.Page.GetByRole(AriaRole.Status)).ToContainTextAsync("2 test messages");

        await visit.Page.GetByRole(AriaRole.Link, new() { Name = "Continue editing" }).ClickAsync();
        await Expect(visit.Page.GetByLabel("Starts")).ToHaveValueAsync("2099-12-31T09:00");
        await Expect(visit.Page.Locator("[data-audience]")).ToHaveAttributeAsync("data-state", "known");
        await Expect(visit.Page.Locator("[data-of=reached]")).ToHaveTextAsync("would get it");

        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Review and send" }).ClickAsync();
        await visit.Page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Schedule for" }).ClickAsync();
        await Expect(State(visit)).ToHaveTextAsync("scheduled");
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Back to draft" }).ClickAsync();
        await Expect(State(visit)).ToHaveTextAsync("draft");
        await visit.Page.Locator("details.menu summary", new() { HasText = "Delete" }).ClickAsync();
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Delete the draft" }).ClickAsync();
        await Expect(visit.Heading).ToHaveTextAsync("Campaigns");
        await Expect(visit.Main.GetByRole(AriaRole.Link, new() { Name = "Kept for later" })).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task A_link_to_unsubscribe_is_missed_before_the_sending_and_stands_apart_from_the_words_before_it()
    {
        var visit = await VisitAsync("marketer");
        await WriteAsync(visit, "With a link");
        var missing = visit.Page.GetByRole(AriaRole.Dialog).GetByText("The message has no unsubscribe link.");
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Review and send" }).ClickAsync();
        await Expect(missing).ToBeVisibleAsync();
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Not yet" }).ClickAsync();

        var message = visit.Page.Locator("#message");
        await message.FillAsync("See you soon.");
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "unsubscribe link" }).ClickAsync();
        await Expect(message).ToHaveValueAsync("See you soon. Unsubscribe: {{unsubscribeUrl}}");
        await Expect(visit.Page.Locator("[data-preview]")).ToContainTextAsync("Unsubscribe: http");
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Review and send" }).ClickAsync();
        await Expect(visit.Page.GetByRole(AriaRole.Dialog)).ToBeVisibleAsync();
        await Expect(missing).ToBeHiddenAsync();
    }

    [Fact]
    public async Task Who_had_a_message_lately_is_told_before_the_sending_and_can_be_left_out()
    {
        var (_, id) = await Showcase.LaunchAsync(Services, "Just before", Words);
        await Services.UntilAsync(id, campaign => campaign.Status == "completed", "the campaign to complete");
        var visit = await VisitAsync("marketer");
        await WriteAsync(visit, "Just after");
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Review and send" }).ClickAsync();
        var dialog = visit.Page.GetByRole(AriaRole.Dialog);
        await Expect(dialog).ToContainTextAsync("got another message in the last 7 days");
        await Expect(dialog).ToContainTextAsync("“Just before”");
        await Expect(dialog).ToContainTextAsync("through the delivery service at");
        await Faultless.AssertAsync(visit);
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Leave them out" }).ClickAsync();
        await Expect(dialog).ToBeHiddenAsync();
        await Expect(visit.Page.GetByRole(AriaRole.Group, new() { Name = "People who got these campaigns" }).GetByLabel("Just before"))
            .ToBeCheckedAsync();
        await Expect(visit.Page.Locator("[data-of=why]")).ToContainTextAsync("left out");
    }

    [Fact]
    public async Task A_name_that_is_too_long_is_said_while_it_is_typed_and_not_cut()
    {
        var visit = await VisitAsync("marketer");
        await WriteAsync(visit, new string('n', 201));
        var name = visit.Page.GetByLabel("Campaign name");
        await Expect(name).ToHaveAttributeAsync("aria-invalid", "true");
        await Expect(visit.Page.Locator("#name-fault")).ToHaveTextAsync("This has 201 characters; 200 is the most. Shorten it.");
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Review and send" }).ClickAsync();
        await Expect(name).ToBeFocusedAsync();
        await Expect(visit.Page.GetByRole(AriaRole.Dialog)).ToBeHiddenAsync();
    }

    [Fact]
    public async Task A_campaign_is_paused_and_goes_on()
    {
        await Services.SetFaultsAsync(new { slow = new { rate = 1, by = "00:00:08" } });
        var (_, id) = await Showcase.LaunchAsync(Services, "Paused and resumed", Words);
        var visit = await VisitAsync("marketer");
        await visit.GoAsync($"{Campaigns}/{id}");
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Pause" }).ClickAsync();
        await Expect(State(visit)).ToHaveTextAsync("paused");
        Assert.Equal("paused", (await Services.CampaignAsync(id)).Status);
        await Services.SetFaultsAsync(new { });
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Resume" }).ClickAsync();
        await Expect(State(visit)).ToHaveTextAsync("completed");
        Assert.Equal(0, (await Services.CampaignAsync(id)).Stats.Pending);
    }

    [Fact]
    public async Task A_campaign_is_cancelled_after_a_second_click_that_says_what_is_lost()
    {
        await Services.SetFaultsAsync(new { slow = new { rate = 1, by = "00:00:08" } });
        var (_, id) = await Showcase.LaunchAsync(Services, "Cancelled", Words);
        var visit = await VisitAsync("marketer");
        await visit.GoAsync($"{Campaigns}/{id}");
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Pause" }).ClickAsync();
        await Expect(State(visit)).ToHaveTextAsync("paused");
        await visit.Page.Locator("details.menu summary", new() { HasText = "Cancel" }).ClickAsync();
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Cancel the campaign" }).ClickAsync();
        await Expect(State(visit)).ToHaveTextAsync("cancelled");
        Assert.Equal("cancelled", (await Services.CampaignAsync(id)).Status);
    }

    [Fact]
    public async Task The_failed_are_sent_to_again()
    {
        var (_, id) = await Showcase.LaunchAsync(Services, "Sent again", Words);
        await Services.UntilAsync(id, campaign => campaign.Status == "completed", "the campaign to complete");
        var failed = (await Services.CampaignAsync(id)).Stats.Failed;
        Assert.True(failed > 0, "Of a hundred messages some fail.");
        var visit = await VisitAsync("marketer");
        await visit.GoAsync($"{Campaigns}/{id}");
        await visit.Page.GetByRole(AriaRole.Link, new() { Name = "Send to the failed again" }).ClickAsync();
        await Expect(visit.Main.GetByRole(AriaRole.Row)).Not.ToHaveCountAsync(1);
        await Faultless.AssertAsync(visit);
        await visit.Page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Dark });
        await Faultless.AssertColoursAsync(visit);
        await visit.Page.SetViewportSizeAsync(390, 844);
        await Faultless.AssertFitsAsync(visit, 390);
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = $"Send to {failed}" }).ClickAsync();
        await Services.UntilAsync(
            id,
            campaign => campaign.Status == "completed" && campaign.Stats.Failed < failed,
            "some of the failed to arrive this time",
            TimeSpan.FromMinutes(1));
        await Expect(State(visit)).ToHaveTextAsync("completed");
        await Expect(Figure(visit, "failed")).ToHaveTextAsync($"{(await Services.CampaignAsync(id)).Stats.Failed}");
        await Expect(visit.Main.Locator(".rounds li").First).ToContainTextAsync($"{failed} failed");
        await Expect(visit.Main.Locator(".rounds li").Last).ToContainTextAsync($"Sent again to {failed}");
    }

    [Fact]
    public async Task A_double_click_is_one_campaign()
    {
        var visit = await VisitAsync("marketer");
        await WriteAsync(visit, "Clicked twice");
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Review and send" }).ClickAsync();
        await visit.Page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Send to" }).DblClickAsync();
        await Expect(visit.Heading).ToHaveTextAsync("Clicked twice");
        await CampaignAsync("Clicked twice");
    }

    [Fact]
    public async Task A_draft_that_stands_in_two_tabs_is_sent_once()
    {
        var visit = await VisitAsync("marketer");
        await WriteAsync(visit, "Written in two tabs");
        var tab = await visit.TabAsync();
        await tab.GoAsync($"{Campaigns}/new?segment={Graph.Showcase.SegmentId}");
        await Expect(tab.Page.GetByLabel("Campaign name")).ToHaveValueAsync("Written in two tabs");
        await Expect(tab.Main).ToContainTextAsync("Your unfinished campaign is back.");
        foreach (var one in new[] { visit, tab })
        {
            await Expect(one.Page.Locator("[data-audience]")).ToHaveAttributeAsync("data-state", "known");
            await one.Page.GetByRole(AriaRole.Button, new() { Name = "Review and send" }).ClickAsync();
            await one.Page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Send to" }).ClickAsync();
            await Expect(one.Heading).ToHaveTextAsync("Written in two tabs");
        }

        await CampaignAsync("Written in two tabs");
    }

    // Nothing of ours prevents the second click here, but the key in the form.
    [Fact]
    public async Task A_double_click_without_JavaScript_is_one_campaign()
    {
        var visit = await VisitAsync("marketer", options => options.JavaScriptEnabled = false);
        await SendWithoutScriptsAsync(visit, "Clicked twice without scripts", send => send.DblClickAsync());
        await CampaignAsync("Clicked twice without scripts");
    }

    [Fact]
    public async Task The_back_button_after_sending_sends_nothing_again()
    {
        var visit = await VisitAsync("marketer");
        await WriteAsync(visit, "Sent once");
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Review and send" }).ClickAsync();
        await visit.Page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Send to" }).ClickAsync();
        await Expect(visit.Heading).ToHaveTextAsync("Sent once");
        await visit.Page.GoBackAsync();
        await Expect(visit.Heading).ToHaveTextAsync("New campaign");
        await Expect(visit.Page.GetByRole(AriaRole.Dialog)).ToBeHiddenAsync();
        await visit.Page.GoForwardAsync();
        await Expect(visit.Heading).ToHaveTextAsync("Sent once");
        await CampaignAsync("Sent once");
    }

    [Fact]
    public async Task A_viewer_sees_a_campaign_and_can_neither_send_nor_stop_one()
    {
        await Services.SetFaultsAsync(new { slow = new { rate = 1, by = "00:00:08" } });
        var (_, id) = await Showcase.LaunchAsync(Services, "Seen by a viewer", Words);
        var visit = await VisitAsync("viewer");
        await visit.GoAsync($"{Campaigns}/{id}");
        await Expect(visit.Heading).ToHaveTextAsync("Seen by a viewer");
        await Expect(visit.Main.GetByRole(AriaRole.Button, new() { Name = "Pause" })).ToHaveCountAsync(0);
        await visit.GoAsync(Campaigns);
        await Expect(visit.Main.GetByRole(AriaRole.Link, new() { Name = "Seen by a viewer" })).ToBeVisibleAsync();
        await Expect(visit.Main.GetByRole(AriaRole.Link, new() { Name = "New campaign" })).ToHaveCountAsync(0);
        visit.Expect(403);
        await visit.GoAsync($"{Campaigns}/new");
        await Expect(visit.Heading).ToHaveTextAsync("You are not allowed to do this");
    }

    [Fact]
    public async Task Without_JavaScript_a_campaign_is_written_sent_and_read()
    {
        var visit = await VisitAsync("marketer", options => options.JavaScriptEnabled = false);
        await SendWithoutScriptsAsync(visit, "Sent without scripts", send => send.ClickAsync());
        var (id, _) = await CampaignAsync("Sent without scripts");
        await Services.UntilAsync(id, campaign => campaign.Status == "completed", "the campaign to complete");
        await visit.Page.ReloadAsync();
        await Expect(State(visit)).ToHaveTextAsync("completed");

        // The log is searched by a form.
        await visit.Page.GetByRole(AriaRole.Searchbox).FillAsync("show-0@example.com");
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Search" }).ClickAsync();
        await Expect(visit.Page.Locator("#log tbody tr")).ToHaveCountAsync(1);
    }

    [Fact]
    public async Task A_new_campaign_is_written_and_sent_by_the_keyboard_alone()
    {
        var visit = await VisitAsync("marketer");
        await visit.GoAsync(Campaigns);
        var keys = visit.Page.Keyboard;
        await keys.PressAsync("n");
        await Expect(visit.Heading).ToHaveTextAsync("New campaign");
        await TabToAsync(visit, visit.Page.GetByLabel("Campaign name"));
        await keys.TypeAsync("By keys alone");
        var builder = visit.Page.Locator("rule-builder");
        await TabToAsync(visit, builder.GetByRole(AriaRole.Button, new() { Name = "+ condition" }));
        await keys.PressAsync("Enter");
        var what = builder.GetByLabel("What", new() { Exact = true });
        await Expect(what).ToBeFocusedAsync();
        await keys.TypeAsync("city");
        await Expect(what).ToHaveValueAsync("city");
        await TabToAsync(visit, builder.GetByLabel("Add a value"));
        await keys.TypeAsync(Showcase.City);
        await keys.PressAsync("Enter");
        await Expect(visit.Page.Locator("[data-audience]")).ToHaveAttributeAsync("data-state", "known");

        await TabToAsync(visit, visit.Page.GetByLabel("Message", new() { Exact = true }));
        await keys.TypeAsync("Hi {{firstName|there}}");
        await TabToAsync(visit, visit.Page.GetByRole(AriaRole.Button, new() { Name = "Review and send" }));
        await keys.PressAsync("Enter");
        await TabToAsync(visit, visit.Page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Send to" }));
        await keys.PressAsync("Enter");
        await Expect(visit.Heading).ToHaveTextAsync("By keys alone");
        await CampaignAsync("By keys alone");
    }

    [Fact]
    public async Task What_is_missing_is_said_at_its_field_and_nothing_is_sent()
    {
        var visit = await VisitAsync("marketer");
        await visit.GoAsync($"{Campaigns}/new?segment={Graph.Showcase.SegmentId}");
        await Expect(visit.Page.Locator("[data-audience]")).ToHaveAttributeAsync("data-state", "known");
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Review and send" }).ClickAsync();
        await Expect(visit.Page.GetByLabel("Message", new() { Exact = true })).ToHaveAttributeAsync("aria-invalid", "true");
        await Expect(visit.Page.GetByRole(AriaRole.Dialog)).ToBeHiddenAsync();
    }

    private static async Task TabToAsync(Visit visit, ILocator goal)
    {
        for (var step = 0; step < 80; step++)
        {
            if (await goal.EvaluateAsync<bool>("element => element === document.activeElement"))
            {
                return;
            }

            await visit.Page.Keyboard.PressAsync("Tab");
        }

        Assert.Fail($"Tab does not lead to {goal}.");
    }

    /// <summary>A new campaign for the showcase's city, ready to be sent.</summary>
    private async Task WriteAsync(Visit visit, string name)
    {
        await visit.GoAsync($"{Campaigns}/new?segment={Graph.Showcase.SegmentId}");
        await visit.Page.GetByLabel("Message", new() { Exact = true }).FillAsync(Words);
        await visit.Page.GetByLabel("Campaign name").FillAsync(name);
        await Expect(visit.Page.Locator("[data-audience]")).ToHaveAttributeAsync("data-state", "known");
        await Expect(visit.Page.Locator("[data-preview] .bubble").First).ToBeVisibleAsync();
    }

    private static async Task SendWithoutScriptsAsync(Visit visit, string name, Func<ILocator, Task> click)
    {
        await visit.GoAsync(Campaigns);
        await visit.Page.GetByRole(AriaRole.Link, new() { Name = "New campaign" }).ClickAsync();
        await visit.Page.GetByLabel("In a sentence").FillAsync($"customers in {Showcase.City}");
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Make conditions" }).ClickAsync();
        await Expect(visit.Page.Locator("[data-of=reachable]")).ToHaveTextAsync(new System.Text.RegularExpressions.Regex("^[1-9]"));
        await visit.Page.GetByLabel("Message", new() { Exact = true }).FillAsync(Words);
        await visit.Page.GetByLabel("Campaign name").FillAsync(name);
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Review and send" }).ClickAsync();
        await click(visit.Page.GetByRole(AriaRole.Button, new() { Name = "Send to" }));
        await Expect(visit.Heading).ToHaveTextAsync(name);
    }

    private static ILocator State(Visit visit) => visit.Main.Locator(".state").First;

    private static ILocator Figure(Visit visit, string stat) => visit.Main.Locator($".figures [data-stat={stat}]");

    /// <summary>The one campaign of that name.</summary>
    private async Task<(string Id, Graph.StatsView Stats)> CampaignAsync(string name)
    {
        var all = await Api.GetFromJsonAsync<JsonElement[]>("/campaigns?limit=500", Cancellation);
        var one = Assert.Single(all!, campaign => campaign.GetProperty("name").GetString() == name);
        var id = one.GetProperty("id").GetString()!;
        return (id, (await Services.CampaignAsync(id)).Stats);
    }
}
