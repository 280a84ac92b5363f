using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using XenoCrm.SystemTests.Graph;
using XenoCrm.Tests.Support;

namespace XenoCrm.SystemTests.Pages;

/// <summary>
/// A shop with something of everything for a page to show: people with orders, tags and attributes, some of whom cannot be reached, a
/// name of 200 characters, one from right to left and one with an emoji; an import with faulty rows; a campaign that has ended
/// with failures; receipts that were given up.
/// </summary>
internal sealed class Showcase
{
    public const string City = "Showcase";
    private const string OfCity = $$"""{"city":"{{City}}"}""";

    public string CustomerId { get; init; } = "show-0";

    private const string LongName = "Maximilian";

    private static readonly string[] FirstNames =
        ["Asha", "Ben", "Chitra", "Dev", "Esha", "Farid", "Gita", "Hari", "Indira", "Jaya", "Kiran", "Leela", "Mohan", "Nila", "Omar"];

    private static readonly string[] LastNames = ["Rao", "Ode", "Iyer", "Shah", "Menon", "Das", "Kapoor"];

    private readonly Lock gate = new();
    private Task? made;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public string ImportId { get; set; } = "";

    public string SegmentId { get; set; } = "";

    public string CampaignId { get; set; } = "";

    /// <summary>A campaign that was kept as a draft.</summary>
    public string DraftId { get; set; } = "";

    /// <summary>Somebody's link out of a message.</summary>
    public string UnsubscribePath { get; set; } = "";

    /// <summary>Makes it, once.</summary>
    public Task ReadyAsync(ServiceGraph services)
    {
        lock (gate)
        {
            return made ??= MakeAsync(services);
        }
    }

    private async Task MakeAsync(ServiceGraph services)
    {
        var now = TimeProvider.System.GetUtcNow();
        await PostAsync(services.Client, "/customers/bulk", Enumerable.Range(0, 120).Select(i => Customer(i, now)));
        await PostAsync(services.Client, "/orders/bulk", Enumerable.Range(0, 240).Select(i => new
        {
            id = $"show-order-{i}",
            customerId = $"show-{i % 97}",
            amount = 200 + (i * 37 % 900),
            placedAt = now.AddDays(-(i * 3 % 400)).AddHours(-(i % 24)),
        }));
        ImportId = await ImportAsync(services.Client, City);

        (SegmentId, CampaignId) = await LaunchAsync(services, "Diwali win-back", "Hi {{firstName}}, we miss you in {{city|your city}}");
        await services.UntilAsync(CampaignId, campaign => campaign.Status == "completed", "the showcase's campaign to complete");
        DraftId = await DraftAsync(services, SegmentId, CampaignId, OfCity);
        await ReceiptAsync(services, """[{"status":"SENT","recipient":"somebody@example.com"}]""");
        await ReceiptAsync(services, """[{"vendorMessageId":"018f-unknown","status":"FAILED","reason":"mailbox full"}]""");
        await UntilDeadAsync(services, 2);
        UnsubscribePath = await FindLinkAsync(services.Client, OfCity);
    }

    /// <summary>The link to unsubscribe of somebody whom the rule selects.</summary>
    public static async Task<string> FindLinkAsync(HttpClient client, string rule)
    {
        using var message = new FormUrlEncodedContent([new("rule", rule), new("message", "{{unsubscribeUrl}}")]);
        using var answer = await client.PostAsync("/app/campaigns/new/message", message, Cancellation);
        var link = Regex.Match(await answer.Content.ReadAsStringAsync(Cancellation), "/unsubscribe/[A-Za-z0-9_-]+");
        Assert.True(link.Success, $"{answer.StatusCode}");
        return link.Value;
    }

    /// <summary>Waits until there are so many dead letters.</summary>
    public static Task UntilDeadAsync(ServiceGraph services, int count) => Poll.UntilAsync(
        async () => (await services.Client.GetFromJsonAsync<JsonElement>("/receipts/dead", Cancellation)).GetArrayLength() >= count,
        "the receipts to be given up");

    /// <param name="services">Where.</param>
    /// <param name="name">The segment's, and the campaign's.</param>
    /// <param name="message">What is sent.</param>
    /// <param name="rule">Whom to, as JSON; the showcase's city by default.</param>
    public static async Task<(string Segment, string Campaign)> LaunchAsync(
        ServiceGraph services, string name, string message, string rule = OfCity)
    {
        var answer = await PostAsync(
            services.Client,
            "/segments",
            new { name, message, rule = JsonSerializer.Deserialize<JsonElement>(rule), campaignName = name });
        return (answer.Text("segmentId")!, answer.Text("campaignId")!);
    }

