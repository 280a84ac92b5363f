using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using XenoCrm.Core.Receipts;
using XenoCrm.Tests.Campaigns;
using XenoCrm.Tests.Support;

namespace XenoCrm.Tests.Sending;

/// <summary>Bounces as mail servers write them, posted as they came.</summary>
public sealed class BounceTests
{
    private const string Token = "a-token-of-the-mail-server-32-chars";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static TheoryData<string> Shapes => new(["postfix", "exchange", "verp"]);

    [Theory]
    [MemberData(nameof(Shapes))]
    public async Task A_bounce_makes_its_message_fail_with_the_code_and_no_address(string shape)
    {
        await using var mail = new MailServer();
        await using var driver = Driver(mail.Port);
        await driver.CustomersAsync(2);
        var id = await driver.LaunchAsync();
        await driver.UntilAcceptedAsync(id, 2);
        Assert.All(await driver.LogAsync(id), row => Assert.Equal("PENDING", row.GetProperty("status").GetString()));
        var letter = mail.Letters.Single(one => one.Recipients.Single() == "c0001@example.com").Message.MessageId!;
        using var worker = new WorkerServer(driver.Api.DataFolder);
        Assert.Equal((HttpStatusCode.OK, 1, 0), await PostAsync(driver.Api, Bounce(shape, letter)));

        await Poll.UntilAsync(async () => (await driver.LogAsync(id, "FAILED")).Count == 1, "the bounce to reach the log");
        var row = Assert.Single(await driver.LogAsync(id, "FAILED"));
        Assert.Equal("c0001@example.com", row.GetProperty("recipient").GetString());
        Assert.Equal(
            shape == "exchange" ? "bounced 5.1.10 (address)" : "bounced 5.1.1 (address)", row.GetProperty("failureReason").GetString());

        // The same again, a mail server's habit, changes nothing.
        Assert.Equal((HttpStatusCode.OK, 1, 0), await PostAsync(driver.Api, Bounce(shape, letter)));
        Assert.Single(await driver.LogAsync(id, "FAILED"));
    }

    [Fact]
    public async Task What_is_only_late_and_what_is_no_bounce_change_nothing()
    {
        await using var mail = new MailServer();
        await using var driver = Driver(mail.Port);
        await driver.CustomersAsync(1);
        var id = await driver.LaunchAsync();
        await driver.UntilAcceptedAsync(id, 1);
        var letter = mail.Letters.Single().Message.MessageId!;
        var late = Bounce("postfix", letter).Replace("Action: failed", "Action: delayed", StringComparison.Ordinal);
        Assert.Equal((HttpStatusCode.OK, 0, 0), await PostAsync(driver.Api, late));
        var absent = $"From: c0000@example.com\r\nSubject: Away\r\nIn-Reply-To: <{letter}>\r\n\r\nI am on holiday.\r\n";
        Assert.Equal((HttpStatusCode.OK, 0, 0), await PostAsync(driver.Api, absent));
    }

    [Fact]
    public async Task A_bounce_of_somebody_else_s_message_is_a_dead_letter()
    {
        await using var mail = new MailServer();
        await using var driver = Driver(mail.Port);
        Assert.Equal((HttpStatusCode.OK, 0, 1), await PostAsync(driver.Api, Bounce("postfix", "abc123@other.example")));
        var client = await driver.ClientAsync();
        var dead = Assert.Single(await client.GetFromJsonAsync<JsonElement[]>("/receipts/dead", Cancellation) ?? []);
        Assert.Equal("bounce: it names no message of ours.", dead.GetProperty("reason").GetString());
        Assert.False(dead.GetProperty("replayable").GetBoolean());

        // One with an id in our form, of a message that there is not: on its way as any receipt.
        Assert.Equal(
            (HttpStatusCode.OK, 1, 0), await PostAsync(driver.Api, Bounce("postfix", $"{Guid.CreateVersion7()}@shop.example")));

        // And of a test nothing is kept.
        Assert.Equal(
            (HttpStatusCode.OK, 1, 0), await PostAsync(driver.Api, Bounce("postfix", $"test-{Guid.CreateVersion7()}@shop.example")));
        var stream = driver.Api.Services.GetRequiredService<IReceiptStream>();
        var info = await stream.InfoAsync(ReceiptConsumer.Workers, Cancellation);
        Assert.Equal(1, info.Length);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("a-token-of-the-mail-server-32-charz")]
    public async Task Without_the_token_nothing_is_taken(string? token)
    {
        await using var mail = new MailServer();
        await using var driver = Driver(mail.Port);
        var bounce = Bounce("postfix", $"{Guid.CreateVersion7()}@shop.example");
        Assert.Equal(HttpStatusCode.Unauthorized, (await PostAsync(driver.Api, bounce, token)).Status);
    }

