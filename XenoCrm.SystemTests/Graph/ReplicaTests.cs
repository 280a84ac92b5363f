using System.Globalization;
using System.Net;
using System.Text.Json;
using XenoCrm.Tests.Support;

namespace XenoCrm.SystemTests.Graph;

/// <summary>
/// Two API processes over one store, each with a sender, and a vendor that remembers who asked it what: the callback
/// address tells the two apart. One of them is killed while both send.
/// </summary>
public abstract class ReplicaTests : IAsyncLifetime
{
    private const int Recipients = 2_000;
    private const int BatchSize = 50;
    private const int Concurrency = 2;

    private readonly TempFolder folder = new();
    private readonly ScriptedVendor vendor = new();
    private readonly List<ServiceProcess> apis = [];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private protected ScriptedVendor Vendor => vendor;

    public async ValueTask InitializeAsync()
    {
        var shared = Settings();
        foreach (var name in new[] { "one", "two" })
        {
            apis.Add(
                new ServiceProcess(
                    "XenoCrm.Api",
                    new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{FreePorts.Row(1)}")),
                    new Dictionary<string,
                    string>(shared)
                    {
                        ["XENOCRM_DATA"] = folder.Path,
                        ["Vendor__BaseAddress"] = vendor.Address.ToString(),
                        ["Vendor__CallbackUrl"] = $"http://{name}.example/vendor/receipt",
                        ["Campaigns__BatchSize"] = BatchSize.ToString(CultureInfo.InvariantCulture),
                        ["Campaigns__Concurrency"] = Concurrency.ToString(CultureInfo.InvariantCulture),
                        ["Campaigns__Lease"] = "00:00:10",
                        ["Campaigns__ReceiptTimeout"] = "00:00:01",
                        ["Logging__LogLevel__Default"] = "Warning",
                    }));
            await apis[^1].StartAsync();
        }
    }

    public virtual async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        apis.ForEach(api => api.Dispose());
        await vendor.DisposeAsync();
        folder.Dispose();
    }

    /// <summary>Where the store and the stream are, as environment variables.</summary>
    private protected abstract IReadOnlyDictionary<string, string> Settings();

    [Fact]
    public async Task Two_senders_share_a_campaign_and_when_one_is_killed_the_other_sends_the_rest_once_each()
    {
        // No batch is answered until both have come with one; each receipt is asked for, as none is brought.
        var both = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        vendor.OnSend = async (http, batch) =>
        {
            if (vendor.Batches.Select(one => one.CallbackUrl.Host).Distinct().Count() == 2)
            {
                both.TrySetResult();
            }

            await both.Task;
            await ScriptedVendor.AcceptAsync(http, batch);
        };
        vendor.OnAsk = (http, id) => http.Response.WriteAsJsonAsync(new { id, vendorMessageId = "v-" + id, status = "SENT" });

        using var first = await SignedInAsync(apis[0]);
        var customers = Enumerable.Range(0, Recipients)
            .Select(i => new { id = $"c{i}", name = $"Customer {i}", email = $"c{i}@example.com" });
        (await first.PostAsJsonAsync("/customers/bulk", customers, Cancellation)).EnsureSuccessStatusCode();
        var launched = await first.PostAsJsonAsync(
            "/segments",
            new { name = "Everybody", rule = new Dictionary<string, bool> { ["$everyone"] = true }, message = "Hi" },
            Cancellation);
        Assert.Equal(HttpStatusCode.Created, launched.StatusCode);
        var id = (await launched.Content.ReadFromJsonAsync<JsonElement>(Cancellation)).GetProperty("campaignId").GetString();

        await Poll.UntilAsync(() => both.Task.IsCompleted, "both to send");
        apis[0].Kill();
        var before = vendor.Batches.ToList();

        using var second = await SignedInAsync(apis[1]);
        await Poll.UntilAsync(
            async () =>
                (await second.GetFromJsonAsync<CampaignView>($"/campaigns/{id}",
                    Cancellation))!.Status == "completed", "the other to complete it");
        Assert.Equal(
            new StatsView(Recipients, Pending: 0, Sent: Recipients, Failed: 0), (
                await second.GetFromJsonAsync<CampaignView>($"/campaigns/{id}", Cancellation))!.Stats);

        // Everybody has one message. What came twice came under the same id, and was in the hands of the one that died.
        var messages = vendor.Batches.SelectMany(
            batch => batch.Messages.Select(message => (message.Id, message.Recipient, By: batch.CallbackUrl.Host))).ToList();
        Assert.Equal(Recipients, messages.Select(message => message.Recipient).Distinct().Count());
        Assert.Equal(Recipients, messages.Select(message => message.Id).Distinct().Count());
        var twice = messages.GroupBy(message => message.Id).Where(message => message.Count() > 1).ToList();
        Assert.All(twice, message => Assert.Equal(["one.example", "two.example"], message.Select(one => one.By)));
        Assert.InRange(twice.Count, 0, BatchSize * Concurrency);
        Assert.Equal(2, before.Select(batch => batch.CallbackUrl.Host).Distinct().Count());
    }

    private static async Task<HttpClient> SignedInAsync(ServiceProcess api)
    {
        var client = new HttpClient(new SocketsHttpHandler { CookieContainer = new CookieContainer() }) { BaseAddress = api.Address };
        (await client.PostAsJsonAsync("/auth/dev", new { email = "mara@example.com" }, Cancellation)).EnsureSuccessStatusCode();
        return client;
    }
}

/// <summary>Both on one file, which works on one machine.</summary>
public sealed class EmbeddedReplicaTests : ReplicaTests
{
    private protected override IReadOnlyDictionary<string, string> Settings() => new Dictionary<string, string>();
}
