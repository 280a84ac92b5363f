using System.Diagnostics.Metrics;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using XenoCrm.Api.Audit;
using XenoCrm.Core;
using XenoCrm.Core.Audit;
using XenoCrm.Core.Campaigns;
using XenoCrm.Core.Receipts;
using XenoCrm.Data.Sqlite;
using XenoCrm.Tests.Support;

namespace XenoCrm.Tests.Audit;

public sealed class AuditApiTests : IAsyncDisposable
{
    private readonly ScriptedVendor vendor = new();
    private readonly LogLines<AuditLog> log = new();
    private readonly FaultyAudit faults = new();
    private readonly ApiServer api;

    public AuditApiTests() => api = new ApiServer(
        new Dictionary<string, string?> { ["Vendor:BaseAddress"] = vendor.Address.ToString() },
        host => host.ConfigureServices(services => services
            .AddHttpContextAccessor()
            .AddSingleton<ILogger<AuditLog>>(log)
            .AddSingleton<IAuditStore>(
                provider =>
                    faults.Around(
                        new SqliteAuditStore(provider.GetRequiredService<SqliteDatabase>()),
                        provider.GetRequiredService<IHttpContextAccessor>()))));

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_is_done_is_written_down_with_who_did_it_to_what()
    {
        vendor.OnSend = (http, _) => ScriptedVendor.AnswerAsync(http, 503);
        using var admin = await api.SignedInAsync("mara@example.com");
        using var marketer = await api.SignedInAsync("mo@example.com", "marketer");
        (await admin.PostAsJsonAsync("/customers", new { id = "c1", name = "Asha", email = "asha@example.com" },
            Cancellation)).EnsureSuccessStatusCode();
        var launch = await (
            await marketer.PostAsJsonAsync(
                "/segments", new { name = "All", rule = new Dictionary<string, bool> { ["$everyone"] = true } }, Cancellation)).JsonAsync();
        var (segment, campaign) = (launch.Text("segmentId"), launch.Text("campaignId"));
        foreach (var verb in new[] { "pause", "resume", "cancel" })
        {
            Assert.Equal(
                HttpStatusCode.Accepted, (await marketer.PostAsync($"/campaigns/{campaign}/{verb}", null, Cancellation)).StatusCode);
        }

        var key = await (
            await admin.PostAsJsonAsync("/keys", new { name = "shop", scopes = new[] { "read", "send" } }, Cancellation)).JsonAsync();
        var mo = (await PeopleAsync(admin)).Single(person => person.Text("email") == "mo@example.com").Text("id");
        await KillAReceiptAsync();
        using var program = api.Anonymous();
        program.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key.Text("key"));
        (await program.PostAsync("/receipts/dead/replay", null, Cancellation)).EnsureSuccessStatusCode();
        await admin.DeleteAsync($"/keys/{key.Text("id")}", Cancellation);
        await admin.PutAsJsonAsync($"/people/{mo}/role", new { role = "viewer" }, Cancellation);
        await admin.DeleteAsync($"/people/{mo}", Cancellation);
        await admin.DeleteAsync("/customers/c1", Cancellation);

        var entries = await EntriesAsync(admin);

