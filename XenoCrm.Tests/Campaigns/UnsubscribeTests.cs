using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Options;
using XenoCrm.Api.Campaigns.Messages;
using XenoCrm.Core.Account;
using XenoCrm.Core.Campaigns;
using XenoCrm.Tests.Pages;
using XenoCrm.Tests.Support;

namespace XenoCrm.Tests.Campaigns;

/// <summary>The link in a message: from the vendor's book to the campaign after it.</summary>
public sealed class UnsubscribeTests : IAsyncDisposable
{
    private const string Text = "Hi {{firstName}}. No more: {{unsubscribeUrl}}";

    private readonly CampaignDriver driver = new();
    private readonly HttpClient recipient;

    public UnsubscribeTests() => recipient = driver.Api.Anonymous();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        recipient.Dispose();
        await driver.DisposeAsync();
    }

    [Fact]
    public async Task Each_person_has_a_link_of_their_own_in_which_nobody_reads_who_they_are()
    {
        var links = await SendAsync(2);
        Assert.NotEqual(links["c0000@example.com"], links["c0001@example.com"]);
        Assert.All(links.Values, link => Assert.DoesNotContain("c000", link, StringComparison.Ordinal));
        Assert.All(links.Values, link => Assert.Matches("^http://localhost:[0-9]+/unsubscribe/[A-Za-z0-9_-]+$", link));
    }

    [Fact]
    public async Task To_look_changes_nothing_and_the_button_ends_the_messages()
    {
        var path = Path(await SendAsync(2), "c0000@example.com");
        var page = await recipient.PageAsync(path);
        Assert.Contains("Our messages go to c0000@example.com.", Plain(page), StringComparison.Ordinal);
        Assert.False(await IsUnsubscribedAsync("c0000"));

        var done = await recipient.SubmitAsync(path).ShownAsync(HttpStatusCode.OK);
        Assert.Contains("You get no more messages", done, StringComparison.Ordinal);
        Assert.True(await IsUnsubscribedAsync("c0000"));
        var next = await driver.LaunchAsync();
        Assert.Equal(1, (await driver.CampaignAsync(next)).GetProperty("stats").GetProperty("audience").GetInt32());
    }

    [Fact]
    public async Task The_page_says_whose_messages_they_are_and_nothing_of_the_application()
    {
        await using var shop = new CampaignDriver(("Account:Name", "Chai House"));
        var path = Path(await SendAsync(1, shop), "c0000@example.com");
        using var anybody = shop.Api.Anonymous();
        var page = await anybody.PageAsync(path);
        Assert.Contains("Chai House’s messages go to c0000@example.com.", Plain(page), StringComparison.Ordinal);
        Assert.Contains("<title>Messages from Chai House</title>", page, StringComparison.Ordinal);
        Assert.DoesNotContain("XenoCrm", page, StringComparison.Ordinal);
        Assert.DoesNotContain("href=\"/\"", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_changes_their_mind_gets_messages_again()
    {
        var path = Path(await SendAsync(1), "c0000@example.com");
        await recipient.SubmitAsync(path).ShownAsync(HttpStatusCode.OK);
        var page = await recipient.SubmitAsync(path, ("again", "true")).ShownAsync(HttpStatusCode.OK);
        Assert.Contains("You get messages again", page, StringComparison.Ordinal);
        Assert.False(await IsUnsubscribedAsync("c0000"));
    }

    [Fact]
    public async Task A_mail_programs_own_button_unsubscribes_as_RFC_8058_has_it()
    {
        var path = Path(await SendAsync(1), "c0000@example.com");
        using var body = new StringContent(
            "List-Unsubscribe=One-Click", System.Text.Encoding.ASCII, "application/x-www-form-urlencoded");
        using var answer = await recipient.PostAsync(path, body, Cancellation);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.True(await IsUnsubscribedAsync("c0000"));
    }

    [Fact]
    public async Task A_link_that_is_not_whole_is_a_page_that_says_so()
    {
        var path = Path(await SendAsync(1), "c0000@example.com");
        foreach (var wrong in (string[])[path[..^1], path[..^20], "/unsubscribe/c0000", "/unsubscribe/%E2%98%83", $"{path[..^4]}AAAA"])
        {
            Assert.Contains("This link is incomplete", await recipient.PageAsync(wrong, HttpStatusCode.NotFound), StringComparison.Ordinal);
            await recipient.SubmitAsync(wrong).ShownAsync(HttpStatusCode.NotFound);
            using var data = await recipient.GetAsync($"{wrong}/data", Cancellation);
            Assert.Equal(HttpStatusCode.NotFound, data.StatusCode);
        }

        Assert.False(await IsUnsubscribedAsync("c0000"));
    }

    [Fact]
    public async Task Who_was_erased_is_told_that_nothing_is_kept_and_does_not_come_back()
    {
        var path = Path(await SendAsync(1), "c0000@example.com");
        var client = await driver.ClientAsync();
        (await client.DeleteAsync("/customers/c0000", Cancellation)).EnsureSuccessStatusCode();
        Assert.Contains("No data about you is kept here.", Plain(await recipient.PageAsync(path)), StringComparison.Ordinal);
        await recipient.SubmitAsync(path).ShownAsync(HttpStatusCode.OK);
        using var gone = await client.GetAsync("/customers/c0000", Cancellation);
        Assert.Equal(HttpStatusCode.NotFound, gone.StatusCode);
    }

    [Fact]
    public async Task Everything_kept_of_a_person_comes_as_a_file_from_the_same_link()
    {
        var client = await driver.ClientAsync();
        var path = Path(await SendAsync(2), "c0001@example.com");
        var order = new { id = "o1", customerId = "c0001", amount = 12.5, placedAt = "2026-01-02" };
        (await client.PostAsJsonAsync("/orders", order, Cancellation)).EnsureSuccessStatusCode();

        using var answer = await recipient.GetAsync($"{path}/data", Cancellation);
        Assert.Equal("my-data.json", answer.Content.Headers.ContentDisposition?.FileName);
        var data = await answer.Content.ReadFromJsonAsync<JsonElement>(Cancellation);
        Assert.Equal("c0001@example.com", data.GetProperty("customer").GetProperty("email").GetString());
        Assert.Equal(12.5m, data.GetProperty("orders")[0].GetProperty("amount").GetDecimal());
        Assert.Contains("Hi Customer.", data.GetProperty("messages")[0].GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_preview_shows_the_link_and_counts_nobody_as_without_it()
    {
        await driver.CustomersAsync(2);
        var answer = await (await driver.ClientAsync()).PostAsJsonAsync(
            "/segments/preview",
            new { rule = new Dictionary<string, bool> { ["$everyone"] = true }, message = "No more: {{unsubscribeUrl}}" },
            Cancellation);
        Assert.Equal(0, (await answer.JsonAsync()).GetProperty("warnings").GetArrayLength());
    }

    [Fact]
    public void Without_the_address_of_this_server_the_placeholder_is_refused_with_the_remedy()
    {
        var links = new UnsubscribeLinks(new EphemeralDataProtectionProvider(), Options.Create(new AccountOptions()));
        var refusal = Assert.Throws<MessageTemplateException>(() => links.Parse(Text));
        Assert.Contains("set Account__PublicUrl", refusal.Message, StringComparison.Ordinal);
        Assert.Equal("Hi", links.Parse("Hi").Text);
    }

    [Theory]
    [InlineData("{{unsubscribeUrl}}Bye", false)]
    [InlineData("{{unsubscribeUrl|none}}{{name}}", false)]
    [InlineData("{{ unsubscribeUrl }}-", false)]
    [InlineData("<a href=\"{{unsubscribeUrl}}\">No more</a>", true)]
    [InlineData("No more: {{unsubscribeUrl}}.", true)]
    [InlineData("({{unsubscribeUrl}}) Bye", true)]
    [InlineData("{{unsubscribeUrl}}\nBye", true)]
    public void What_would_become_part_of_the_link_and_break_it_is_refused(string text, bool isWhole)
    {
        var links = new UnsubscribeLinks(
            new EphemeralDataProtectionProvider(), Options.Create(new AccountOptions { PublicUrl = "https://crm.example.com" }));
        var fault = Record.Exception(() => links.Parse(text));
        Assert.Equal(isWhole, fault is null);
        Assert.Equal(isWhole, fault?.Message.Contains("Put a blank", StringComparison.Ordinal) is not true);
    }

    [Fact]
    public async Task What_ends_a_sentence_may_stick_to_the_link()
    {
        var path = Path(await SendAsync(1), "c0000@example.com");
        foreach (var end in (string[])[".", ",", ").", "!"])
        {
            Assert.Contains("Our messages go to", await recipient.PageAsync(path + end), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task With_TLS_an_email_has_the_link_in_its_head_too_and_a_text_message_has_not()
    {
        await using var secure = new CampaignDriver(("Account:PublicUrl", "https://crm.example.com/"));
        await secure.CustomersAsync(1);
        var phone = new { id = "p", name = "Pim", phone = "+49 30 901820" };
        (await (await secure.ClientAsync()).PostAsJsonAsync("/customers", phone, Cancellation)).EnsureSuccessStatusCode();
        await secure.UntilAcceptedAsync(await secure.LaunchAsync(Text), 2);

        var sent = secure.Vendor.Batches.SelectMany(batch => batch.Messages).ToLookup(message => message.Recipient.Contains('@'));
        var email = sent[true].First();
        Assert.StartsWith("<https://crm.example.com/unsubscribe/", email.Headers!["List-Unsubscribe"], StringComparison.Ordinal);
        Assert.EndsWith(email.Headers["List-Unsubscribe"].Trim('<', '>'), email.Text, StringComparison.Ordinal);
        Assert.Equal("List-Unsubscribe=One-Click", email.Headers["List-Unsubscribe-Post"]);
        Assert.All(sent[false], message => Assert.Null(message.Headers));
    }

    /// <returns>Each one's link, by the address that the message went to.</returns>
    private Task<Dictionary<string, string>> SendAsync(int people) => SendAsync(people, driver);

    private static async Task<Dictionary<string, string>> SendAsync(int people, CampaignDriver driver)
    {
        await driver.CustomersAsync(people);
        await driver.UntilAcceptedAsync(await driver.LaunchAsync(Text), people);
        return driver.Vendor.Batches.SelectMany(batch => batch.Messages)
            .DistinctBy(message => message.Recipient)
            .ToDictionary(message => message.Recipient, message => message.Text[message.Text.IndexOf("http", StringComparison.Ordinal)..]);
    }

    private static string Path(Dictionary<string, string> links, string address) => new Uri(links[address]).AbsolutePath;

    private static string Plain(string html) =>
        html.Replace("<bdi>", "", StringComparison.Ordinal).Replace("</bdi>", "", StringComparison.Ordinal);

    private async Task<bool> IsUnsubscribedAsync(string id) =>
        (await (await driver.ClientAsync()).GetFromJsonAsync<JsonElement>($"/customers/{id}", Cancellation))
            .GetProperty("unsubscribed").GetBoolean();
}
