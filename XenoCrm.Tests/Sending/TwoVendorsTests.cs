using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Net;
using System.Text.Json;
using XenoCrm.Core.Customers;
using XenoCrm.Tests.Campaigns;
using XenoCrm.Tests.Support;

namespace XenoCrm.Tests.Sending;

/// <summary>A vendor for e-mail and another for telephones: each takes its own, and one that is away does not stop the other.</summary>
public sealed class TwoVendorsTests : IAsyncDisposable
{
    private readonly WebVendor web = new();
    private readonly MailServer mail = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_campaign_of_both_kinds_is_split()
    {
        await using var driver = await DriverAsync(emails: 20, phones: 20);
        var id = await driver.LaunchAsync();
        await driver.UntilAsync(id, "completed");
        Assert.Equal(20, mail.Letters.Select(letter => letter.Recipients.Single()).Distinct().Count());
        Assert.Equal((20, 20), (mail.Letters.Count, web.Calls.Count));
        Assert.All(await driver.LogAsync(id), row => Assert.Equal("SENT", row.GetProperty("status").GetString()));
    }

    [Fact]
    public async Task While_one_is_away_the_other_goes_on_and_it_is_told_which()
    {
        web.OnCall = (http, _) => WebVendor.AnswerAsync(http, 503);
        await using var driver = await DriverAsync(emails: 250, phones: 5);
        var away = new ConcurrentDictionary<string, double>();
        using var meters = Listen(driver, away);
        var both = await driver.LaunchAsync();
        var client = await driver.ClientAsync();
        await Poll.UntilAsync(() => mail.Letters.Count == 250, "all e-mails to go out");
        await Poll.UntilAsync(
            async () => Sent(await driver.CampaignAsync(both)) == 250, "the e-mails to count as sent");
        var campaign = await driver.CampaignAsync(both);
        Assert.Equal("sending", campaign.GetProperty("status").GetString());
        Assert.Equal("the vendor answered 503", campaign.GetProperty("waiting").GetProperty("reason").GetString());

        // One whose people all have e-mail does not wait, and comes to its end.
        using var launched = await client.PostAsJsonAsync(
            "/segments",
            new { name = "Mail", rule = new { name = new Dictionary<string, string> { ["$contains"] = "Customer" } }, message = "Hi" },
            Cancellation);
        var mails = (await launched.JsonAsync()).GetProperty("campaignId").GetString()!;
        await driver.UntilAsync(mails, "completed");
        using (var answer = await client.GetAsync("/health", Cancellation))
        {
            var entries = (await answer.JsonAsync()).GetProperty("entries");
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.Equal(
                ("healthy", "degraded"),
                (entries.GetProperty("vendor.email").GetString(), entries.GetProperty("vendor.phone").GetString()));
        }

        meters.RecordObservableInstruments();
        Assert.Equal(0, away["vendor.email"]);
        Assert.True(away["vendor.phone"] > 0);
        var page = await client.GetStringAsync("/app/settings/system", Cancellation);
        Assert.Contains("Delivery service for SMS", page, StringComparison.Ordinal);
        Assert.Contains($"SMTP at 127.0.0.1:{mail.Port}", page, StringComparison.Ordinal);

        web.OnCall = (http, _) => WebVendor.AnswerAsync(http, 200);
        await driver.UntilAsync(both, "completed");
        Assert.Equal(255, Sent(await driver.CampaignAsync(both)));
    }

    public async ValueTask DisposeAsync()
    {
        await web.DisposeAsync();
        await mail.DisposeAsync();
    }

    private async Task<CampaignDriver> DriverAsync(int emails, int phones)
    {
        var driver = SmtpCampaignTests.Driver(
            mail.Port,
            ("Vendors:Phone:Kind", "Http"),
            ("Vendors:Phone:Http:Url", web.Address + "v1/messages"),
            ("Vendors:Phone:Http:Body", """{"to": "{{recipient}}", "text": "{{text}}"}"""));
        await driver.CustomersAsync(emails);
        await driver.Api.Services.GetRequiredService<ICustomerStore>().UpsertAsync(
            [.. Enumerable.Range(0, phones).Select(i =>
                new CustomerChange { Id = $"p{i}", Name = $"P {i}", Phone = $"+4915112345{i:000}" })], Cancellation);
        return driver;
    }

    private static int Sent(JsonElement campaign) => campaign.GetProperty("stats").GetProperty("sent").GetInt32();

    private static MeterListener Listen(CampaignDriver driver, ConcurrentDictionary<string, double> away)
    {
        var scope = driver.Api.Services.GetRequiredService<IMeterFactory>();
        var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter.Scope == scope && instrument.Name == "xenocrm.vendor.away")
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<double>((_, value, tags, _) => away[(string)tags[0].Value!] = value);
        listener.Start();
        return listener;
    }
}