    /// <summary>A draft with all that one can have.</summary>
    /// <param name="services">Where.</param>
    /// <param name="withoutSegment">Who is in it is left out.</param>
    /// <param name="withoutCampaign">Who got it is left out.</param>
    /// <param name="rule">Whom it is for, as JSON.</param>
    public static async Task<string> DraftAsync(ServiceGraph services, string withoutSegment, string withoutCampaign, string rule)
    {
        var draft = await PostAsync(services.Client, "/campaigns", new
        {
            name = "Happy new year",
            rule = JsonSerializer.Deserialize<JsonElement>(rule),
            message = "Happy new year, {{firstName|dear friend}}, and greetings to {{city|your city}}!",
            exclude = new { segments = new[] { withoutSegment }, campaigns = new[] { withoutCampaign } },
            schedule = new { at = "2099-12-31T09:00", zone = "Europe/Berlin" },
            throttle = 600,
        });
        return draft.Text("id")!;
    }

    /// <summary>What the vendor would tell, signed as it signs.</summary>
    public static async Task ReceiptAsync(ServiceGraph services, string body)
    {
        var (id, at) = (Guid.NewGuid().ToString("N"), TimeProvider.System.GetUtcNow().ToUnixTimeSeconds());
        var signed = string.Create(CultureInfo.InvariantCulture, $"{id}.{at}.{body}");
        var signature = HMACSHA256.HashData(Encoding.UTF8.GetBytes(DistributedServices.Secret), Encoding.UTF8.GetBytes(signed));
        using var request = new HttpRequestMessage(HttpMethod.Post, "/vendor/receipt")
        {
            Content = new StringContent(body, Encoding.UTF8, "application/json"),
        };
        request.Headers.Add("webhook-id", id);
        request.Headers.Add("webhook-timestamp", at.ToString(CultureInfo.InvariantCulture));
        request.Headers.Add("webhook-signature", "v1," + Convert.ToBase64String(signature));
        using var answer = await services.Client.SendAsync(request, Cancellation);
        answer.EnsureSuccessStatusCode();
    }

    public static async Task<JsonElement> PostAsync(HttpClient client, string path, object body)
    {
        using var answer = await client.PostAsJsonAsync(path, body, Cancellation);
        Assert.True(answer.IsSuccessStatusCode, $"{answer.StatusCode} {await answer.Content.ReadAsStringAsync(Cancellation)}");
        return await answer.JsonAsync();
    }

    /// <summary>A file of 40 rows, a few of which are faulty.</summary>
    /// <returns>The import's id.</returns>
    public static async Task<string> ImportAsync(HttpClient client, string city)
    {
        var csv = string.Join(
            '\n',
            Enumerable.Range(0, 40).Select(i => i % 8 == 5
                ? $"imported-{i},,no address,{city},tomorrow"
                : $"imported-{i},{FirstNames[i % 15]} Import,imported-{i}@example.com,{city},2025-03-0{1 + (i % 9)}"));
        using var body = new StringContent("id,name,email,city,createdAt\n" + csv, Encoding.UTF8, new MediaTypeHeaderValue("text/csv"));
        using var answer = await client.PostAsync("/customers/import", body, Cancellation);
        var id = (await answer.JsonAsync()).Text("importId")!;
        await Poll.UntilAsync(
            async () => (await client.GetFromJsonAsync<JsonElement>($"/imports/{id}", Cancellation)).Text("status") != "running",
            "the import to end");
        return id;
    }

    private static object Customer(int i, DateTimeOffset now) => new
    {
        id = $"show-{i}",
        name = i switch
        {
            1 => string.Join(' ', Enumerable.Repeat(LongName, 18)),
            2 => "محمد بن سلمان",
            3 => "Zoë 🎉 O’Brien",
            _ => $"{FirstNames[i % 15]} {LastNames[i % 7]}",
        },
        email = i % 11 == 7 ? null : string.Create(CultureInfo.InvariantCulture, $"show-{i}@example.com"),
        phone = i % 11 == 7 ? null : string.Create(CultureInfo.InvariantCulture, $"+91 98200 {10000 + i}"),
        city = City,
        country = i % 3 == 0 ? "India" : "Germany",
        tags = i % 4 == 0 ? new[] { "vip", "newsletter" } : [],
        attributes = new Dictionary<string, object> { ["plan"] = i % 2 == 0 ? "gold" : "silver", ["points"] = i * 10 },
        createdAt = now.AddDays(-500 + i),
        unsubscribed = i % 13 == 4,
    };
}
