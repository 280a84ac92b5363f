using System.Globalization;
using System.Text.Json;
using MimeKit;
using SmtpServer.Protocol;
using XenoCrm.Core.Campaigns;
using XenoCrm.Data.Sqlite;
using XenoCrm.Tests.Campaigns;
using XenoCrm.Tests.Support;

namespace XenoCrm.Tests.Sending;

/// <summary>Campaigns over a real mail server on a socket.</summary>
public sealed class SmtpCampaignTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_whole_campaign_reaches_every_recipient_once_with_the_right_head()
    {
        await using var mail = new MailServer();
        await using var driver = Driver(
            mail.Port,
            ("Account:PublicUrl", "https://crm.example.com"),
            ("Vendors:Email:Smtp:ReplyTo", "Help <help@shop.example>"),
            ("Vendors:Email:Smtp:EnvelopeFrom", "bounces+{{id}}@shop.example"));
        await driver.CustomersAsync(250);
        var id = await driver.LaunchAsync("Grüße 🎉 {{firstName|there}}\n{{unsubscribeUrl}}", "Frühling\u2028 für alle");
        await driver.UntilAsync(id, "completed");

        var rows = await driver.LogAsync(id);
        Assert.Equal(250, rows.Count);
        Assert.All(rows, row => Assert.Equal("SENT", row.GetProperty("status").GetString()));
        Assert.Equal(250, mail.Letters.Count);
        var letters = mail.Letters.ToDictionary(letter => Assert.Single(letter.Recipients));
        foreach (var row in rows)
        {
            var letter = letters[row.GetProperty("recipient").GetString()!];
            var message = letter.Message;
            var rowId = row.GetProperty("id").GetString();
            Assert.Equal($"bounces+{rowId}@shop.example", letter.EnvelopeFrom);
            Assert.Equal($"{rowId}@shop.example", message.MessageId);
            Assert.Equal($"{rowId}@shop.example", row.GetProperty("vendorMessageId").GetString());
            Assert.Equal(("Shop", "news@shop.example"), (message.From.Mailboxes.Single().Name, message.From.Mailboxes.Single().Address));
            Assert.Equal("help@shop.example", message.ReplyTo.Mailboxes.Single().Address);
            Assert.Equal(letter.Recipients, message.To.Mailboxes.Select(to => to.Address));
            Assert.Equal("Frühling für alle", message.Subject);
            var text = Assert.IsType<TextPart>(message.Body);
            Assert.True(text.IsPlain);
            Assert.Equal("utf-8", text.ContentType.Charset);
            Assert.Equal(row.GetProperty("message").GetString(), text.Text.ReplaceLineEndings("\n").TrimEnd('\n'));
            Assert.Matches("^<https://crm\\.example\\.com/unsubscribe/[A-Za-z0-9_-]+>$", message.Headers["List-Unsubscribe"]);
            Assert.Equal("List-Unsubscribe=One-Click", message.Headers["List-Unsubscribe-Post"]);
        }

        // Four batches at once at most, and each keeps its connection for the next.
        Assert.InRange(mail.Sessions, 1, 4);
    }

    [Fact]
    public async Task A_recipient_that_the_server_will_not_have_fails_with_its_words_and_without_the_address()
    {
        await using var mail = new MailServer
        {
            OnRecipient = to => to.StartsWith("c0001@", StringComparison.Ordinal)
                ? new SmtpResponse(SmtpReplyCode.MailboxUnavailable, $"5.1.1 <{to}> no such user") : null,
        };
        await using var driver = Driver(mail.Port);
        await driver.CustomersAsync(3);
        var id = await driver.LaunchAsync();
        await driver.UntilAsync(id, "completed");
        Assert.Equal((2, 1), (Stat(await driver.CampaignAsync(id), "sent"), Stat(await driver.CampaignAsync(id), "failed")));
        var failed = Assert.Single(await driver.LogAsync(id, "FAILED"));
        Assert.StartsWith(
            "the mail server answered 550: 5.1.1 <[address]> no such user",
            failed.GetProperty("failureReason").GetString(),
            StringComparison.Ordinal);
        Assert.Single(mail.Asked, "c0001@example.com");
    }

    [Fact]
    public async Task One_that_the_server_does_not_take_for_the_moment_goes_out_later()
    {
        var times = 0;
        await using var mail = new MailServer
        {
            OnRecipient = to => to.StartsWith("c0001@", StringComparison.Ordinal) && Interlocked.Increment(ref times) <= 2
                ? new SmtpResponse((SmtpReplyCode)450, "4.2.0 greylisted") : null,
        };
        await using var driver = Driver(mail.Port, ("Vendors:Email:Smtp:RetryAfter", "00:00:00.100"), ("Campaigns:MaxAttempts", "1"));
        await driver.CustomersAsync(3);
        var id = await driver.LaunchAsync();
        await driver.UntilAsync(id, "completed");
        Assert.Equal(3, Stat(await driver.CampaignAsync(id), "sent"));
        Assert.Equal(3, mail.Letters.Select(letter => letter.Recipients.Single()).Distinct().Count());
        Assert.Equal(3, mail.Letters.Count);
        Assert.Equal(3, times);
    }

    [Fact]
    public async Task A_server_that_dies_while_it_is_given_a_message_gets_that_one_no_second_time()
    {
        await using var mail = new BreakingMailServer(taken: 2);
        await using var driver = Driver(mail.Port, ("Campaigns:Concurrency", "1"), ("Campaigns:MinFailureSample", "1000"));
        await driver.CustomersAsync(30);
        var id = await driver.LaunchAsync();
        await Poll.UntilAsync(async () => Stat(await driver.CampaignAsync(id), "failed") > 0, "a message in doubt");
        var waiting = (await driver.CampaignAsync(id)).GetProperty("waiting");
        Assert.Equal(
            "the connection to the mail server broke off while it took the message", waiting.GetProperty("reason").GetString());
        await driver.StepAsync(id, "cancel");
        await driver.UntilAsync(id, "cancelled");
        await Poll.UntilAsync(async () => Stat(await driver.CampaignAsync(id), "pending") == 0, "nothing to be pending");
        var failed = await driver.LogAsync(id, "FAILED");
        Assert.All(failed, row => Assert.Equal(
            "the connection to the mail server broke off while it took the message; it may have got there, so it is not sent again",
            row.GetProperty("failureReason").GetString()));
        Assert.Equal(2, Stat(await driver.CampaignAsync(id), "sent"));
        Assert.Equal(mail.Begun.Count, mail.Begun.Distinct().Count());
        Assert.Equal(mail.Begun.Count - 2, failed.Count);
    }

    [Fact]
    public async Task With_no_server_there_the_campaign_waits_and_goes_out_when_it_comes_up()
    {
        var port = FreePorts.Row(1);
        await using var driver = Driver(port);
        await driver.CustomersAsync(3);
        var id = await driver.LaunchAsync();
        await Poll.UntilAsync(
            async () => (await driver.CampaignAsync(id)).GetProperty("waiting").ValueKind == JsonValueKind.Object, "the campaign to wait");
        Assert.Equal(
            "the mail server cannot be reached", (await driver.CampaignAsync(id)).GetProperty("waiting").GetProperty("reason").GetString());
        await using var mail = new MailServer(port);
        await driver.UntilAsync(id, "completed");
        Assert.Equal(3, mail.Letters.Count);
        Assert.All(await driver.LogAsync(id), row => Assert.Equal("SENT", row.GetProperty("status").GetString()));
    }

    [Fact]
    public async Task What_a_sender_had_when_it_died_is_in_doubt_and_not_sent_again_until_somebody_retries()
    {
        var port = FreePorts.Row(1);
        await using var driver = Driver(port, ("Campaigns:MinFailureSample", "1000"));
        await driver.CustomersAsync(3);
        var id = await driver.LaunchAsync();
        await Poll.UntilAsync(
            async () => (await driver.CampaignAsync(id)).GetProperty("waiting").ValueKind == JsonValueKind.Object, "the campaign to wait");

        // Another sender takes them, and is not heard of again.
        var outbox = driver.Api.Services.GetRequiredService<IOutbox>();
        var now = TimeProvider.System.GetUtcNow();
        var taken = new List<OutboxRow>();
        await Poll.UntilAsync(
            async () =>
            {
                taken.AddRange(await outbox.LeaseAsync(id, 2 - taken.Count, now.AddDays(1), now.AddSeconds(1), null, Cancellation));
                return taken.Count == 2;
            },
            "two rows to be leased");
        await using var mail = new MailServer(port);
        await driver.UntilAsync(id, "completed");
        Assert.Equal((1, 2), (Stat(await driver.CampaignAsync(id), "sent"), Stat(await driver.CampaignAsync(id), "failed")));
        Assert.Single(mail.Letters);
        Assert.All(await driver.LogAsync(id, "FAILED"), row => Assert.Equal(
            "what became of an earlier try is not known; it may have got there, so it is not sent again",
            row.GetProperty("failureReason").GetString()));

        await driver.StepAsync(id, "retry");
        await driver.UntilAsync(id, "completed");
        Assert.Equal(3, Stat(await driver.CampaignAsync(id), "sent"));
        Assert.Equal(3, mail.Letters.Select(letter => letter.Recipients.Single()).Distinct().Count());
    }

    // A row that differs from its block speaks for itself from then on, which costs a write of its own.
    [Fact]
    public async Task What_was_taken_together_is_noted_together()
    {
        await using var mail = new MailServer();
        await using var driver = Driver(
            mail.Port, ("Vendors:Email:Smtp:SettleAfter", "01:00:00"), ("Vendors:Email:Smtp:Timeout", "00:00:15"));
        await driver.CustomersAsync(50);
        var id = await driver.LaunchAsync();
        await driver.UntilAcceptedAsync(id, 50);
        var alone = await driver.Api.Services.GetRequiredService<SqliteDatabase>().ReadAsync(
            connection => connection.List("SELECT count(*) FROM log WHERE due_at IS NOT NULL", row => row.GetInt64(0)), Cancellation);
        Assert.Equal([0], alone);
    }

    [Fact]
    public async Task A_campaign_s_own_subject_can_be_set_and_no_name_adds_a_header()
    {
        await using var mail = new MailServer();
        await using var driver = Driver(mail.Port, ("Vendors:Email:Subject", "News\r\nBcc: all@example.com"));
        await driver.CustomersAsync(1);
        await driver.UntilAsync(await driver.LaunchAsync(name: "Other"), "completed");
        var message = Assert.Single(mail.Letters).Message;
        Assert.Equal("News Bcc: all@example.com", message.Subject);
        Assert.Empty(message.Bcc);
        Assert.DoesNotContain(message.Headers, header => header.Field.StartsWith("List-", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_test_message_goes_to_the_addresses_given_with_the_campaign_s_name()
    {
        await using var mail = new MailServer();
        await using var driver = Driver(mail.Port);
        await driver.CustomersAsync(1);
        var id = await driver.LaunchAsync(name: "Spring");
        var client = await driver.ClientAsync();
        using var answer = await client.PostAsJsonAsync(
            $"/campaigns/{id}/test", new { addresses = new[] { "mara@example.com", "leo@example.com" } }, Cancellation);
        Assert.Equal(2, (await answer.Content.ReadFromJsonAsync<JsonElement>(Cancellation)).GetProperty("accepted").GetInt32());
        var tests = mail.Letters.Where(letter => letter.Message.MessageId!.StartsWith("test-", StringComparison.Ordinal)).ToList();
        Assert.Equal(["leo@example.com", "mara@example.com"], tests.Select(letter => letter.Recipients.Single()).Order());
        Assert.All(tests, letter => Assert.Equal("Spring", letter.Message.Subject));
    }

    internal static CampaignDriver Driver(int port, params (string Key, string Value)[] settings) => new(
    [
        ("Campaigns:Lease", "00:00:30"),
        ("Vendors:Email:Kind", "Smtp"),
        ("Vendors:Email:Smtp:Host", "127.0.0.1"),
        ("Vendors:Email:Smtp:Port", port.ToString(CultureInfo.InvariantCulture)),
        ("Vendors:Email:Smtp:Tls", "None"),
        ("Vendors:Email:Smtp:From", "Shop <news@shop.example>"),
        .. settings,
    ]);

    private static int Stat(JsonElement campaign, string name) => campaign.GetProperty("stats").GetProperty(name).GetInt32();
}
