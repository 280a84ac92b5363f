using System.Text.Json;
using Microsoft.Data.Sqlite;
using Microsoft.Playwright;
using XenoCrm.SystemTests.Graph;
using XenoCrm.Tests.Support;

namespace XenoCrm.SystemTests.Pages;

/// <summary>
/// What the pictures show: the sample shop, as its button loads it, with an autumn's campaigns, one of which is being sent. A campaign
/// begins when it is launched, so the earlier ones are dated back in the store.
/// </summary>
internal static class PictureShop
{
    private const string Everybody = """{"$everyone":true}""";

    private static readonly (string Name, string Rule, string Message, int DaysAgo)[] Campaigns =
    [
        ("Hello, autumn", Everybody, "Hi {{firstName|there}}, the new season is here. Come and see.", 24),
        ("Rainy days in Köln and Berlin", """{"city":{"$in":["Köln","Berlin"]}}""",
            "Hi {{firstName|there}}, it rains in {{city|your city}} again. Umbrellas are 20 % off until Sunday.", 19),
        ("Gold members first", """{"attributes.plan":"gold","orderCount":{"$gte":2}}""",
            "{{firstName|Hello}}, the winter sale opens for you one day before everybody else.", 13),
        ("Newsletter, November", """{"tags":"newsletter"}""", "Hi {{firstName|there}}, what is new this month: three things.", 8),
        ("We miss you", """{"lastOrderAt":{"$lt":{"$ago":"90d"}},"totalSpend":{"$gt":100}}""",
            "Hi {{firstName|there}}, we have not seen you for a while. Here is 10 % off your next order.", 3),
    ];

    public static async Task<Showcase> MakeAsync(ServiceGraph services, Visit visit, string store)
    {
        await visit.GoAsync("/");
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Load the sample shop" }).ClickAsync();
        await Assertions.Expect(visit.Main.GetByRole(AriaRole.Link, new() { Name = "1,000 customers" })).ToBeVisibleAsync();

        var (segment, campaign) = ("", "");
        foreach (var (name, rule, message, daysAgo) in Campaigns)
        {
            (segment, campaign) = await Showcase.LaunchAsync(services, name, message, rule);
            await services.UntilAsync(campaign, one => one.Status == "completed", $"{name} to complete");
            await DateBackAsync(store, segment, campaign, TimeSpan.FromDays(daysAgo));
        }

        await Showcase.ReceiptAsync(services, """[{"vendorMessageId":"018f-unknown","status":"FAILED","reason":"mailbox full"}]""");
        await Showcase.UntilDeadAsync(services, 1);
        var import = await Showcase.ImportAsync(services.Client, "Porto");
        var best = await services.Client.GetFromJsonAsync<JsonElement>("/customers?limit=1&sort=-totalSpend");

        var draft = await Showcase.DraftAsync(services, segment, campaign, """{"orderCount":{"$gte":1}}""");

        // Some receipts are on their way for as long as the pictures take.
        await services.SetFaultsAsync(new { late = new { rate = 0.4, by = "01:00:00" } });
        var (_, running) = await Showcase.LaunchAsync(
            services, "Black Friday", "Hi {{firstName|there}}, today only: everything 25 % off.", Everybody);
        await services.UntilAsync(running, one => one.Stats.Sent > 500, "most of it to arrive");
        return new Showcase
        {
            CustomerId = best[0].Text("id")!,
            ImportId = import,
            SegmentId = segment,
            CampaignId = campaign,
            DraftId = draft,
            UnsubscribePath = await Showcase.FindLinkAsync(services.Client, Everybody),
        };
    }

    private static async Task DateBackAsync(string store, string segment, string campaign, TimeSpan by)
    {
        await using var connection = new SqliteConnection($"Data Source={store};Pooling=False");
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = """
            UPDATE segments SET created_at = created_at - $by WHERE id = $segment;
            UPDATE campaigns SET created_at = created_at - $by, completed_at = completed_at - $by WHERE id = $campaign;
            UPDATE log SET created_at = created_at - $by, updated_at = updated_at - $by WHERE campaign_id = $campaign;
            """;
        command.Parameters.AddWithValue("$by", (long)by.TotalMilliseconds);
        command.Parameters.AddWithValue("$segment", segment);
        command.Parameters.AddWithValue("$campaign", campaign);
        await command.ExecuteNonQueryAsync();
    }
}