    [Fact]
    public async Task Where_no_token_is_set_the_answer_says_which_setting_it_is()
    {
        await using var mail = new MailServer();
        await using var driver = SmtpCampaignTests.Driver(mail.Port);
        using var client = driver.Api.Anonymous();
        using var answer = await client.PostAsync("/vendor/receipt/email", new StringContent("x"), Cancellation);
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Equal(
            "Nothing is taken here until Vendors:Email:Smtp:Bounces:Secret is set.",
            (await answer.JsonAsync()).GetProperty("detail").GetString());
    }

    private static CampaignDriver Driver(int port) => SmtpCampaignTests.Driver(
        port, ("Vendors:Email:Smtp:Bounces:Secret", Token), ("Vendors:Email:Smtp:SettleAfter", "01:00:00"));

    private static async Task<(HttpStatusCode Status, int Accepted, int Rejected)> PostAsync(
        ApiServer api, string bounce, string? token = Token)
    {
        using var client = api.Anonymous();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/vendor/receipt/email")
        {
            Content = new ByteArrayContent(Encoding.UTF8.GetBytes(bounce)) { Headers = { ContentType = new("message/rfc822") } },
        };
        if (token is not null)
        {
            request.Headers.TryAddWithoutValidation("X-Bounce-Token", token);
        }

        using var answer = await client.SendAsync(request, Cancellation);
        if (answer.StatusCode != HttpStatusCode.OK)
        {
            return (answer.StatusCode, 0, 0);
        }

        var body = await answer.JsonAsync();
        return (answer.StatusCode, body.GetProperty("accepted").GetInt32(), body.GetProperty("rejected").GetInt32());
    }

    private static string Bounce(string shape, string messageId) => (shape switch
    {
        "postfix" => Postfix.Replace("MESSAGE-ID", messageId, StringComparison.Ordinal),
        "exchange" => Exchange.Replace("MESSAGE-ID", messageId, StringComparison.Ordinal),
        _ => Verp.Replace("OUR-ID", messageId[..messageId.IndexOf('@', StringComparison.Ordinal)], StringComparison.Ordinal),
    }).ReplaceLineEndings("\r\n");

    private const string Postfix = """
        Return-Path: <>
        Delivered-To: bounces@shop.example
        Date: Mon, 30 Nov 2026 05:00:00 +0000 (UTC)
        From: MAILER-DAEMON@mail.shop.example (Mail Delivery System)
        Subject: Undelivered Mail Returned to Sender
        To: bounces@shop.example
        Auto-Submitted: auto-replied
        MIME-Version: 1.0
        Content-Type: multipart/report; report-type=delivery-status;
        	boundary="4F1A2C0123.1795338000/mail.shop.example"
        Message-Id: <20261130050000.4F1A2C0124@mail.shop.example>

        This is a MIME-encapsulated message.

        --4F1A2C0123.1795338000/mail.shop.example
        Content-Description: Notification
        Content-Type: text/plain; charset=us-ascii

        <c0001@example.com>: host mx.example.com[192.0.2.1] said: 550 5.1.1
            <c0001@example.com>: Recipient address rejected (in reply to RCPT TO command)

        --4F1A2C0123.1795338000/mail.shop.example
        Content-Description: Delivery report
        Content-Type: message/delivery-status

        Reporting-MTA: dns; mail.shop.example
        X-Postfix-Queue-ID: 4F1A2C0123
        X-Postfix-Sender: rfc822; bounces@shop.example
        Arrival-Date: Mon, 30 Nov 2026 05:00:00 +0000 (UTC)

        Final-Recipient: rfc822; c0001@example.com
        Original-Recipient: rfc822;c0001@example.com
        Action: failed
        Status: 5.1.1
        Remote-MTA: dns; mx.example.com
        Diagnostic-Code: smtp; 550 5.1.1 <c0001@example.com>: Recipient address rejected

        --4F1A2C0123.1795338000/mail.shop.example
        Content-Description: Undelivered Message Headers
        Content-Type: text/rfc822-headers

        Return-Path: <bounces@shop.example>
        Received: from api (unknown [127.0.0.1]) by mail.shop.example (Postfix)
        From: Shop <news@shop.example>
        To: c0001@example.com
        Subject: Everybody
        Message-Id: <MESSAGE-ID>

        --4F1A2C0123.1795338000/mail.shop.example--
        """;