        string[] expected =
        [
            $"mo@example.com person.first-sign-in {mo} marketer",
            $"mo@example.com segment.created {segment}",
            $"mo@example.com campaign.created {campaign} recipients: 1",
            $"mo@example.com campaign.paused {campaign}",
            $"mo@example.com campaign.resumed {campaign}",
            $"mo@example.com campaign.cancelled {campaign}",
            $"mara@example.com key.created {key.Text("id")} shop: read, send",
            "key:shop receipts.replayed receipts: 1",
            $"mara@example.com key.revoked {key.Text("id")} shop",
            $"mara@example.com person.role-changed {mo} marketer → viewer",
            $"mara@example.com person.removed {mo} viewer",
            "mara@example.com customer.erased c1",
        ];
        Assert.Equal(expected, entries.Skip(1));
        Assert.StartsWith("mara@example.com person.first-sign-in", entries[0], StringComparison.Ordinal);
        Assert.DoesNotContain("asha", string.Concat(entries), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Who_takes_personal_data_out_in_a_file_is_written_down_before_the_first_byte()
    {
        using var admin = await api.SignedInAsync("mara@example.com");
        using var viewer = await api.SignedInAsync("vi@example.com", "viewer");
        (await admin.PostAsJsonAsync("/customers", new { id = "c1", name = "Asha", email = "asha@example.com" },
            Cancellation)).EnsureSuccessStatusCode();
        var launch = await (
            await admin.PostAsJsonAsync(
                "/segments", new { name = "All", rule = new Dictionary<string, bool> { ["$everyone"] = true } }, Cancellation)).JsonAsync();
        var campaign = launch.Text("campaignId");
        var before = (await EntriesAsync(admin)).Length;

        foreach (
            var path in new[] { "/customers.csv", "/customers.csv?q=asha@example.com", $"/campaigns/{campaign}/logs.csv",
                $"/campaigns/{campaign}/logs.csv?status=FAILED" })
        {
            (await viewer.GetAsync(path, Cancellation)).EnsureSuccessStatusCode();
        }

        string[] expected =
        [
            "vi@example.com customers.exported all",
            "vi@example.com customers.exported some",
            $"vi@example.com campaign.log-exported {campaign} all",
            $"vi@example.com campaign.log-exported {campaign} status: FAILED",
        ];
        Assert.Equal(expected, (await EntriesAsync(admin)).Skip(before));
        Assert.False(faults.SawAnAnswerBegun);
    }

    [Fact]
    public async Task What_was_refused_or_changed_nothing_is_not_written_down()
    {
        using var admin = await api.SignedInAsync("mara@example.com");
        await admin.DeleteAsync("/customers/nobody", Cancellation);
        await admin.PostAsync("/campaigns/none/pause", null, Cancellation);
        await admin.PostAsync("/receipts/dead/replay", null, Cancellation);
        await admin.DeleteAsync("/keys/none", Cancellation);
        await admin.DeleteAsync("/people/none", Cancellation);
        await admin.GetAsync($"/customers.csv?q={new string('x', 201)}", Cancellation);
        await admin.GetAsync("/campaigns/none/logs.csv", Cancellation);
        Assert.Single(await EntriesAsync(admin));
    }

    [Fact]
    public async Task Only_admins_read_it_page_by_page()
    {
        using var admin = await api.SignedInAsync("mara@example.com");
        using var marketer = await api.SignedInAsync("mo@example.com", "marketer");
        Assert.Equal(HttpStatusCode.Forbidden, (await marketer.GetAsync("/audit", Cancellation)).StatusCode);

        var first = await admin.GetAsync("/audit?limit=1", Cancellation);
        var next = Assert.Single(first.Headers.GetValues("X-Next-Cursor"));
        var rest = await admin.GetAsync($"/audit?limit=1&cursor={next}", Cancellation);

        Assert.Equal("mo@example.com", Assert.Single((await first.JsonAsync()).EnumerateArray()).Text("actor"));
        Assert.Equal("mara@example.com", Assert.Single((await rest.JsonAsync()).EnumerateArray()).Text("actor"));
        await (await admin.GetAsync("/audit?limit=0", Cancellation)).ErrorAsync("limit");
    }

    [Fact]
    public async Task An_entry_that_cannot_be_stored_is_told_to_the_operator_and_what_was_done_stands()
    {
        using var admin = await api.SignedInAsync("mara@example.com");
        (await admin.PostAsJsonAsync("/customers", new { id = "c1", name = "Asha", email = "asha@example.com" },
            Cancellation)).EnsureSuccessStatusCode();
        var lost = 0L;
        using var listener = Listen(value => Interlocked.Add(ref lost, value));

        faults.IsDown = true;
        var answer = await admin.DeleteAsync("/customers/c1", Cancellation);
        faults.IsDown = false;

        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
        Assert.Equal(1, lost);
        var line = Assert.Single(log.Lines);
        Assert.Equal(LogLevel.Error, line.Level);
        var id = (await PeopleAsync(admin)).Single().Text("id");
        Assert.Equal(
            $"The audit log lacks an entry that could not be stored: customer.erased of c1 by {id}. The audit log is down.", line.Text);
        Assert.Single(await EntriesAsync(admin));
    }

    public async ValueTask DisposeAsync()
    {
        api.Dispose();
        await vendor.DisposeAsync();
    }

    // Of this server alone: other tests have theirs in the same process.
    private MeterListener Listen(Action<long> add)
    {
        var meters = api.Services.GetRequiredService<IMeterFactory>();
        var listener = new MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (instrument.Meter.Name == AuditLog.Meter && ReferenceEquals(instrument.Meter.Scope, meters))
                {
                    self.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>((_, value, _, _) => add(value));
        listener.Start();
        return listener;
    }

    private async Task KillAReceiptAsync()
    {
        var stream = api.Services.GetRequiredService<IReceiptStream>();
        var worker = new ReceiptConsumer(ReceiptConsumer.Workers, "test");
        await stream.AppendAsync(
            new ReceiptBatch([new Receipt(null, "v-1", DeliveryStatus.Sent, null, null)], DateTimeOffset.UnixEpoch, null), Cancellation);
        var entry = Assert.Single(await stream.ReadAsync(worker, 10, Cancellation));
        await stream.DeadLetterAsync(worker.Group, [new Burial(entry, entry.Receipts!, "nobody knows it")], Cancellation);
    }

    private static async Task<JsonElement[]> PeopleAsync(HttpClient admin) =>
        [.. (await (await admin.GetAsync("/people", Cancellation)).JsonAsync()).EnumerateArray()];

    /// <summary>Oldest first: actor, action, subject, detail.</summary>
    private static async Task<string[]> EntriesAsync(HttpClient admin) =>
        [.. (await (await admin.GetAsync("/audit", Cancellation)).JsonAsync()).EnumerateArray().Reverse()
            .Select(
                entry =>
                    string.Join(
                        ' ',
                        new[] { entry.Text("actor"), entry.Text("action"), entry.Text("subject"), entry.Text("detail") }.Where(
                            part => part is not null)))];

    /// <summary>The real store, with a fault that a test turns on.</summary>
    private sealed class FaultyAudit : IAuditStore
    {
        private IAuditStore? store;
        private IHttpContextAccessor? requests;
        private volatile bool isDown;

        public bool IsDown
        {
            set => isDown = value;
        }

        /// <summary>An entry came when the first byte of its request's answer was on its way.</summary>
        public bool SawAnAnswerBegun { get; private set; }

        public FaultyAudit Around(IAuditStore real, IHttpContextAccessor accessor)
        {
            (store, requests) = (real, accessor);
            return this;
        }

        public Task AddAsync(AuditEntry entry, CancellationToken cancellationToken)
        {
            SawAnAnswerBegun |= requests!.HttpContext!.Response.HasStarted;
            return isDown
                ? throw new StoreUnavailableException("The audit log is down.", new IOException())
                : store!.AddAsync(entry, cancellationToken);
        }

        public Task<Page<AuditEntry>> ListAsync(AuditFilter filter, PageRequest page, CancellationToken cancellationToken) =>
            store!.ListAsync(filter, page, cancellationToken);
    }
}
