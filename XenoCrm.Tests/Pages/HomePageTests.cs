using System.Net;
using System.Text.Json;
using XenoCrm.Api.Overview;
using XenoCrm.Core.Campaigns;
using XenoCrm.Core.Customers;
using XenoCrm.Core.Orders;
using XenoCrm.Core.Receipts;
using XenoCrm.Tests.Campaigns;
using XenoCrm.Tests.Support;

namespace XenoCrm.Tests.Pages;

public sealed class HomePageTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_empty_installation_says_what_to_do_and_offers_a_sample_shop()
    {
        using var api = new ApiServer();
        using var admin = await api.SignedInAsync();
        var html = await admin.PageAsync("/");
        Assert.Contains("Bring your customers in", html, StringComparison.Ordinal);
        Assert.Contains("Say whom you mean", html, StringComparison.Ordinal);
        Assert.Contains("Write once and send", html, StringComparison.Ordinal);
        Assert.Contains("Load the sample shop", html, StringComparison.Ordinal);
        Assert.DoesNotContain("Remove the sample shop", html, StringComparison.Ordinal);

        // From the first answer on: no figures that are gone when they are known.
        Assert.DoesNotContain("Sent in 30 days", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Whether_there_is_anything_is_known_before_it_is_counted()
    {
        await using var driver = new CampaignDriver();
        var overview = driver.Api.Services.GetRequiredService<OverviewService>();
        Assert.Equal((false, false), await overview.LookForAnyAsync(Cancellation));
        await driver.CustomersAsync(1);
        Assert.Equal((false, true), await overview.LookForAnyAsync(Cancellation));
        await driver.LaunchAsync();
        Assert.Equal((true, true), await overview.LookForAnyAsync(Cancellation));
    }

    [Fact]
    public async Task The_sample_shop_comes_in_once_however_often_it_is_asked_for_and_goes_again()
    {
        using var api = new ApiServer();
        using var admin = await api.SignedInAsync();
        await api.Services.GetRequiredService<ICustomerStore>()
            .UpsertAsync([new CustomerChange { Id = "c1", Name = "Asha" }], Cancellation);

        Assert.Equal("/", await admin.SubmitAsync("/app/sample-shop").TakenAsync());
        Assert.Contains(" of 1,000 customers", Plain(await admin.PageAsync("/app/sample-shop")), StringComparison.Ordinal);
        Assert.Equal("/", await admin.SubmitAsync("/app/sample-shop").TakenAsync());
        await UntilAsync(admin, "The sample shop is here");
        Assert.Equal("/", await admin.SubmitAsync("/app/sample-shop").TakenAsync());

        Assert.Contains("1,001 customers", Plain(await admin.PageAsync("/")), StringComparison.Ordinal);
        Assert.NotNull(await FirstOrderAsync(api));
        Assert.Equal(["sample-shop.loaded"], await ActionsAsync(admin));

        Assert.Equal("/", await admin.SubmitAsync("/app/sample-shop/remove").TakenAsync());
        await UntilAsync(admin, "Load the sample shop");
        var left = await (await admin.GetAsync("/customers", Cancellation)).JsonAsync();
        Assert.Equal("c1", Assert.Single(left.EnumerateArray()).Text("id"));
        Assert.Null(await FirstOrderAsync(api));
        Assert.Equal(["sample-shop.removed", "sample-shop.loaded"], await ActionsAsync(admin));
    }

    [Fact]
    public async Task What_a_role_may_not_do_is_not_offered_and_is_refused()
    {
        using var api = new ApiServer();
        using var admin = await api.SignedInAsync("mara@example.com");
        using var viewer = await api.SignedInAsync("vi@example.com", "viewer");
        using var marketer = await api.SignedInAsync("mo@example.com", "marketer");
        Assert.DoesNotContain("Load the sample shop", await viewer.PageAsync("/"), StringComparison.Ordinal);
        await viewer.SubmitAsync("/app/sample-shop").ShownAsync(HttpStatusCode.Forbidden);
        await marketer.SubmitAsync("/app/sample-shop/remove").ShownAsync(HttpStatusCode.Forbidden);

        Assert.Equal("/", await marketer.SubmitAsync("/app/sample-shop").TakenAsync());
        await UntilAsync(marketer, "The sample shop is here");
        Assert.DoesNotContain("Remove the sample shop", await marketer.PageAsync("/"), StringComparison.Ordinal);
        Assert.Contains("Remove the sample shop", await admin.PageAsync("/"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_tells_of_customers_campaigns_and_what_became_of_their_messages()
    {
        await using var driver = new CampaignDriver();
        await driver.CustomersAsync(3);
        var client = await driver.ClientAsync();
        var id = await driver.LaunchAsync(name: "Diwali 🪔 for <everybody>");
        await driver.UntilAcceptedAsync(id, 3);

        // The next look of the page's own, once its figures are as old as they may be.
        await Poll.UntilAsync(
            async () => (await client.PageAsync("/app/home")).Contains("Running", StringComparison.Ordinal), "the campaign to be told");
        var running = Plain(await client.PageAsync("/"));
        Assert.Contains("Diwali 🪔 for <everybody>", running, StringComparison.Ordinal);
        Assert.Contains("0 % of 3 people", running, StringComparison.Ordinal);

        var log = await driver.LogAsync(id);
        await driver.ReceiveAsync([.. log.Take(2)], DeliveryStatus.Sent);
        await driver.ReceiveAsync([.. log.Skip(2)], DeliveryStatus.Failed, "mailbox full");
        await Poll.UntilAsync(
            async () => !(await client.PageAsync("/app/home")).Contains(">Running<", StringComparison.Ordinal), "the campaign to end");
        var html = await client.PageAsync("/");
        Assert.Contains("In 30 days 2 messages were sent and 1 failed.", html, StringComparison.Ordinal);
        Assert.Contains($"/app/campaigns/{id}", html, StringComparison.Ordinal);
        Assert.DoesNotContain("Bring your customers in", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_needs_attention_is_said_with_the_way_there()
    {
        await using var driver = new CampaignDriver();
        var client = await driver.ClientAsync();
        Assert.DoesNotContain("Needs attention", await client.PageAsync("/"), StringComparison.Ordinal);

        var stream = driver.Api.Services.GetRequiredService<IReceiptStream>();
        await stream.AppendAsync(
            new ReceiptBatch([], DateTimeOffset.UnixEpoch, null) { Rejected = [new RejectedReceipt("m-1", "v-1", "status: none")] },
            Cancellation);
        driver.Vendor.OnSend = (http, _) => ScriptedVendor.AnswerAsync(http, 503);
        await driver.CustomersAsync(1);
        await driver.LaunchAsync();

        await Poll.UntilAsync(
            async () => (await client.PageAsync("/app/home")).Contains("The delivery service has not answered", StringComparison.Ordinal),
            "the vendor's absence to be told");
        await Poll.UntilAsync(
            async () => Plain(await client.PageAsync("/app/home")).Contains("1 delivery report was put aside", StringComparison.Ordinal),
            "the dead letter to be told");
    }

    [Fact]
    public async Task A_campaign_that_paused_itself_needs_attention_and_one_that_somebody_paused_does_not()
    {
        await using var driver = new CampaignDriver();
        driver.Vendor.OnSend = (http, _) => ScriptedVendor.AnswerAsync(http, 503);
        await driver.CustomersAsync(1);
        var client = await driver.ClientAsync();
        var itself = await driver.LaunchAsync(name: "Went wrong");
        var byMara = await driver.LaunchAsync(name: "Held back");
        await driver.StepAsync(byMara, "pause");
        await driver.Api.Services.GetRequiredService<ICampaignStore>().StepAsync(
            itself, new CampaignStep.Pause("Half of the last 200 messages failed."), DateTimeOffset.UnixEpoch, Cancellation);

        await Poll.UntilAsync(
            async () => Plain(await client.PageAsync("/app/home")).Contains("Went wrong has paused itself: Half", StringComparison.Ordinal),
            "the campaign to be told of");
        Assert.DoesNotContain("Held back has paused itself", Plain(await client.PageAsync("/app/home")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Whoever_is_nobody_is_asked_who_they_are()
    {
        using var api = new ApiServer();
        using var nobody = api.Anonymous();
        Assert.Contains("Sign in", await nobody.PageAsync("/"), StringComparison.Ordinal);
        using var fragment = await nobody.GetAsync("/app/home", Cancellation);
        Assert.Equal(HttpStatusCode.Found, fragment.StatusCode);
    }

    private static Task UntilAsync(HttpClient client, string words) => Poll.UntilAsync(
        async () => (await client.PageAsync("/app/sample-shop")).Contains(words, StringComparison.Ordinal), words);

    private static async Task<Order?> FirstOrderAsync(ApiServer api) =>
        await api.Services.GetRequiredService<IOrderStore>().FindAsync("shop-000001-1", Cancellation)
        ?? await api.Services.GetRequiredService<IOrderStore>().FindAsync("shop-000002-1", Cancellation);

    private static async Task<string?[]> ActionsAsync(HttpClient admin) =>
        [.. (await (await admin.GetAsync("/audit", Cancellation)).JsonAsync()).EnumerateArray()
            .Select(entry => entry.Text("action")).Where(action => action!.StartsWith("sample-shop", StringComparison.Ordinal))];

    // As it is read, without tags.
    private static string Plain(string html) => System.Text.RegularExpressions.Regex.Replace(
        System.Text.RegularExpressions.Regex.Replace(html, "</?(data|span|time|a|bdi|text)[^>]*>", ""), @"\s+", " ");
}
