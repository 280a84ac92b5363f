using System.Net;
using System.Text;
using System.Text.Json;
using XenoCrm.Core.Rules;
using XenoCrm.Core.Segments;
using XenoCrm.Data.Sqlite;
using XenoCrm.Tests.Rules;
using XenoCrm.Tests.Support;

namespace XenoCrm.Tests.Segments;

public sealed class SegmentEndpointTests : IAsyncLifetime
{
    private readonly ApiServer api = new();
    private HttpClient client = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private SqliteDatabase Database => api.Services.GetRequiredService<SqliteDatabase>();

    public async ValueTask InitializeAsync() => client = await api.SignedInAsync();

    public ValueTask DisposeAsync()
    {
        client.Dispose();
        api.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task A_preview_counts_and_shows_whom_a_rule_selects()
    {
        await Database.AddAsync(RuleMeanings.Cast);

        var preview = await PreviewAsync("""{"rule":{"$everyone":true}}""");

        Assert.Equal(3, preview.GetProperty("count").GetInt64());
        Assert.Equal(1, preview.GetProperty("reachable").GetInt64());
        Assert.Equal("""{"unsubscribed":1,"suppressed":0,"noAddress":1}""", preview.GetProperty("unreachable").GetRawText());
        Assert.Equal(
            ["ada", "bob", "eve"],
            preview.GetProperty("sample").EnumerateArray().Select(customer => customer.GetProperty("id").GetString()));
    }

    [Fact]
    public async Task A_preview_shows_a_customer_as_the_customers_list_does()
    {
        var ada = RuleMeanings.Cast[0];
        await Database.AddAsync(
            [ada with { TotalSpend = 999.9m,
                Attributes = ada.Attributes.Where(pair => pair.Value.Text?.All(char.IsAscii) ?? true).ToDictionary() }]);

        var customer = (await PreviewAsync("""{"rule":{"city":"london"}}""")).GetProperty("sample")[0];

        Assert.Equal(
            """
            {"id":"ada","name":"Ada Lovelace","email":"Ada@Example.com","phone":"+44 (20) 7946 0018","phoneE164":"+442079460018","city":"London","country":"United Kingdom","tags":["VIP","early bird"],"attributes":{"plan":"Gold","seats":12,"trial":false,"since":"2026-01-01","loyalty":9007199254740993},"createdAt":"2025-01-01T00:00:00Z","unsubscribed":false,"totalSpend":999.9,"orderCount":3,"averageOrderValue":333.3,"firstOrderAt":"2025-01-10T12:00:00Z","lastOrderAt":"2026-04-02T00:00:00Z","timeZone":null}
            """,
            customer.GetRawText());
    }

    [Fact]
    public async Task A_preview_shows_at_most_five()
    {
        await Database.AddAsync(Enumerable.Range(0, 7).Select(i => RuleMeanings.Cast[1] with { Id = $"b{i}" }));
        var preview = await PreviewAsync("""{"rule":{"orderCount":0}}""");
        Assert.Equal(7, preview.GetProperty("count").GetInt64());
        Assert.Equal(5, preview.GetProperty("sample").GetArrayLength());
    }

    [Fact]
    public async Task A_preview_of_nobody_is_no_error()
    {
        var preview = await PreviewAsync("""{"rule":{"city":"Atlantis"}}""");
        Assert.Equal(
            """{"count":0,"reachable":0,"unreachable":{"unsubscribed":0,"suppressed":0,"noAddress":0},"sample":[]}""",
            preview.GetRawText());
    }

    [Fact]
    public async Task Segments_are_listed_newest_first_with_a_cursor_to_the_next_page()
    {
        await Database.AddAsync([Segment(1), Segment(2), Segment(3)]);

        var first = await client.GetAsync("/segments?limit=2", Cancellation);
        var next = Assert.Single(first.Headers.GetValues("X-Next-Cursor"));
        var second = await client.GetAsync($"/segments?limit=2&cursor={next}", Cancellation);

        Assert.Equal(["s3", "s2"], await NamesAsync(first));
        Assert.Equal(["s1"], await NamesAsync(second));
        Assert.False(second.Headers.Contains("X-Next-Cursor"));
    }

    [Fact]
    public async Task A_segment_has_its_rule_in_canonical_form()
    {
        await Database.AddAsync(
            [Segment(1) with { Rule = RuleJson.Parse("""{"visits":{"$gte":3},"totalSpend":200}"""), Prompt = "good customers" }]);
        var segment = await client.GetStringAsync($"/segments/{Segment(1).Id}", Cancellation);
        Assert.Equal(
            """{"id":"0199a000-0000-7000-8000-000000000001","name":"s1","rule":{"orderCount":{"$gte":3},"totalSpend":{"$gte":200}},"prompt":"good customers","createdBy":"mara@example.com","createdAt":"2026-07-01T00:00:00Z","audience":1,"archived":false}""",
            segment);
    }

    private static Segment Segment(int number) => new(
        $"0199a000-0000-7000-8000-{number:D12}", $"s{number}", new Everyone(), Prompt: null, "mara@example.com", RuleMeanings.Now,
        Audience: number);

    private static async Task<IEnumerable<string?>> NamesAsync(HttpResponseMessage answer) =>
        (await answer.Content.ReadFromJsonAsync<JsonElement>(Cancellation))
            .EnumerateArray()
            .Select(segment => segment.GetProperty("name").GetString());

    private async Task<JsonElement> PreviewAsync(string body)
    {
        var answer = await client.PostAsync("/segments/preview", new StringContent(body, Encoding.UTF8, "application/json"), Cancellation);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return await answer.Content.ReadFromJsonAsync<JsonElement>(Cancellation);
    }
}
