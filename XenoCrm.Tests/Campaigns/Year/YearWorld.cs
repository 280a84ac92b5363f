using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using XenoCrm.Api.Campaigns;
using XenoCrm.Api.Campaigns.Drafts;
using XenoCrm.Core.Account;
using XenoCrm.Core.Campaigns;
using XenoCrm.Core.Customers;
using XenoCrm.Core.Receipts;
using XenoCrm.Tests.Support;

namespace XenoCrm.Tests.Campaigns.Year;

/// <summary>
/// The API and a vendor under a clock that stands still: it is moved to the next moment at which something is due, and on only once
/// all that is due has been done. So each message is known to have left at one moment.
/// </summary>
internal sealed class YearWorld : IAsyncDisposable
{
    public static readonly FrequencyCap[] Caps = [new() { Messages = 2, Days = 7 }, new() { Messages = 4, Days = 30 }];
    public static readonly QuietHours Quiet = new() { From = new TimeOnly(21, 0), To = new TimeOnly(8, 0) };

    // Nothing else is so long: by it a row is known that is under way.
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(433.577);

    private static readonly TimeSpan StuckAfter = TimeSpan.FromMinutes(3);

    private static readonly (string What, string Sql)[] Work =
    [
        (
            "campaigns are to start",
            "SELECT count(*) FROM campaigns WHERE status IN ('starting', 'preparing') OR (status = 'scheduled' AND starts_at <= @now)"),
        (
            "campaigns have rows that are due",
            """
            SELECT count(*) FROM campaigns c WHERE completed_at IS NULL AND status IN ('sending', 'cancelled')
                AND coalesce(paced_until, 0) <= @now
                AND (EXISTS (SELECT 1 FROM log l WHERE l.campaign_id = c.id AND l.due_at <= @now)
                    OR EXISTS (SELECT 1 FROM log_blocks b WHERE b.campaign_id = c.id AND b.due_at <= @now))
            """),
        ("rows are under way", "SELECT count(*) FROM log WHERE due_at = @leased"),
        ("blocks are under way", "SELECT count(*) FROM log_blocks WHERE due_at = @leased"),
        (
            "campaigns are to be completed",
            """
            SELECT count(*) FROM campaigns c WHERE completed_at IS NULL AND status IN ('sending', 'cancelled')
                AND coalesce(paced_until, 0) <= @now
                AND NOT EXISTS (SELECT 1 FROM log_blocks b WHERE b.campaign_id = c.id AND b.pending > 0)
            """),
    ];

    private readonly StillTime time;
    private readonly Random random;
    private readonly CampaignDriver driver;
    private readonly ConcurrentQueue<YearMessage> arrived = new();
    private readonly ConcurrentDictionary<string, DeliveryStatus> verdicts = new();
    private readonly string store;
    private DateTimeOffset signedInAt;

    public YearWorld(DateTimeOffset start, Random random)
    {
        this.random = random;
        time = new StillTime(start);
        var settings = new List<(string, string)>
        {
            ("Account:TimeZone", YearPeople.AccountZone), ("Account:QuietHours:From", "21:00"), ("Account:QuietHours:To", "08:00"),
            ("Campaigns:Lease", Lease.ToString()), ("Campaigns:ReceiptTimeout", "01:00:00"), ("Vendor:Timeout", "00:01:00"),
            ("Campaigns:MaxFailureRate", "1"), ("Campaigns:GiveUpAfter", "30.00:00:00"), ("Limits:SignInBurst", "1000000"),
        };
        settings.AddRange(Caps.SelectMany((cap, i) => new[]
        {
            ($"Account:FrequencyCaps:{i}:Messages", cap.Messages.ToString(CultureInfo.InvariantCulture)),
            ($"Account:FrequencyCaps:{i}:Days", cap.Days.ToString(CultureInfo.InvariantCulture)),
        }));
        driver = CampaignDriver.By(time, [.. settings]);
        driver.Vendor.OnSend = async (http, batch) =>
        {
            foreach (var message in batch.Messages)
            {
                arrived.Enqueue(new YearMessage(time.Now, message.Id, message.Recipient));
            }

            await ScriptedVendor.AcceptAsync(http, batch);
        };
        driver.Vendor.OnAsk = (http, id) => verdicts.TryGetValue(id, out var verdict)
            ? http.Response.WriteAsJsonAsync(
                new { vendorMessageId = "v-" + id, status = verdict == DeliveryStatus.Sent ? "SENT" : "FAILED" })
            : ScriptedVendor.AnswerAsync(http, StatusCodes.Status404NotFound);
        store = $"Data Source={Path.Combine(driver.Api.DataFolder, "xenocrm.db")};Mode=ReadOnly";
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public DateTimeOffset Now => time.Now;

    /// <summary>Every message that the vendor got, in that order.</summary>
    public List<YearMessage> Messages { get; } = [];

    /// <summary>What the vendor made of a message, by our id.</summary>
    public IReadOnlyDictionary<string, DeliveryStatus> Verdicts => verdicts;

    public ICustomerStore Customers => driver.Api.Services.GetRequiredService<ICustomerStore>();

    /// <summary>Moves the clock from one moment at which something is due to the next, up to that time.</summary>
    public async Task LiveUntilAsync(DateTimeOffset end)
    {
        while (await NextAsync() is { } next && next < end)
        {
            time.Now = next;
            await SettleAsync();
        }

        time.Now = end;
        await SettleAsync();
    }

    /// <summary>Waits until nothing is due any more at this moment, and passes on what the vendor made of the messages.</summary>
    public async Task SettleAsync()
    {
        await UntilIdleAsync();
        if (!await ReceiveAsync())
        {
            return;
        }

        await UntilIdleAsync();
    }

    public async Task<string> PostAsync(string path, object body)
    {
        using var answer = await (await ClientAsync()).PostAsJsonAsync(path, body, Cancellation);
        var told = await answer.Content.ReadAsStringAsync(Cancellation);
        Assert.True(answer.IsSuccessStatusCode, $"{path} {told}");
        return told;
    }

    public async Task LaunchAsync(YearCampaign campaign, object request)
    {
        campaign.Id = JsonDocument.Parse(await PostAsync("/campaigns", request)).RootElement.Text("id")!;
        await StepAsync(campaign.Id, "launch");
    }

    public async Task StepAsync(string id, string step)
    {
        using var answer = await (await ClientAsync()).PostAsync($"/campaigns/{id}/{step}", null, Cancellation);
        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
    }

    public async Task EraseAsync(string customerId)
    {
        using var answer = await (await ClientAsync()).DeleteAsync($"/customers/{customerId}", Cancellation);
        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
    }

    public async Task<JsonElement[]> RunsAsync(string id)
    {
        return await (await ClientAsync()).GetFromJsonAsync<JsonElement[]>($"/campaigns?limit=100&series={id}", Cancellation) ?? [];
    }

    public async Task<string?> StatusAsync(string id) =>
        (await (await ClientAsync()).GetFromJsonAsync<JsonElement>($"/campaigns/{id}", Cancellation)).Text("status");

    /// <summary>A campaign's log as it is exported.</summary>
    public async Task<List<YearRow>> LogAsync(string id)
    {
        var csv = await (await ClientAsync()).GetStringAsync($"/campaigns/{id}/logs.csv", Cancellation);
        var lines = csv.TrimStart('\uFEFF').Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.TrimEnd('\r').Split(','));
        var columns = lines.First().Index().ToDictionary(column => column.Item, column => column.Index);
        return
        [
            .. lines.Skip(1).Select(cells => new YearRow(
                cells[columns["id"]], cells[columns["customerId"]], cells[columns["recipient"]].TrimStart('\''), cells[columns["status"]],
                cells[columns["failureReason"]], int.Parse(cells[columns["attempts"]], CultureInfo.InvariantCulture),
                At(cells[columns["createdAt"]]), At(cells[columns["updatedAt"]]))),
        ];
    }

