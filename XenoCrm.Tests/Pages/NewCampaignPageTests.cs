using System.Net;
using System.Text.RegularExpressions;
using XenoCrm.Core.Account;
using XenoCrm.Core.Campaigns;
using XenoCrm.Tests.Support;

namespace XenoCrm.Tests.Pages;

public sealed partial class NewCampaignPageTests : IAsyncLifetime
{
    private const string Path = "/app/campaigns/new";

    private readonly ApiServer api = new();
    private HttpClient client = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        client = await api.SignedInAsync();
        object[] people =
        [
            new { id = "a", name = "Asha Rao", email = "asha@example.com", city = "Pune" },
            new { id = "b", name = "Ben Ode", email = "ben@example.com", city = "Pune", unsubscribed = true },
            new { id = "c", name = "Chitra Iyer", email = "chitra@example.com" },
        ];
        (await client.PostAsJsonAsync("/customers/bulk", people, Cancellation)).EnsureSuccessStatusCode();
    }

    public ValueTask DisposeAsync()
    {
        client.Dispose();
        api.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Without_a_script_the_first_step_counts_and_shows_and_the_second_sends()
    {
        var first = await PageAsync(Fields());
        Assert.Contains("data-of=\"count\">3<", first, StringComparison.Ordinal);
        Assert.Contains("1 cannot: 1 unsubscribed, 0 no address", first, StringComparison.Ordinal);
        Assert.Contains("Hi Asha of Pune", first, StringComparison.Ordinal);
        Assert.Contains("Hi Chitra of your city", first, StringComparison.Ordinal);
        Assert.Contains("the most missing", first, StringComparison.Ordinal);
        Assert.Empty(await CampaignsAsync());

        using var sent = await PostAsync(Fields(("act", "send"), ("people", Value(first, "people")), ("key", Value(first, "key"))));

        Assert.Equal(HttpStatusCode.Found, sent.StatusCode);
        var campaign = Assert.Single(await CampaignsAsync());
        Assert.Equal($"/app/campaigns/{campaign}", sent.Headers.Location?.ToString());
    }

    [Fact]
    public async Task A_sentence_becomes_the_rule()
    {
        var html = await PageAsync(Fields(("rule", ""), ("prompt", "customers from Pune"), ("act", "read")));
        Assert.Contains("{\"city\":\"Pune\"}", WebUtility.HtmlDecode(html), StringComparison.Ordinal);
        Assert.Contains("Customers whose city is “Pune”.", WebUtility.HtmlDecode(html), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("name", "The campaign")]
    [InlineData("segmentName", "The segment")]
    public async Task A_name_that_is_too_long_is_not_cut_but_refused_with_the_limit(string field, string name)
    {
        var html = await FaultyAsync(Fields((field, name.PadRight(201, '!')), ("act", "draft")));
        Assert.Contains("This has 201 characters; 200 is the most. Shorten it.", html, StringComparison.Ordinal);
        Assert.DoesNotMatch($"name=\"{field}\"[^>]*maxlength", html);
        Assert.Empty(await CampaignsAsync());
    }

    [Fact]
    public async Task A_sentence_that_cannot_be_read_leaves_the_conditions_and_says_that_they_and_the_count_are_the_old_ones()
    {
        var html = await FaultyAsync(Fields(("prompt", "customers who frobnicate"), ("act", "read")));
        Assert.Contains("{\"$everyone\":true}</textarea>", html, StringComparison.Ordinal);
        Assert.Contains("data-of=\"count\">3<", html, StringComparison.Ordinal);
        Assert.Contains("The conditions below are still those from before", html, StringComparison.Ordinal);
        Assert.Contains("Counted for the conditions above, not for the sentence.", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_last_look_says_by_which_way_and_from_whom_it_goes()
    {
        Assert.Contains(
            "By e-mail, and by SMS to whoever has no e-mail address; both through the delivery service at localhost",
            await PageAsync(Fields()),
            StringComparison.Ordinal);
        Assert.Matches(
            "data-confirm-way[^>]*>By e-mail, through the delivery service at localhost", await PageAsync(Fields(("channel", "email"))));

        using var own = new ApiServer(
        [
            new("Vendors:Email:Kind", "Smtp"), new("Vendors:Email:Smtp:Host", "mail.example.com"),
            new("Vendors:Email:Smtp:From", "Shop <news@shop.example>"),
        ]);
        using var marketer = await own.SignedInAsync();
        var html = WebUtility.HtmlDecode(await marketer.GetStringAsync(Path, Cancellation));
        Assert.Contains("It is also the subject of the e-mails.", html, StringComparison.Ordinal);
        Assert.Contains(
            "By e-mail, from Shop <news@shop.example>, through the mail server mail.example.com. By SMS to whoever", html,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_last_look_says_who_had_another_message_lately_and_leaves_them_out()
    {
        Assert.Contains("None of them got another message in the", await PageAsync(Fields()), StringComparison.Ordinal);
        await PostAsync(Fields(("rule", """{"city":"Pune"}"""), ("name", "To Pune"), ("act", "send"), ("people", "1")));
        var first = Assert.Single(await CampaignsAsync());
        await Poll.UntilAsync(
            async () => (await client.GetFromJsonAsync<System.Text.Json.JsonElement>($"/campaigns/{first}", Cancellation))
                .GetProperty("stats").Int("audience") == 1,
            "the first to have its recipient");

        var look = WebUtility.HtmlDecode(await PageAsync(Fields(("key", "page-1"))));
        Assert.Matches("value=\"1\">1</data> of them</strong>\\s+got another message in the last 7 days", look);
        Assert.Contains("“To Pune”", look, StringComparison.Ordinal);
        using var part = await PostAsync(Fields(), "/recent");
        Assert.Contains(first, await part.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);

        var without = await PageAsync(Fields(("key", "page-1"), ("withoutRecent", "true")));
        Assert.Equal("1", Value(without, "people"));
        Assert.Matches($"value=\"{first}\"\\s+checked", without);
        Assert.Contains("None of them got another message in the", without, StringComparison.Ordinal);

        // A draft says the same.
        using var kept = await PostAsync(Fields(("key", "page-2"), ("act", "draft")));
        var people = await client.GetStringAsync($"{kept.Headers.Location}/people", Cancellation);
        Assert.Contains("got another message in the last 7 days", people, StringComparison.Ordinal);
        var draft = await client.GetStringAsync(kept.Headers.Location, Cancellation);
        Assert.Contains("through the delivery service at localhost", draft, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Words_that_are_not_understood_are_told_at_the_sentence_with_what_was_typed()
    {
        var html = await FaultyAsync(Fields(("rule", ""), ("prompt", "customers who frobnicate"), ("act", "read")));
        Assert.Contains("“frobnicate” is not understood", html, StringComparison.Ordinal);
        Assert.Contains("value=\"customers who frobnicate\"", html, StringComparison.Ordinal);
        Assert.Contains("No conditions are set.", html, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("rule", "{\"shoe\":1}", "$.shoe: There is no such field")]
    [InlineData("rule", "{\"city\":\"Atlantis\"}", "Nobody matches.")]
    [InlineData("message", "Hi {{nick}}", "{{nick}} at character 4 is no placeholder")]
    [InlineData("message", "Hi {{naem}}", "{{naem}} at character 4 is no placeholder. Did you mean {{name}}?")]
    [InlineData("message", " ", "Write what they are to read.")]
    [InlineData("name", "", "Give the campaign a name")]
    [InlineData("at", "2020-01-01T09:00", "This time is over.")]
    [InlineData("at", "soon", "was expected")]
    [InlineData("throttle", "many", "Give a number of messages a minute")]
    public async Task A_form_that_is_wrong_is_shown_again_with_the_fault_at_its_field(string field, string value, string fault)
    {
        var html = await FaultyAsync(Fields((field, value), ("act", "send"), ("people", "2")));
        Assert.Contains(fault, html, StringComparison.Ordinal);
        Assert.Matches($"<(input|textarea)[^>]*name=\"{field}\"[^>]*aria-invalid=\"true\"", html);
        Assert.Empty(await CampaignsAsync());
    }

    [Fact]
    public async Task It_is_kept_as_a_draft_gone_on_with_and_scheduled()
    {
        using var kept = await PostAsync(Fields(("act", "draft"), ("at", "2126-12-01T09:00"), ("throttle", "600")));
        var page = kept.Headers.Location!.ToString();
        var draft = Assert.Single(await CampaignsAsync());
        Assert.Equal($"/app/campaigns/{draft}", page);
        var shown = await client.GetStringAsync(page, Cancellation);
        Assert.Contains("nothing is sent before you send it", shown, StringComparison.Ordinal);
        Assert.Contains("At most 600 messages a minute.", shown, StringComparison.Ordinal);

        var again = await client.GetStringAsync($"{Path}?draft={draft}", Cancellation);
        Assert.Equal(draft, Value(again, "draft"));
        Assert.Contains("type=\"datetime-local\" value=\"2126-12-01T09:00\"", again, StringComparison.Ordinal);
        Assert.Contains("maxlength=\"9\" value=\"600\"", again, StringComparison.Ordinal);
        var fields = Fields(("draft", draft), ("at", "2126-12-02T10:00"), ("name", "Second"));
        var look = await PageAsync(fields);
        Assert.Contains("begins on 2126-12-02 10:00", look, StringComparison.Ordinal);
        foreach (var (name, value) in (ReadOnlySpan<(string, string)>)[("act", "send"), ("people", Value(look, "people"))])
        {
            fields[name] = value;
        }

        // Two clicks, too.
        using var sent = await PostAsync(fields);
        using var twice = await PostAsync(fields);
        Assert.Equal(page, sent.Headers.Location?.ToString());
        Assert.Equal(page, twice.Headers.Location?.ToString());
        var campaign = await client.GetFromJsonAsync<System.Text.Json.JsonElement>($"/campaigns/{draft}", Cancellation);
        Assert.Equal(
            ("Second", "scheduled", "2126-12-02T10:00:00Z"),
            (campaign.Text("name"), campaign.Text("status"), campaign.Text("startsAt")));
    }

    [Fact]
    public async Task What_a_draft_of_the_API_says_that_the_page_cannot_make_is_kept()
    {
        using var made = await client.PostAsJsonAsync(
            "/campaigns",
            new
            {
                name = "Hello",
                rule = new Dictionary<string, bool> { ["$everyone"] = true },
                message = "Hi",
                exclude = new { rules = new[] { new { city = "Pune" } } },
                transactional = true,
            },
            Cancellation);
        var id = (await made.JsonAsync()).Text("id")!;
        var html = WebUtility.HtmlDecode(await client.GetStringAsync($"{Path}?draft={id}", Cancellation));
        Assert.Contains("name=\"withoutRules\" value=\"{\"city\":\"Pune\"}\" checked", html, StringComparison.Ordinal);
        Assert.Contains("name=\"transactional\" value=\"true\" checked", html, StringComparison.Ordinal);
        using var kept = await PostAsync(Fields(
            ("act", "draft"), ("draft", id), ("withoutRules", """{"city":"Pune"}"""), ("transactional", "true")));
        Assert.Equal(HttpStatusCode.Found, kept.StatusCode);
        var plan = (await client.GetFromJsonAsync<System.Text.Json.JsonElement>($"/campaigns/{id}", Cancellation)).GetProperty("plan");
        Assert.True(plan.GetProperty("transactional").GetBoolean());
        Assert.Equal("""{"city":"Pune"}""", plan.GetProperty("exclude").GetProperty("rules")[0].GetRawText());
    }

    [Fact]
    public async Task Who_is_left_out_is_not_among_the_people_that_it_asks_to_send_to()
    {
        using var answer = await client.PostAsJsonAsync(
            "/segments", new { name = "Of Pune", rule = new { city = "Pune" }, send = false }, Cancellation);
        var segment = (await answer.JsonAsync()).Text("segmentId")!;
        var look = await PageAsync(Fields(("withoutSegments", segment)));
        Assert.Equal("1", Value(look, "people"));
        using var sent = await PostAsync(Fields(("withoutSegments", segment), ("act", "send"), ("people", "1")));
        var id = sent.Headers.Location!.ToString().Split('/')[^1];
        await Poll.UntilAsync(
            async () => (await client.GetFromJsonAsync<System.Text.Json.JsonElement>($"/campaigns/{id}", Cancellation))
                .GetProperty("stats").Int("audience") == 1,
            "the campaign to have started");
    }

    [Fact]
    public async Task The_last_look_without_a_script_says_who_would_not_get_it_at_once()
    {
        using var capped = await client.PatchAsJsonAsync(
            "/account", new { frequencyCaps = new[] { new { messages = 1, days = 366 } } }, Cancellation);
        capped.EnsureSuccessStatusCode();
        await PostAsync(Fields(("act", "send"), ("people", "2")));
        var first = Assert.Single(await CampaignsAsync());
        var contacts = api.Services.GetRequiredService<IContactStore>();
        await Poll.UntilAsync(
            async () => (await contacts.FindCappedAsync(
                ["a", "c"], [new FrequencyCap { Messages = 1, Days = 366 }], TimeProvider.System.GetUtcNow(), Cancellation)).Count == 2,
            "both to have had one");

        var look = await PageAsync(Fields(("key", "page-1")));
        Assert.Contains("2 of them have had enough messages for now and would be skipped.", look, StringComparison.Ordinal);
        var forAll = await PageAsync(Fields(("key", "page-1"), ("transactional", "true")));
        Assert.DoesNotContain("would be skipped", forAll, StringComparison.Ordinal);
        Assert.Contains($"value=\"{first}\"", look, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_clicks_are_one_campaign()
    {
        var fields = Fields(("act", "send"), ("people", "2"), ("key", "page-1"));
        var both = await Task.WhenAll(PostAsync(fields), PostAsync(fields));
        Assert.All(both, answer => Assert.Equal(HttpStatusCode.Found, answer.StatusCode));
        Assert.Equal(both[0].Headers.Location, both[1].Headers.Location);
        Assert.Single(await CampaignsAsync());
    }

    [Fact]
    public async Task A_page_that_has_sent_already_says_so_instead_of_sending_another_campaign()
    {
        using var first = await PostAsync(Fields(("act", "send"), ("people", "2"), ("key", "page-1")));
        var html = await FaultyAsync(Fields(("act", "send"), ("people", "2"), ("key", "page-1"), ("message", "Hello again")));
        Assert.Contains("This page has sent a campaign already", html, StringComparison.Ordinal);
        Assert.NotEqual("page-1", Value(html, "key"));
        Assert.Single(await CampaignsAsync());
    }

    [Fact]
    public async Task Nothing_is_sent_to_another_number_of_people_than_was_shown()
    {
        var html = await FaultyAsync(Fields(("act", "send"), ("people", "1")));
        Assert.Contains("The number of people has changed", html, StringComparison.Ordinal);
        Assert.Equal("2", Value(html, "people"));
        Assert.Empty(await CampaignsAsync());
    }

    [Fact]
    public async Task It_begins_with_a_segment_or_with_a_rule_or_with_a_sentence()
    {
        var answer = await client.PostAsJsonAsync(
            "/segments", new { name = "Of Pune", rule = new { city = "Pune" }, message = "Hi" }, Cancellation);
        var segment = (await answer.JsonAsync()).GetProperty("segmentId").GetString();
        string[] queries = [$"segment={segment}", "rule=%7B%22city%22%3A%22Pune%22%7D", "prompt=customers%20from%20Pune"];
        foreach (var query in queries)
        {
            var html = WebUtility.HtmlDecode(await client.GetStringAsync($"{Path}?{query}", Cancellation));
            Assert.Contains("{\"city\":\"Pune\"}</textarea>", html, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_message_is_shown_for_people_of_the_audience_while_it_is_typed()
    {
        using var answer = await PostAsync(Fields(), "/message");
        var html = await answer.Content.ReadAsStringAsync(Cancellation);
        Assert.DoesNotContain("<html", html, StringComparison.Ordinal);
        Assert.Contains("Hi Chitra of your city", html, StringComparison.Ordinal);
        Assert.Contains("GSM-7", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_may_not_send_has_no_such_page()
    {
        using var viewer = await api.SignedInAsync("vic@example.com", "viewer");
        using var answer = await viewer.GetAsync(Path, Cancellation);
        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.Equal("text/html", answer.Content.Headers.ContentType?.MediaType);
    }

    private static Dictionary<string, string> Fields(params (string Name, string Value)[] others)
    {
        var fields = new Dictionary<string, string>
        {
            ["key"] = "page-0",
            ["rule"] = """{"$everyone":true}""",
            ["name"] = "Hello",
            ["message"] = "Hi {{firstName}} of {{city|your city}}",
        };
        foreach (var (name, value) in others)
        {
            fields[name] = value;
        }

        return fields;
    }

    private Task<HttpResponseMessage> PostAsync(Dictionary<string, string> fields, string part = "") =>
        client.SubmitAsync(Path + part, [.. fields.Select(field => (field.Key, field.Value))]);

    private async Task<string> PageAsync(Dictionary<string, string> fields)
    {
        using var answer = await PostAsync(fields);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return await answer.Content.ReadAsStringAsync(Cancellation);
    }

    private async Task<string> FaultyAsync(Dictionary<string, string> fields)
    {
        using var answer = await PostAsync(fields);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        return WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync(Cancellation));
    }

    private async Task<string[]> CampaignsAsync()
    {
        var list = await (await client.GetAsync("/campaigns", Cancellation)).JsonAsync();
        return [.. list.EnumerateArray().Select(campaign => campaign.GetProperty("id").GetString()!)];
    }

    private static string Value(string html, string name) =>
        Field().Matches(html).First(field => field.Groups["name"].Value == name).Groups["value"].Value;

    [GeneratedRegex("<input type=\"hidden\" name=\"(?<name>[^\"]+)\" value=\"(?<value>[^\"]*)\"")]
    private static partial Regex Field();
}
