using System.Net;
using System.Text;
using System.Text.Json;
using XenoCrm.Core.Account;
using XenoCrm.Tests.Support;

namespace XenoCrm.Tests.Account;

/// <summary>The account's settings over HTTP: the configuration, and what an admin has set over it.</summary>
public sealed class AccountEndpointTests : IAsyncLifetime
{
    private readonly ApiServer api = new(new Dictionary<string, string?>
    {
        ["Account:TimeZone"] = "Asia/Kolkata",
        ["Account:Currency"] = "INR",
        ["Account:Country"] = "IN",
        ["Account:FrequencyCaps:0:Messages"] = "3",
        ["Account:FrequencyCaps:0:Days"] = "7",
        ["Account:QuietHours:From"] = "21:00",
        ["Account:QuietHours:To"] = "08:00",
    });

    private HttpClient admin = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private AccountOptions Current => api.Services.GetRequiredService<AccountSettings>().Current;

    public async ValueTask InitializeAsync() => admin = await api.SignedInAsync("mara@example.com");

    public ValueTask DisposeAsync()
    {
        admin.Dispose();
        api.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task The_configuration_holds_until_something_is_set()
    {
        const string zone = "\"timeZone\":\"Asia/Kolkata\",\"currency\":\"INR\"";
        const string rest = "\"frequencyCaps\":[{\"messages\":3,\"days\":7}],\"quietHours\":{\"from\":\"21:00\",\"to\":\"08:00\"}";
        Assert.Equal(
            $"{{{zone},\"country\":\"IN\",{rest},\"set\":[],\"configured\":{{{zone},{rest}}}}}",
            await admin.GetStringAsync("/account", Cancellation));
    }

    [Fact]
    public async Task What_is_set_holds_at_once_and_none_is_not_the_configurations()
    {
        var account = await ChangeAsync("""{"timeZone":"Europe/Berlin","quietHours":null,"frequencyCaps":[],"currency":null}""");
        Assert.Equal("""["timeZone","currency","frequencyCaps","quietHours"]""", account.GetProperty("set").GetRawText());
        Assert.Equal("Europe/Berlin", account.Text("timeZone"));
        Assert.Equal(JsonValueKind.Null, account.GetProperty("quietHours").ValueKind);
        Assert.Equal("INR", account.GetProperty("configured").Text("currency"));
        Assert.Equal(
            ("Europe/Berlin", null, 0, null), (Current.TimeZone, Current.Currency, Current.FrequencyCaps.Count, Current.QuietHours));
    }

    [Fact]
    public async Task A_change_leaves_what_it_does_not_name_and_reset_goes_back()
    {
        await ChangeAsync("""{"frequencyCaps":[{"messages":1,"days":1},{"messages":4,"days":30}],"timeZone":"UTC"}""");
        var account = await ChangeAsync("""{"currency":"EUR","reset":["timeZone"]}""");
        Assert.Equal("""["currency","frequencyCaps"]""", account.GetProperty("set").GetRawText());
        Assert.Equal(("Asia/Kolkata", "EUR", 2), (Current.TimeZone, Current.Currency, Current.FrequencyCaps.Count));
        account = await ChangeAsync("""{"reset":["currency","frequencyCaps","quietHours"]}""");
        Assert.Equal("[]", account.GetProperty("set").GetRawText());
        Assert.Equal("INR", Current.Currency);
    }

    [Theory]
    [InlineData("""{"timeZone":"Mars/Base"}""", "timeZone")]
    [InlineData("""{"timeZone":null}""", "timeZone")]
    [InlineData("""{"timeZone":""}""", "timeZone")]
    [InlineData("""{"timeZone":"../etc/passwd"}""", "timeZone")]
    [InlineData("""{"currency":"eur"}""", "currency")]
    [InlineData("""{"currency":"EURO"}""", "currency")]
    [InlineData("""{"frequencyCaps":[{"messages":1,"days":1},{"messages":0,"days":7}]}""", "frequencyCaps[1].messages")]
    [InlineData("""{"frequencyCaps":[{"messages":1001,"days":7}]}""", "frequencyCaps[0].messages")]
    [InlineData("""{"frequencyCaps":[{"messages":1,"days":367}]}""", "frequencyCaps[0].days")]
    [InlineData("""{"frequencyCaps":[{"messages":1,"days":-1}]}""", "frequencyCaps[0].days")]
    [InlineData("""{"quietHours":{"from":"21:00","to":"21:00"}}""", "quietHours.to")]
    [InlineData("""{"quietHours":{"from":"24:00","to":"08:00"}}""", "quietHours.from")]
    [InlineData("""{"quietHours":{"from":"21:00","to":"8"}}""", "quietHours.to")]
    [InlineData("""{"reset":["country"]}""", "reset[0]")]
    [InlineData("""{"currency":"EUR","reset":["timeZone","currency"]}""", "reset[1]")]
    [InlineData("""{"country":"DE"}""", "country")]
    public async Task What_cannot_be_is_refused_by_its_member_and_nothing_is_stored(string body, string field)
    {
        using var answer = await PatchAsync(admin, body);
        Assert.NotEmpty(await answer.ErrorAsync(field));
        Assert.Empty((await admin.GetFromJsonAsync<JsonElement>("/account", Cancellation)).GetProperty("set").EnumerateArray());
    }

    [Theory]
    [InlineData("""{"frequencyCaps":[{"messages":1}]}""")]
    [InlineData("""{"frequencyCaps":[null]}""")]
    [InlineData("""{"quietHours":{"from":"21:00"}}""")]
    [InlineData("""{"quietHours":{"from":null,"to":"08:00"}}""")]
    [InlineData("""{"reset":[null]}""")]
    [InlineData("""{"frequencyCaps":[{"messages":"2","days":7}]}""")]
    [InlineData("[]")]
    public async Task A_body_of_another_shape_is_refused(string body)
    {
        using var answer = await PatchAsync(admin, body);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    [Fact]
    public async Task Eleven_caps_are_too_many_and_ten_are_not()
    {
        var cap = """{"messages":1,"days":1}""";
        using var refused = await PatchAsync(admin, $$"""{"frequencyCaps":[{{string.Join(',', Enumerable.Repeat(cap, 11))}}]}""");
        Assert.NotEmpty(await refused.ErrorAsync("frequencyCaps"));
        await ChangeAsync($$"""{"frequencyCaps":[{{string.Join(',', Enumerable.Repeat(cap, 10))}}]}""");
    }

    [Theory]
    [InlineData("viewer")]
    [InlineData("marketer")]
    public async Task Everybody_sees_it_and_admins_change_it(string role)
    {
        using var other = await api.SignedInAsync("mo@example.com", role);
        Assert.Equal(HttpStatusCode.OK, (await other.GetAsync("/account", Cancellation)).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await PatchAsync(other, """{"currency":"EUR"}""")).StatusCode);
    }

    [Fact]
    public async Task The_audit_log_says_what_became_of_what_and_nothing_where_nothing_changed()
    {
        await ChangeAsync("""{"frequencyCaps":[],"timeZone":"Europe/Berlin"}""");
        await ChangeAsync("""{"frequencyCaps":[]}""");
        await ChangeAsync("{}");
        await ChangeAsync("""{"reset":["timeZone","currency"]}""");
        var entries = await admin.GetFromJsonAsync<JsonElement[]>("/audit", Cancellation);
        Assert.Equal(
            [
                ("account.changed", "mara@example.com", "timeZone: \"Europe/Berlin\" → configured"),
                ("account.changed", "mara@example.com",
                    "timeZone: configured → \"Europe/Berlin\"; frequencyCaps: configured → none"),
            ],
            entries!.Where(entry => entry.Text("action") == "account.changed")
                .Select(entry => (entry.Text("action")!, entry.Text("actor")!, entry.Text("detail")!)));
    }

    [Fact]
    public async Task What_another_server_has_set_holds_here_within_seconds()
    {
        // As another process of the same store would.
        var store = api.Services.GetRequiredService<IAccountStore>();
        await store.ChangeAsync(AccountOverrides.None with { TimeZone = "Asia/Tokyo" }, [], Cancellation);
        await Poll.UntilAsync(() => Current.TimeZone == "Asia/Tokyo", "the other server’s zone");
    }

    [Fact]
    public async Task Amounts_and_days_follow_what_is_set()
    {
        await admin.PostAsync("/customers", Json("""{"id":"c1","name":"Asha","email":"asha@example.com"}"""), Cancellation);
        await admin.PostAsync(
            "/orders", Json("""{"id":"o1","customerId":"c1","amount":1200,"placedAt":"2026-11-01T20:00:00Z"}"""), Cancellation);
        Assert.Equal("INR 1200.00 2 November 2026", await TextAsync());
        await ChangeAsync("""{"currency":"JPY","timeZone":"UTC"}""");
        Assert.Equal("JPY 1200 1 November 2026", await TextAsync());
    }

    private async Task<string?> TextAsync()
    {
        var answer = await admin.PostAsync(
            "/campaigns/preview",
            Json("""{"name":"x","rule":{"$everyone":true},"message":"{{totalSpend}} {{lastOrderAt}}"}"""), Cancellation);
        return (await answer.JsonAsync()).GetProperty("sample")[0].Text("text");
    }

    private async Task<JsonElement> ChangeAsync(string body)
    {
        using var answer = await PatchAsync(admin, body);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return await answer.JsonAsync();
    }

    private static Task<HttpResponseMessage> PatchAsync(HttpClient client, string body) =>
        client.PatchAsync("/account", Json(body), Cancellation);

    private static StringContent Json(string body) => new(body, Encoding.UTF8, "application/json");
}