    public ValueTask DisposeAsync() => driver.DisposeAsync();

    // A session is over once the clock has been put forward.
    private async Task<HttpClient> ClientAsync()
    {
        if (signedInAt != time.Now)
        {
            driver.SignInAnew();
            signedInAt = time.Now;
        }

        return await driver.ClientAsync();
    }

    private static DateTimeOffset At(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);

    /// <summary>Nine in ten are sent; of a few the receipt is lost, so that the vendor has to be asked.</summary>
    private async Task<bool> ReceiveAsync()
    {
        var receipts = new List<Receipt>();
        while (arrived.TryDequeue(out var message))
        {
            Messages.Add(message);
            var verdict = random.Next(100) < 90 ? DeliveryStatus.Sent : DeliveryStatus.Failed;
            verdicts[message.Id] = verdict;
            if (random.Next(100) > 0)
            {
                receipts.Add(new Receipt(
                    message.Id, "v-" + message.Id, verdict, verdict == DeliveryStatus.Failed ? "it bounced" : null, time.Now));
            }
        }

        foreach (var batch in receipts.Chunk(1_000))
        {
            await driver.Api.Services.GetRequiredService<IReceiptStore>().ApplyAsync(batch, Cancellation);
        }

        return receipts.Count > 0;
    }

    private async Task UntilIdleAsync()
    {
        var since = Environment.TickCount64;
        while (await BusyAsync() is { Length: > 0 } busy)
        {
            if (Environment.TickCount64 - since > StuckAfter.TotalMilliseconds)
            {
                Assert.Fail($"At {time.Now:O} it does not come to rest: {busy}.");
            }

            await Task.Delay(5, Cancellation);
        }
    }

    /// <summary>What is due at this moment and not done yet; empty for nothing.</summary>
    private async Task<string> BusyAsync()
    {
        driver.Api.Services.GetRequiredService<StartSignal>().Wake();
        driver.Api.Services.GetRequiredService<SenderSignal>().Wake();
        foreach (var (what, sql) in Work)
        {
            if (await CountAsync(sql) is > 0 and var count)
            {
                return $"{count} {what}";
            }
        }

        return "";
    }

    private async Task<DateTimeOffset?> NextAsync()
    {
        var next = await CountAsync(
            """
            SELECT coalesce(min(at), -1) FROM (
                SELECT starts_at at FROM campaigns WHERE status = 'scheduled'
                UNION ALL
                SELECT max(coalesce(paced_until, 0), (SELECT min(due_at) FROM (
                    SELECT min(due_at) due_at FROM log l WHERE l.campaign_id = c.id AND l.due_at IS NOT NULL
                    UNION ALL
                    SELECT min(due_at) FROM log_blocks b WHERE b.campaign_id = c.id AND b.due_at IS NOT NULL)))
                FROM campaigns c WHERE completed_at IS NULL AND status IN ('sending', 'cancelled'))
            """);
        return next < 0 ? null : DateTimeOffset.FromUnixTimeMilliseconds(next);
    }

    private async Task<long> CountAsync(string sql)
    {
        await using var connection = new SqliteConnection(store);
        await connection.OpenAsync(Cancellation);
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.Parameters.AddWithValue("@now", time.Now.ToUnixTimeMilliseconds());
        command.Parameters.AddWithValue("@leased", (time.Now + Lease).ToUnixTimeMilliseconds());
        return (long)(await command.ExecuteScalarAsync(Cancellation))!;
    }
}
