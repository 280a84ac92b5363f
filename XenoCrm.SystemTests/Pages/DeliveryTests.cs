using System.Text.Json;
using Microsoft.Playwright;
using XenoCrm.Tests.Support;

namespace XenoCrm.SystemTests.Pages;

public sealed class DeliveryTests(PageGraph graph) : PageTest(graph)
{
    private const string Deliveries = "/app/deliveries";

    [Fact]
    public async Task A_dead_letter_is_replayed_and_gone()
    {
        // Of no message that there is: tried a few times, then given up.
        await Showcase.ReceiptAsync(Services, """[{"vendorMessageId":"nobody-sent-this","status":"SENT"}]""");
        await UntilDeadAsync("nobody-sent-this");
        var id = (await DeadAsync("nobody-sent-this"))!.Value.Text("id");
        var visit = await VisitAsync("marketer");
        await visit.GoAsync(Deliveries);
        var row = visit.Main.Locator("tbody tr", new() { HasText = "nobody-sent-this" });
        await row.GetByRole(AriaRole.Button, new() { Name = "Try again" }).ClickAsync();
        await Expect(row).ToHaveCountAsync(0);

        // Back in the stream it is a receipt as any: tried again, given up again.
        await UntilDeadAsync("nobody-sent-this");
        Assert.NotEqual(id, (await DeadAsync("nobody-sent-this"))!.Value.Text("id"));
    }

    [Fact]
    public async Task All_dead_letters_are_replayed_with_one_click()
    {
        string[] messages = ["lost-1", "lost-2"];
        await Showcase.ReceiptAsync(
            Services, JsonSerializer.Serialize(messages.Select(message => new { vendorMessageId = message, status = "SENT" })));
        var ids = new List<string?>();
        foreach (var message in messages)
        {
            await UntilDeadAsync(message);
            ids.Add((await DeadAsync(message))!.Value.Text("id"));
        }

        var visit = await VisitAsync("marketer");
        await visit.GoAsync(Deliveries);
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Try all again" }).ClickAsync();
        await Expect(visit.Page.GetByRole(AriaRole.Status)).ToContainTextAsync("reports are being tried again");

        // Of no message still: each is given up once more, as a dead letter of its own.
        foreach (var message in messages)
        {
            await Poll.UntilAsync(
                async () => await DeadAsync(message) is { } letter && !ids.Contains(letter.Text("id")),
                "the receipt to be given up again");
        }
    }

    [Fact]
    public async Task What_cannot_be_read_is_discarded_after_a_second_click()
    {
        await Showcase.ReceiptAsync(Services, """[{"vendorMessageId":"unreadable","status":"PERHAPS"}]""");
        await Showcase.UntilDeadAsync(Services, 1);
        var visit = await VisitAsync("marketer");
        await visit.GoAsync(Deliveries);
        var row = visit.Main.Locator("tbody tr", new() { Has = visit.Page.Locator("summary") })
            .Filter(new() { HasNotText = "Try again" })
            .First;
        var rows = await visit.Main.Locator("tbody tr").CountAsync();
        await row.Locator("summary").ClickAsync();
        await row.GetByRole(AriaRole.Button, new() { Name = "Discard it" }).ClickAsync();
        await Expect(visit.Main.Locator("tbody tr")).ToHaveCountAsync(rows - 1);
    }

    [Fact]
    public async Task A_viewer_sees_dead_letters_and_can_do_nothing_to_them()
    {
        await Graph.Showcase.ReadyAsync(Services);
        var visit = await VisitAsync("viewer");
        await visit.GoAsync(Deliveries);
        await Expect(visit.Heading).ToBeVisibleAsync();
        await Expect(visit.Main.GetByRole(AriaRole.Button)).ToHaveCountAsync(0);
    }

    private async Task<JsonElement?> DeadAsync(string message)
    {
        var all = await Api.GetFromJsonAsync<JsonElement[]>("/receipts/dead?limit=500", Cancellation);
        return all!.Where(letter => letter.GetRawText().Contains(message, StringComparison.Ordinal)).Cast<JsonElement?>().FirstOrDefault();
    }

    private Task UntilDeadAsync(string message) =>
        Poll.UntilAsync(async () => await DeadAsync(message) is not null, "the receipt to be given up");
}
