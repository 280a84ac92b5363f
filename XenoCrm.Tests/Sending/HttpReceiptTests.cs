using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using XenoCrm.Core.Customers;
using XenoCrm.Core.Receipts;
using XenoCrm.Tests.Campaigns;
using XenoCrm.Tests.Support;

namespace XenoCrm.Tests.Sending;

/// <summary>Receipts in a vendor's own form, at the API.</summary>
public sealed class HttpReceiptTests : IAsyncDisposable
{
    private const string Secret = "the secret of the vendor and us, 36 c";

    private readonly WebVendor web = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("Sha256", "Hex", "")]
    [InlineData("Sha256", "Hex", "sha256=")]
    [InlineData("Sha1", "Base64", "")]
    [InlineData("Sha512", "Base64", "v1=")]
    public async Task A_signature_over_the_body_is_checked_as_it_is_configured(string algorithm, string encoding, string prefix)
    {
        await using var driver = Driver(
            ("Verify", "Hmac"), ("Header", "X-Signature"), ("Algorithm", algorithm), ("Encoding", encoding), ("Prefix", prefix));
        const string Body = """{"data": [{"sid": "SM1", "state": "delivered"}]}""";
        var signature = Sign(algorithm, encoding, Body);
        Assert.Equal(HttpStatusCode.OK, (await PostAsync(driver, Body, ("X-Signature", prefix + signature))).Status);
        foreach (var wrong in new[]
        {
            "", prefix, prefix + Sign(algorithm, encoding, Body + " "), prefix + signature[..^4], prefix + signature + "00",
            "x" + signature, prefix + Sign(algorithm, encoding == "Hex" ? "Base64" : "Hex", Body), prefix + "ZZ" + signature[2..],
        })
        {
            Assert.Equal(HttpStatusCode.Unauthorized, (await PostAsync(driver, Body, ("X-Signature", wrong))).Status);
        }

        Assert.Equal(HttpStatusCode.Unauthorized, (await PostAsync(driver, Body)).Status);
    }

    [Fact]
    public async Task A_token_and_a_password_are_checked_too()
    {
        const string Body = """{"sid": "SM1", "state": "delivered"}""";
        await using var token = Driver(("Verify", "Token"), ("Header", "X-Token"), ("Items", null!));
        Assert.Equal(HttpStatusCode.OK, (await PostAsync(token, Body, ("X-Token", Secret))).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await PostAsync(token, Body, ("X-Token", Secret + "x"))).Status);

        await using var basic = Driver(("Verify", "Basic"), ("User", "vendor"), ("Items", null!));
        string Basic(string pair) => "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes(pair));
        Assert.Equal(HttpStatusCode.OK, (await PostAsync(basic, Body, ("Authorization", Basic("vendor:" + Secret)))).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await PostAsync(basic, Body, ("Authorization", Basic("other:" + Secret)))).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await PostAsync(basic, Body)).Status);
    }

    [Fact]
    public async Task Words_mean_what_is_configured_and_no_other_is_guessed()
    {
        await using var driver = Driver(("Verify", "Token"), ("Header", "X-Token"));
        var answer = await PostAsync(
            driver,
            """
            {"data": [
              {"sid": "SM1", "state": "Delivered"},
              {"sid": "SM2", "state": "undelivered", "error": {"text": "unknown subscriber +4915112345678"}},
              {"sid": "SM3", "state": "queued"},
              {"sid": "SM4", "state": "teleported"},
              {"state": "delivered"},
              {"sid": "SM5", "state": "mara@example.com"},
              7
            ]}
            """,
            ("X-Token", Secret));
        Assert.Equal((HttpStatusCode.OK, 2, 4), answer);
        var stream = driver.Api.Services.GetRequiredService<IReceiptStream>();
        var entry = Assert.Single(await stream.ReadAsync(new ReceiptConsumer(ReceiptConsumer.Workers, "test"), 100, Cancellation));
        Assert.Equal(
            [("SM1", "Sent", null), ("SM2", "Failed", "unknown subscriber [number]")],
            entry.Receipts!.Select(receipt => (receipt.VendorMessageId, receipt.Status.ToString(), receipt.Reason)));
        var client = await driver.ClientAsync();
        var dead = await client.GetFromJsonAsync<JsonElement[]>("/receipts/dead", Cancellation) ?? [];
        var reasons = dead.Select(letter => letter.GetProperty("reason").GetString()).ToList();
        Assert.Contains(
            "state: it is teleported, which is none of the words for sent, failed or ignored that are configured.", reasons);
        Assert.Contains("sid: there is no id of the message.", reasons);
        Assert.DoesNotContain(reasons, reason => reason!.Contains("mara", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_form_is_read_as_well()
    {
        await using var driver = Driver(("Verify", "Token"), ("Header", "X-Token"), ("Format", "Form"), ("Items", null!));
        var answer = await PostAsync(driver, "sid=SM1&state=delivered&To=%2B4915112345678", ("X-Token", Secret));
        Assert.Equal((HttpStatusCode.OK, 1, 0), answer);
    }

    [Fact]
    public async Task A_campaign_to_telephones_comes_to_its_end_by_the_vendor_s_receipts()
    {
        web.OnCall = (http, call) => WebVendor.AnswerAsync(
            http, 200, new { messages = new[] { new { sid = "SM-" + JsonElement.Parse(call.Body).GetProperty("ref").GetString() } } });
        await using var driver = Driver(("Verify", "Token"), ("Header", "X-Token"));
        await driver.Api.Services.GetRequiredService<ICustomerStore>().UpsertAsync(
            [.. Enumerable.Range(0, 3).Select(i => new CustomerChange { Id = $"p{i}", Name = $"P {i}", Phone = $"+491511234567{i}" })],
            Cancellation);
        var id = await driver.LaunchAsync();
        await driver.UntilAcceptedAsync(id, 3);
        Assert.Equal(3, web.Calls.Count);
        Assert.All(
            web.Calls,
            call => Assert.StartsWith("+49", JsonElement.Parse(call.Body).GetProperty("to").GetString()!, StringComparison.Ordinal));

        using var worker = new WorkerServer(driver.Api.DataFolder);
        var rows = await driver.LogAsync(id);
        Assert.All(rows, row => Assert.Equal("PENDING", row.GetProperty("status").GetString()));
        var receipts = rows.Select((row, i) => new
        {
            sid = row.GetProperty("vendorMessageId").GetString(),
            state = i == 0 ? "undelivered" : "delivered",
            error = new { text = "no" },
        });
        Assert.Equal(
            (HttpStatusCode.OK, 3, 0), await PostAsync(driver, JsonSerializer.Serialize(new { data = receipts }), ("X-Token", Secret)));
        await driver.UntilAsync(id, "completed");
        var stats = (await driver.CampaignAsync(id)).GetProperty("stats");
        Assert.Equal((2, 1), (stats.GetProperty("sent").GetInt32(), stats.GetProperty("failed").GetInt32()));
        Assert.Equal("no", Assert.Single(await driver.LogAsync(id, "FAILED")).GetProperty("failureReason").GetString());
    }

    [Fact]
    public async Task A_message_that_nothing_is_heard_of_counts_as_sent_after_its_time_and_is_sent_once()
    {
        await using var quick = DriverWith(
            [("Vendors:Phone:Http:SettleAfter", "00:00:00.500")], ("Verify", "Token"), ("Header", "X-Token"));
        await quick.Api.Services.GetRequiredService<ICustomerStore>().UpsertAsync(
            [new CustomerChange { Id = "p1", Name = "P", Phone = "+4915112345678" }], Cancellation);
        var id = await quick.LaunchAsync();
        await quick.UntilAsync(id, "completed");
        Assert.Equal("SENT", Assert.Single(await quick.LogAsync(id)).GetProperty("status").GetString());
        Assert.Single(web.Calls);
    }

    [Fact]
    public async Task There_are_receipts_for_email_and_phone_and_nothing_else()
    {
        await using var driver = Driver(("Verify", "Token"), ("Header", "X-Token"));
        using var client = driver.Api.Anonymous();
        using var answer = await client.PostAsync("/vendor/receipt/fax", new StringContent("{}"), Cancellation);
        await answer.ProblemAsync(HttpStatusCode.NotFound);
    }

    public ValueTask DisposeAsync() => web.DisposeAsync();

    private static string Sign(string algorithm, string encoding, string body)
    {
        var (key, bytes) = (Encoding.UTF8.GetBytes(Secret), Encoding.UTF8.GetBytes(body));
        var hash = algorithm switch
        {
            "Sha256" => HMACSHA256.HashData(key, bytes),
            "Sha512" => HMACSHA512.HashData(key, bytes),
#pragma warning disable CA5350 // As vendors have it.
            _ => HMACSHA1.HashData(key, bytes),
#pragma warning restore CA5350
        };
        return encoding == "Hex" ? Convert.ToHexStringLower(hash) : Convert.ToBase64String(hash);
    }

    private CampaignDriver Driver(params (string Key, string Value)[] receipts) => DriverWith([], receipts);

    private CampaignDriver DriverWith((string Key, string Value)[] settings, params (string Key, string Value)[] receipts) => new(
    [
        ("Campaigns:Lease", "00:00:30"),
        ("Vendors:Phone:Kind", "Http"),
        ("Vendors:Phone:Http:Url", web.Address + "v1/messages"),
        ("Vendors:Phone:Http:Body", """{"to": "{{recipient}}", "text": "{{text}}", "ref": "{{id}}"}"""),
        ("Vendors:Phone:Http:Answer:Id", "messages[0].sid"),
        .. new Dictionary<string, string>
        {
            ["Secret"] = Secret,
            ["Items"] = "data",
            ["Id"] = "sid",
            ["Status"] = "state",
            ["Reason"] = "error.text",
            ["Sent:0"] = "delivered",
            ["Failed:0"] = "undelivered",
            ["Ignored:0"] = "queued",
        }.Concat(receipts.ToDictionary(one => one.Key, one => one.Value)).GroupBy(one => one.Key, one => one.Value)
            .Select(one => ("Vendors:Phone:Http:Receipts:" + one.Key, one.Last())),
        .. settings,
    ]);

    private static async Task<(HttpStatusCode Status, int Accepted, int Rejected)> PostAsync(
        CampaignDriver driver, string body, params (string Name, string Value)[] headers)
    {
        using var client = driver.Api.Anonymous();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/vendor/receipt/phone")
        {
            Content = new StringContent(
                body, Encoding.UTF8, body.TrimStart().StartsWith('{') ? "application/json" : "application/x-www-form-urlencoded"),
        };
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        using var answer = await client.SendAsync(request, Cancellation);
        if (answer.StatusCode != HttpStatusCode.OK)
        {
            return (answer.StatusCode, 0, 0);
        }

        var json = await answer.JsonAsync();
        return (answer.StatusCode, json.GetProperty("accepted").GetInt32(), json.GetProperty("rejected").GetInt32());
    }
}