    private const string Exchange = """
        From: <postmaster@contoso.example>
        To: <news@shop.example>
        Date: Mon, 30 Nov 2026 05:00:03 +0000
        Content-Type: multipart/report; report-type=delivery-status;
        	boundary="b2bd2ad7-8e4e-4f0c-9f7e-1f2f3f4f5f6f"
        MIME-Version: 1.0
        X-MS-Exchange-Message-Is-Ndr:
        Message-ID: <9c1d2e3f-1111-4222-8333-444455556666@contoso.example>
        In-Reply-To: <MESSAGE-ID>
        References: <MESSAGE-ID>
        Subject: Undeliverable: Everybody

        --b2bd2ad7-8e4e-4f0c-9f7e-1f2f3f4f5f6f
        Content-Type: multipart/alternative; differences=Content-Type;
        	boundary="inner-0001"

        --inner-0001
        Content-Type: text/plain; charset="utf-8"
        Content-Transfer-Encoding: quoted-printable

        Your message to c0001@example.com couldn't be delivered.

        --inner-0001
        Content-Type: text/html; charset="utf-8"

        <p>Your message to <b>c0001@example.com</b> couldn't be delivered.</p>

        --inner-0001--

        --b2bd2ad7-8e4e-4f0c-9f7e-1f2f3f4f5f6f
        Content-Type: message/delivery-status

        Reporting-MTA: dns;PR3P190MB0001.EURP190.PROD.OUTLOOK.EXAMPLE
        Received-From-MTA: dns;mail.shop.example
        Arrival-Date: Mon, 30 Nov 2026 05:00:02 +0000

        Final-Recipient: rfc822;c0001@example.com
        Action: failed
        Status: 5.1.10
        Diagnostic-Code: smtp;550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient c0001@example.com not found by SMTP address lookup

        --b2bd2ad7-8e4e-4f0c-9f7e-1f2f3f4f5f6f
        Content-Type: message/rfc822

        Received: from mail.shop.example (192.0.2.7) by contoso.example
        From: Shop <news@shop.example>
        To: <c0001@example.com>
        Subject: Everybody
        Message-ID: <MESSAGE-ID>
        MIME-Version: 1.0
        Content-Type: text/plain; charset=utf-8

        Hi Customer

        --b2bd2ad7-8e4e-4f0c-9f7e-1f2f3f4f5f6f--
        """;

    // Nothing of the message comes back, and the server has given it an id of its own.
    private const string Verp = """
        From: Mail Delivery Subsystem <mailer-daemon@example.com>
        To: bounces+OUR-ID@shop.example
        Subject: Delivery Status Notification (Failure)
        MIME-Version: 1.0
        Content-Type: multipart/report; boundary="0000000000001"; report-type=delivery-status

        --0000000000001
        Content-Type: text/plain; charset="UTF-8"

        Address not found

        --0000000000001
        Content-Type: message/delivery-status

        Reporting-MTA: dns; mail.example.com
        Arrival-Date: Mon, 30 Nov 2026 05:00:00 -0800 (PST)

        Final-Recipient: rfc822; c0001@example.com
        Action: failed
        Status: 5.1.1
        Diagnostic-Code: smtp; 550-5.1.1 The email account that you tried to reach does not exist.

        --0000000000001--
        """;
}
