using System.Net;
using XenoCrm.Core.Campaigns;
using XenoCrm.Tests.Campaigns;

namespace XenoCrm.Tests.Pages;

/// <summary>From failures to a second round, as a marketer sees it.</summary>
public sealed class RetryPageTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Before_a_retry_its_page_says_who_failed_why_and_what_to_expect_and_after_it_both_rounds_are_told()
    {
        await using var driver = new CampaignDriver();
        await driver.CustomersAsync(6);
        var client = await driver.ClientAsync();
        var id = await driver.LaunchAsync();
        await driver.UntilAcceptedAsync(id, 6);
        Assert.Equal($"/app/campaigns/{id}", await RedirectAsync(client, $"/app/campaigns/{id}/retry"));

        var rows = await driver.LogAsync(id);
        await driver.ReceiveAsync([.. rows.Take(1)], DeliveryStatus.Sent);
        await driver.ReceiveAsync([.. rows.Skip(1).Take(2)], DeliveryStatus.Failed, "unknown recipient");
        await driver.ReceiveAsync([.. rows.Skip(3)], DeliveryStatus.Failed, "mailbox full");
        await driver.UntilAsync(id, "completed");
        var campaign = await client.PageAsync($"/app/campaigns/{id}");
        Assert.Contains($"<a class=\"button quiet\" href=\"/app/campaigns/{id}/retry\">", campaign, StringComparison.Ordinal);
        Assert.DoesNotContain("Round by round", campaign, StringComparison.Ordinal);

        var asked = Plain(await client.PageAsync($"/app/campaigns/{id}/retry"));
        Assert.Contains("5 of 6 messages failed.", asked, StringComparison.Ordinal);
        Assert.Contains("mailbox full 3 may arrive unknown recipient 2 will almost surely fail again", asked, StringComparison.Ordinal);
        Assert.Contains("2 of them will almost surely fail again", asked, StringComparison.Ordinal);
        Assert.Contains("Send to 5 people again", asked, StringComparison.Ordinal);

        Assert.Equal($"/app/campaigns/{id}", await client.SubmitAsync($"/app/campaigns/{id}/retry").TakenAsync());
        Assert.Contains("Sent again to 5 people", Plain(await client.PageAsync($"/app/campaigns/{id}")), StringComparison.Ordinal);
        await driver.UntilAcceptedAsync(id, 6);
        var again = await driver.LogAsync(id, "PENDING");
        await driver.ReceiveAsync([.. again.Take(4)], DeliveryStatus.Sent);
        await driver.ReceiveAsync([.. again.Skip(4)], DeliveryStatus.Failed, "unknown recipient");
        await driver.UntilAsync(id, "completed");

        var after = Plain(await client.PageAsync($"/app/campaigns/{id}"));
        Assert.Contains("At first: 1 sent, 5 failed (3 mailbox full, 2 unknown recipient).", after, StringComparison.Ordinal);
        Assert.Matches(@"Sent again to 5 people .* by mara@example\.com: 4 sent, 1 failed\.", after);
        Assert.Contains("round 2", after, StringComparison.Ordinal);
    }

    private static async Task<string?> RedirectAsync(HttpClient client, string path)
    {
        using var answer = await client.GetAsync(path, Cancellation);
        Assert.Equal(HttpStatusCode.Found, answer.StatusCode);
        return answer.Headers.Location?.OriginalString;
    }

    // As it is read, without tags.
    private static string Plain(string html) => System.Text.RegularExpressions.Regex.Replace(
        System.Text.RegularExpressions.Regex.Replace(html, "</?(data|span|time|bdi)[^>]*>", ""), @"(<[^>]*>|\s)+", " ");
}
