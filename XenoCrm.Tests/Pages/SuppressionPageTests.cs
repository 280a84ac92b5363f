using System.Net;
using System.Text;
using XenoCrm.Tests.Support;

namespace XenoCrm.Tests.Pages;

public sealed class SuppressionPageTests : IAsyncLifetime
{
    private const string Page = "/app/settings/suppressions";

    private readonly ApiServer api = new();

    private HttpClient admin = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => admin = await api.SignedInAsync("mara@example.com");

    public ValueTask DisposeAsync()
    {
        admin.Dispose();
        api.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task An_address_is_put_on_the_list_checked_and_taken_off()
    {
        Assert.Contains("No address is on it", await admin.PageAsync(Page), StringComparison.Ordinal);
        var added = await admin.SubmitAsync(Page, ("address", " gone@example.com "), ("reason", "complaint")).ShownAsync(HttpStatusCode.OK);
        Assert.Contains("gone@example.com</bdi></strong> is on the list from now on", added, StringComparison.Ordinal);
        Assert.Contains("1 address is on it", added, StringComparison.Ordinal);

        var list = await admin.PageAsync(Page);
        Assert.DoesNotContain("gone@example.com", list, StringComparison.Ordinal);
        Assert.Contains(">complained</td>", list, StringComparison.Ordinal);
        var check = await admin.SubmitAsync($"{Page}/check", ("address", "GONE@example.com")).ShownAsync(HttpStatusCode.OK);
        Assert.Contains("is on the list: complained, by mara@example.com,", check, StringComparison.Ordinal);
        Assert.Contains($"{Page}/remove", check, StringComparison.Ordinal);
        Assert.Contains(
            "is taken off the list",
            await admin.SubmitAsync($"{Page}/remove", ("address", "gone@example.com")).ShownAsync(HttpStatusCode.OK),
            StringComparison.Ordinal);
        Assert.Contains(
            "is not on the list",
            await admin.SubmitAsync($"{Page}/check", ("address", "gone@example.com")).ShownAsync(HttpStatusCode.OK),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_no_address_stays_in_its_field_with_what_is_wrong()
    {
        foreach (var (path, id) in new[] { (Page, "add-fault"), ($"{Page}/check", "check-fault") })
        {
            var html = await admin.SubmitAsync(path, ("address", "nobody@")).ShownAsync(HttpStatusCode.BadRequest);
            Assert.Matches($"value=\"nobody@\" aria-invalid=\"true\"\\s+aria-describedby=\"{id}\"", html);
            Assert.Contains("it should read like mara@example.com", html, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_file_leads_to_its_import_and_one_without_addresses_says_so()
    {
        using var refused = await UploadAsync("mail\nf1@example.com\n");
        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        var html = await refused.Content.ReadAsStringAsync(Cancellation);
        Assert.Contains("one column that is called address", html, StringComparison.Ordinal);

        using var taken = await UploadAsync("address,reason\nf1@example.com,bounced\nf2@,\n");
        Assert.Equal(HttpStatusCode.Found, taken.StatusCode);
        var path = taken.Headers.Location!.OriginalString;
        await admin.EndAsync(path.Split('/')[^1]);
        html = await admin.PageAsync(path);
        Assert.Contains("Import of a suppression list", html, StringComparison.Ordinal);
        Assert.Contains("1 of 2 are in", html, StringComparison.Ordinal);
        Assert.Contains($"href=\"{Page}\"", html, StringComparison.Ordinal);
        Assert.Contains(">Suppression list</a>", await admin.PageAsync("/app/imports"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Marketers_add_and_do_not_remove_and_viewers_only_look()
    {
        using var marketer = await api.SignedInAsync("mo@example.com", "marketer");
        var html = await marketer.SubmitAsync(Page, ("address", "gone@example.com")).ShownAsync(HttpStatusCode.OK);
        Assert.DoesNotContain("/remove", html, StringComparison.Ordinal);
        Assert.DoesNotContain("/app/settings/people", html, StringComparison.Ordinal);
        Assert.Contains($"href=\"{Page}\"", await marketer.PageAsync("/"), StringComparison.Ordinal);
        await marketer.SubmitAsync($"{Page}/remove", ("address", "gone@example.com")).ShownAsync(HttpStatusCode.Forbidden);

        using var viewer = await api.SignedInAsync("vi@example.com", "viewer");
        Assert.DoesNotContain("Put an address on it", await viewer.PageAsync(Page), StringComparison.Ordinal);
        await viewer.SubmitAsync(Page, ("address", "gone@example.com")).ShownAsync(HttpStatusCode.Forbidden);
        Assert.Contains(
            "is on the list:",
            await viewer.SubmitAsync($"{Page}/check", ("address", "gone@example.com")).ShownAsync(HttpStatusCode.OK),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_customers_page_and_the_counts_of_an_audience_tell_it_in_words()
    {
        using var created = await admin.PostAsJsonAsync(
            "/customers", new { id = "c1", name = "Zoë", email = "c1@example.com", city = "Ulm" }, Cancellation);
        using var listed = await admin.PostAsJsonAsync(
            "/suppressions", new { address = "c1@example.com", reason = "bounced" }, Cancellation);
        var customer = await admin.PageAsync("/app/customers/c1");
        Assert.Contains("On the suppression list: no campaign writes to this person.", customer, StringComparison.Ordinal);
        Assert.Matches("suppression list</a>:\\s+bounced, by\\s+mara@example.com", customer);

        var audience = await admin.PageAsync("/app/campaigns/new?rule=" + Uri.EscapeDataString("""{"city":"Ulm"}"""));
        Assert.Contains("1 cannot: 0 unsubscribed, 1 on the suppression list, 0 no address", audience, StringComparison.Ordinal);
    }

    private async Task<HttpResponseMessage> UploadAsync(string csv)
    {
        using var form = new MultipartFormDataContent
        {
            { new ByteArrayContent(Encoding.UTF8.GetBytes(csv)), "file", "list.csv" },
        };
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{Page}/import") { Content = form };
        request.Headers.Add("Sec-Fetch-Site", "same-origin");
        request.Headers.Add("Accept", "text/html");
        return await admin.SendAsync(request, Cancellation);
    }
}
