using System.Net;
using XenoCrm.Core.Account;
using XenoCrm.Tests.Support;

namespace XenoCrm.Tests.Pages;

public sealed class AccountPageTests : IAsyncLifetime
{
    private const string Page = "/app/settings/account";

    private readonly ApiServer api = new(new Dictionary<string, string?>
    {
        ["Account:TimeZone"] = "Asia/Kolkata",
        ["Account:FrequencyCaps:0:Messages"] = "3",
        ["Account:FrequencyCaps:0:Days"] = "7",
    });

    private HttpClient admin = null!;

    private AccountOptions Current => api.Services.GetRequiredService<AccountSettings>().Current;

    public async ValueTask InitializeAsync() => admin = await api.SignedInAsync("mara@example.com");

    public ValueTask DisposeAsync()
    {
        admin.Dispose();
        api.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Each_thing_is_set_by_a_form_and_goes_back_to_the_configuration()
    {
        var html = await admin.PageAsync(Page);
        Assert.Contains("At most 3 messages in 7 days.", html, StringComparison.Ordinal);
        Assert.Contains("From the server’s configuration.", html, StringComparison.Ordinal);
        Assert.DoesNotContain("Use the configuration’s value", html, StringComparison.Ordinal);

        Assert.Equal(
            $"{Page}?done=frequencyCaps#frequencyCaps",
            await admin.SubmitAsync(
                Page, ("member", "frequencyCaps"), ("messages", "1"), ("days", "1"), ("messages", ""), ("days", ""),
                ("messages", "4"), ("days", "30")).TakenAsync());
        await admin.SubmitAsync(Page, ("member", "quietHours"), ("from", "21:00"), ("to", "08:00")).TakenAsync();
        await admin.SubmitAsync(Page, ("member", "timeZone"), ("timeZone", " Europe/Berlin ")).TakenAsync();
        await admin.SubmitAsync(Page, ("member", "currency"), ("currency", "eur")).TakenAsync();
        html = await admin.PageAsync($"{Page}?done=currency");
        Assert.Contains("At most 1 message in 1 day, and 4 messages in 30 days.", html, StringComparison.Ordinal);
        Assert.Contains("Set here. The server’s configuration says: At most 3 messages in 7 days.", html, StringComparison.Ordinal);
        Assert.Contains("Nothing leaves from 21:00 to 08:00.", html, StringComparison.Ordinal);
        Assert.Contains("Saved. It applies from now on.", html, StringComparison.Ordinal);
        Assert.Equal(("Europe/Berlin", "EUR", 2), (Current.TimeZone, Current.Currency, Current.FrequencyCaps.Count));

        await admin.SubmitAsync(Page, ("member", "frequencyCaps"), ("messages", "9"), ("days", ""), ("reset", "true")).TakenAsync();
        Assert.Equal(3, Assert.Single(Current.FrequencyCaps).Messages);
    }

    [Fact]
    public async Task Empty_fields_are_none_whatever_the_configuration_says()
    {
        await admin.SubmitAsync(Page, ("member", "frequencyCaps"), ("messages", ""), ("days", "")).TakenAsync();
        await admin.SubmitAsync(Page, ("member", "quietHours"), ("from", ""), ("to", "")).TakenAsync();
        await admin.SubmitAsync(Page, ("member", "currency"), ("currency", "")).TakenAsync();
        Assert.Empty(Current.FrequencyCaps);
        Assert.Contains("As often as there are campaigns.", await admin.PageAsync(Page), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_wrong_stays_in_its_form_with_what_is_wrong_and_nothing_is_stored()
    {
        var html = await admin.SubmitAsync(
            Page, ("member", "frequencyCaps"), ("messages", "2"), ("days", "400"), ("messages", "x"), ("days", "1"))
            .ShownAsync(HttpStatusCode.BadRequest);
        Assert.Contains("value=\"400\"", html, StringComparison.Ordinal);
        Assert.Contains("“400” days: a number from 1 to 366 was expected.", html, StringComparison.Ordinal);
        html = await admin.SubmitAsync(Page, ("member", "timeZone"), ("timeZone", "Mars/Base")).ShownAsync(HttpStatusCode.BadRequest);
        Assert.Matches("value=\"Mars/Base\" aria-invalid=\"true\"", html);
        await admin.SubmitAsync(Page, ("member", "quietHours"), ("from", "21:00"), ("to", "")).ShownAsync(HttpStatusCode.BadRequest);
        await admin.SubmitAsync(Page, ("member", "currency"), ("currency", "€")).ShownAsync(HttpStatusCode.BadRequest);
        await admin.SubmitAsync(Page, ("member", "country"), ("country", "DE")).ShownAsync(HttpStatusCode.BadRequest);
        await admin.SubmitAsync(Page).ShownAsync(HttpStatusCode.BadRequest);
        Assert.Equal((3, "Asia/Kolkata"), (Assert.Single(Current.FrequencyCaps).Messages, Current.TimeZone));
    }

    [Theory]
    [InlineData("viewer")]
    [InlineData("marketer")]
    public async Task Others_see_what_holds_and_no_form(string role)
    {
        using var other = await api.SignedInAsync("mo@example.com", role);
        var html = await other.PageAsync(Page);
        Assert.Contains("At most 3 messages in 7 days.", html, StringComparison.Ordinal);
        Assert.DoesNotContain("name=\"member\"", html, StringComparison.Ordinal);
        Assert.DoesNotContain("/app/settings/people", html, StringComparison.Ordinal);
        await other.SubmitAsync(Page, ("member", "currency"), ("currency", "EUR")).ShownAsync(HttpStatusCode.Forbidden);
    }
}
