using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Net;
using System.Text.Json;
using XenoCrm.Core.Customers;
using XenoCrm.Tests.Support;

namespace XenoCrm.Tests.Campaigns;

/// <summary>The vendor away: no try of any message, told everywhere, and over by itself.</summary>
public sealed class VendorOutageTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task With_nobody_listening_a_campaign_waits_and_goes_out_when_the_vendor_comes_up()
    {
        var port = FreePorts.Row(1);
        using var log = new Warnings();
        await using var driver = new CampaignDriver(
            new Uri($"http://127.0.0.1:{port}"), log, (
                "Campaigns:MaxAttempts", "1"), ("Campaigns:MinFailureSample", "1"), ("Campaigns:MaxFailureRate", "0.01"));
        var (tries, away) = (0, 0.0);
        using var meters = Listen(driver, (name, value, result) =>
        {
            tries += name == "xenocrm.messages" && result == "waiting" ? 1 : 0;
            away = name == "xenocrm.vendor.away" ? value : away;
        });
        await driver.CustomersAsync(3);
        var id = await driver.LaunchAsync();

        await Poll.UntilAsync(async () => Waiting(await driver.CampaignAsync(id)) is not null, "the campaign to wait");
        var campaign = await driver.CampaignAsync(id);
        var waiting = campaign.GetProperty("waiting");
        Assert.Equal("the vendor cannot be reached", waiting.GetProperty("reason").GetString());
        Assert.True(waiting.GetProperty("since").GetDateTimeOffset() >= campaign.GetProperty("createdAt").GetDateTimeOffset());
        Assert.Equal("the vendor cannot be reached", Waiting((await ListAsync(driver)).Single()));
        var client = await driver.ClientAsync();
        Assert.Equal((HttpStatusCode.OK, "degraded"), await HealthAsync(client));

        // More vain tries than a message has, were they any of its tries.
        await Poll.UntilAsync(() => tries >= 4, "four vain tries");
        meters.RecordObservableInstruments();
        Assert.True(away > 0, "The metric says that the vendor is there.");
        campaign = await driver.CampaignAsync(id);
        Assert.Equal(("sending", 3, 0), (campaign.GetProperty("status").GetString(), Stat(campaign, "pending"), Stat(campaign, "failed")));
        Assert.Single(log.Lines, line => line.StartsWith("The vendor is away", StringComparison.Ordinal));
        Assert.DoesNotContain(log.Lines, line => line.StartsWith("The vendor is back", StringComparison.Ordinal));

        await using var vendor = new ScriptedVendor(port);
        await driver.UntilAcceptedAsync(id, 3);
        Assert.Null(Waiting(await driver.CampaignAsync(id)));
        Assert.Equal((HttpStatusCode.OK, "healthy"), await HealthAsync(client));
        meters.RecordObservableInstruments();
        Assert.Equal(0, away);
        Assert.All(await driver.LogAsync(id), row => Assert.Equal(1, row.GetProperty("attempts").GetInt32()));
        Assert.Single(log.Lines, line => line.StartsWith("The vendor is away", StringComparison.Ordinal));
        Assert.Single(log.Lines, line => line.StartsWith("The vendor is back", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("http://no-such-host.invalid/", "the vendor's host name is not known")]
    [InlineData("https://127.0.0.1:{0}/", "no secure connection to the vendor came about")]
    public async Task A_name_that_does_not_resolve_and_a_handshake_that_fails_are_no_try_of_a_message(string address, string reason)
    {
        await using var plain = new ScriptedVendor(FreePorts.Row(1));
        await using var driver = new CampaignDriver(
            new Uri(string.Format(CultureInfo.InvariantCulture, address, plain.Address.Port)),
            null,
            ("Campaigns:MaxAttempts", "1"),
            ("Vendor:Timeout", "00:00:20"),
            ("Campaigns:Lease", "00:00:30"));
        await driver.CustomersAsync(1);
        var id = await driver.LaunchAsync();
        await Poll.UntilAsync(async () => Waiting(await driver.CampaignAsync(id)) is not null, "the campaign to wait");
        Assert.Equal(reason, Waiting(await driver.CampaignAsync(id)));
        Assert.Equal((1, 0), (Stat(await driver.CampaignAsync(id), "pending"), Stat(await driver.CampaignAsync(id), "failed")));
    }

    [Theory]
    [InlineData(500, "the vendor answered 500")]
    [InlineData(502, "the vendor answered 502")]
    [InlineData(503, "the vendor answered 503")]
    [InlineData(429, "the vendor answered 429")]
    [InlineData(401, "the vendor answered 401")]
    [InlineData(404, "the vendor answered 404")]
    [InlineData(408, "the vendor answered 408")]
    [InlineData(0, "the connection to the vendor broke off")]
    [InlineData(-1, "the vendor did not answer in time")]
    [InlineData(200, "the vendor's answer is not the JSON that it should be")]
    public async Task What_is_no_answer_to_a_message_costs_it_nothing(int status, string reason)
    {
        await using var driver = new CampaignDriver(("Campaigns:MaxAttempts", "1"));
        driver.Vendor.OnSend = async (http, batch) =>
        {
            if (batch.Number > 2)
            {
                await ScriptedVendor.AcceptAsync(http, batch);
                return;
            }

            if (status < 0)
            {
                await Task.Delay(Timeout.Infinite, http.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            else if (status == 0)
            {
                http.Abort();
            }
            else
            {
                await ScriptedVendor.AnswerAsync(http, status);
            }
        };
        await driver.CustomersAsync(2);
        var id = await driver.LaunchAsync();
        await Poll.UntilAsync(async () => Waiting(await driver.CampaignAsync(id)) == reason, "the campaign to wait");
        await driver.UntilAcceptedAsync(id, 2);
        Assert.All(await driver.LogAsync(id), row => Assert.Equal(1, row.GetProperty("attempts").GetInt32()));
        Assert.Null(Waiting(await driver.CampaignAsync(id)));
    }

    [Fact]
    public async Task A_vendor_that_will_not_have_our_address_for_receipts_is_no_failure_of_a_message()
    {
        await using var driver = new CampaignDriver(("Campaigns:MaxAttempts", "1"));
        driver.Vendor.OnSend = async (http, batch) =>
        {
            if (batch.Number > 1)
            {
                await ScriptedVendor.AcceptAsync(http, batch);
                return;
            }

            http.Response.StatusCode = 400;
            await http.Response.WriteAsJsonAsync(
                new { errors = new Dictionary<string, string[]> { ["callbackUrl"] = ["It must be absolute."] } });
        };
        await driver.CustomersAsync(2);
        var id = await driver.LaunchAsync();
        await driver.UntilAcceptedAsync(id, 2);
    }

    [Fact]
    public async Task A_vendor_that_is_away_is_not_asked_all_the_time_however_many_campaigns_wait()
    {
        await using var driver = new CampaignDriver(("Campaigns:BatchSize", "1"), ("Campaigns:Concurrency", "8"));
        var started = 0L;
        var until = TimeSpan.FromSeconds(4);
        driver.Vendor.OnSend = (http, _) =>
        {
            Interlocked.CompareExchange(ref started, Environment.TickCount64, 0);
            return ScriptedVendor.AnswerAsync(http, 503);
        };
        await driver.CustomersAsync(20);
        for (var i = 0; i < 5; i++)
        {
            await driver.LaunchAsync(name: $"Campaign {i}");
        }

        await Poll.UntilAsync(
            () => started != 0 && Environment.TickCount64 - started > until.TotalMilliseconds, "four seconds of the outage");

        // Some batches may have been under way when the first failed; after that the pauses are half a second and double.
        Assert.InRange(driver.Vendor.Batches.Count, 2, 8 + 5);
    }

    [Fact]
    public async Task A_campaign_that_the_vendor_cannot_take_does_not_stand_before_the_others()
    {
        await using var driver = new CampaignDriver();
        driver.Vendor.OnSend = (http, batch) =>
            batch.Messages[0].Text == "poison" ? ScriptedVendor.AnswerAsync(http, 500) : ScriptedVendor.AcceptAsync(http, batch);
        await driver.CustomersAsync(2);
        await driver.LaunchAsync("poison", "First");
        await Poll.UntilAsync(() => !driver.Vendor.Batches.IsEmpty, "the first campaign's batch");
        await driver.UntilAcceptedAsync(await driver.LaunchAsync("harmless", "Second"), 2);
    }

    [Fact]
    public async Task Cancelling_while_the_vendor_is_away_ends_at_once_what_it_cannot_have()
    {
        await using var driver = new CampaignDriver(new Uri($"http://127.0.0.1:{FreePorts.Row(1)}"), null);
        await driver.CustomersAsync(3);
        var id = await driver.LaunchAsync();
        await Poll.UntilAsync(async () => Waiting(await driver.CampaignAsync(id)) is not null, "the campaign to wait");
        Assert.Equal(HttpStatusCode.Accepted, (await driver.StepAsync(id, "cancel")).StatusCode);
        await Poll.UntilAsync(async () => Stat(await driver.CampaignAsync(id), "skipped") == 3, "all to be skipped");
        Assert.All(await driver.LogAsync(id, "SKIPPED"), row => Assert.Equal("cancelled", row.GetProperty("failureReason").GetString()));
    }

    [Fact]
    public async Task With_nothing_left_to_send_the_end_of_an_outage_is_noticed_all_the_same()
    {
        await using var driver = new CampaignDriver();
        driver.Vendor.OnSend = (http, _) => ScriptedVendor.AnswerAsync(http, 503);
        await driver.CustomersAsync(1);
        var id = await driver.LaunchAsync();
        await Poll.UntilAsync(async () => Waiting(await driver.CampaignAsync(id)) is not null, "the campaign to wait");
        await driver.StepAsync(id, "pause");
        var client = await driver.ClientAsync();
        await Poll.UntilAsync(async () => await HealthAsync(client) == (HttpStatusCode.OK, "healthy"), "the vendor to be there again");
    }

    [Fact]
    public async Task What_the_vendor_may_have_is_asked_for_before_it_is_skipped()
    {
        await using var driver = new CampaignDriver(("Campaigns:ReceiptTimeout", "00:10:00"));
        var known = new ConcurrentDictionary<string, bool>();
        var isBack = false;
        driver.Vendor.OnSend = (http, batch) =>
        {
            // It has the first one, and says so to nobody.
            known.TryAdd(batch.Messages.First(message => message.Recipient == "c0000@example.com").Id, true);
            return ScriptedVendor.AnswerAsync(http, 500);
        };
        driver.Vendor.OnAsk = (http, id) =>
        {
            if (!isBack)
            {
                return ScriptedVendor.AnswerAsync(http, 500);
            }

            return known.ContainsKey(id) ? http.Response.WriteAsJsonAsync(
                new { id, vendorMessageId = "v-" + id, status = "SENT" }) : ScriptedVendor.AnswerAsync(http, 404);
        };
        await driver.CustomersAsync(2);
        var campaign = await driver.LaunchAsync();
        await Poll.UntilAsync(async () => Waiting(await driver.CampaignAsync(campaign)) is not null, "the campaign to wait");
        await driver.Api.Services.GetRequiredService<ICustomerStore>().UpsertAsync(
            [new CustomerChange { Id = "c0000", Unsubscribed = true }, new CustomerChange { Id = "c0001", Unsubscribed = true }],
                Cancellation);
        isBack = true;
        await driver.UntilAsync(campaign, "completed");
        var rows = (await driver.LogAsync(campaign))
            .ToDictionary(row => row.GetProperty("customerId").GetString()!, row => row.GetProperty("status").GetString());
        Assert.Equal(("SENT", "SKIPPED"), (rows["c0000"], rows["c0001"]));
    }

    private static string? Waiting(JsonElement campaign) =>
        campaign.GetProperty("waiting") is { ValueKind: JsonValueKind.Object } waiting ? waiting.GetProperty("reason").GetString() : null;

    private static int Stat(JsonElement campaign, string name) => campaign.GetProperty("stats").GetProperty(name).GetInt32();

    private static async Task<JsonElement[]> ListAsync(CampaignDriver driver) =>
        (await (await driver.ClientAsync()).GetFromJsonAsync<JsonElement[]>("/campaigns", Cancellation))!;

    private static async Task<(HttpStatusCode Status, string? Vendor)> HealthAsync(HttpClient client)
    {
        using var answer = await client.GetAsync("/health", Cancellation);
        var body = await answer.Content.ReadFromJsonAsync<JsonElement>(Cancellation);
        var vendor = body.GetProperty("entries").GetProperty("vendor").GetString();
        Assert.Equal(vendor, body.GetProperty("status").GetString());
        return (answer.StatusCode, vendor);
    }

    private static MeterListener Listen(CampaignDriver driver, Action<string, double, string?> measured)
    {
        var scope = driver.Api.Services.GetRequiredService<IMeterFactory>();
        var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter.Scope == scope && instrument.Meter.Name == "XenoCrm.Campaigns")
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>(
            (instrument, value, tags, _) => measured(instrument.Name, value, tags.Length == 0 ? null : (string?)tags[0].Value));
        listener.SetMeasurementEventCallback<double>((instrument, value, _, _) => measured(instrument.Name, value, null));
        listener.Start();
        return listener;
    }

    /// <summary>What is logged from warnings on.</summary>
    private sealed class Warnings : ILoggerProvider, ILogger
    {
        public ConcurrentQueue<string> Lines { get; } = [];

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Lines.Enqueue(formatter(state, exception));

        public void Dispose()
        {
            // Nothing is held.
        }
    }
}
