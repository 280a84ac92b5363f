using System.Net;
using System.Text;
using System.Text.Json;
using XenoCrm.Api.Webhooks;
using XenoCrm.ServiceDefaults;
using XenoCrm.SystemTests.Graph;
using XenoCrm.Tests.Support;

namespace XenoCrm.SystemTests.Canary;

/// <summary>
/// A person with an address, a number, a name and a message that nobody else has goes the whole way through the services,
/// right turns and wrong ones, and is nowhere in what operators get to see: log lines, spans, metrics, dead letters. The same
/// for every infrastructure.
/// </summary>
public abstract class CanaryTests
{
    private const string Mail = "canary-7f3a@leak.example";
    private const string Phone = "+49 30 777123456";
    private const string Name = "Canaria Leakova";
    private const string Secret = "xyzzy-message";
    private const string Template = Secret + " for {{name}}";

    // As they are, as they stand in a URL, and in parts.
    private static readonly string[] Planted = [Mail, "canary-7f3a", "leak.example", Phone, "777123456", "Leakova", Secret];

    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Nothing_personal_is_in_logs_traces_metrics_or_dead_letters_and_nothing_at_all_after_an_erasure()
    {
        await using var collector = await OtlpCollector.StartAsync();
        await using var graph = Create(
        [
            .. collector.Environment,
            ("Logging__LogLevel__Default", "Information"),
            ("Logging__LogLevel__Microsoft.AspNetCore", "Information"),
            ("Logging__LogLevel__System.Net.Http.HttpClient", "Information"),
            ("Logging__LogLevel__XenoCrm", "Trace"),
            ("ReceiptWorker__MaxDeliveries", "1"),
        ]);
        await graph.StartAsync();
        var api = graph.Client;

        await IngestAsync(api);
        await AskAsync(api);
        var campaign = await SendAsync(api, graph);
        await ReceiptsAsync(api, graph);
        var dead = await api.GetStringAsync("/receipts/dead", Cancellation);
        Assert.Contains("unknown-1", dead, StringComparison.Ordinal);
        AssertClean(dead, "a dead letter");

        Assert.Contains(Mail, await api.GetStringAsync($"/campaigns/{campaign}/logs.csv", Cancellation), StringComparison.Ordinal);
        foreach (var customer in (await api.GetFromJsonAsync<JsonElement>("/customers", Cancellation)).EnumerateArray())
        {
            Assert.Equal(
                HttpStatusCode.NoContent,
                (await api.DeleteAsync($"/customers/{Uri.EscapeDataString(customer.Text("id")!)}", Cancellation)).StatusCode);
        }

        foreach (var path in new[] { "/customers", $"/campaigns/{campaign}/logs", "/receipts/dead" })
        {
            AssertClean(await api.GetStringAsync(path, Cancellation), path);
        }

        // An orderly stop exports what is left.
        foreach (var service in new[] { graph.Api, graph.Vendor, graph.Worker }.Cast<ServiceProcess>())
        {
            Assert.Equal(0, await service.StopAsync());
            AssertClean(string.Join('\n', service.Output), "a log line of " + service.Address);
        }

        Assert.Contains(
            $"Campaign {campaign} is complete", string.Join('\n', ((ServiceProcess)graph.Api).Output), StringComparison.Ordinal);
        Assert.Contains("receipts append", collector.Text("traces"), StringComparison.Ordinal);
        Assert.Contains("POST /vendor/receipt", collector.Text("traces"), StringComparison.Ordinal);
        Assert.Contains("xenocrm.receipts.received", collector.Text("metrics"), StringComparison.Ordinal);
        Assert.Contains(campaign, collector.Text("logs"), StringComparison.Ordinal);
        foreach (var signal in new[] { "traces", "metrics", "logs" })
        {
            AssertClean(collector.Text(signal), signal);
        }

        // The vendor is another company and keeps what it was given; of ours nothing is left but the campaign's own template.
        var files = Directory.EnumerateFiles(graph.DataFolder, "*", SearchOption.AllDirectories)
            .Where(file => !Path.GetFileName(file).StartsWith("vendor", StringComparison.OrdinalIgnoreCase));
        foreach (var file in files.Concat(Files))
        {
            AssertClean(WithoutTemplate(Encoding.Latin1.GetString(await File.ReadAllBytesAsync(file, Cancellation))), file);
        }

        foreach (var document in await DocumentsAsync())
        {
            AssertClean(WithoutTemplate(document), "a document");
        }
    }

    private protected abstract ServiceGraph Create(params (string Key, string Value)[] settings);

    /// <summary>Where the infrastructure keeps what it was given, beside the graph's own folder.</summary>
    private protected virtual IEnumerable<string> Files => [];

    /// <summary>All that is in a database that is none of this machine's files.</summary>
    private protected virtual Task<IReadOnlyList<string>> DocumentsAsync() => Task.FromResult<IReadOnlyList<string>>([]);

    private static string WithoutTemplate(string text) => text.Replace(Template, "", StringComparison.Ordinal);

    private static async Task IngestAsync(HttpClient api)
    {
        var person = new { id = "c-1", name = Name, email = Mail, phone = Phone, city = "Leakville" };
        Assert.Equal(HttpStatusCode.Created, (await api.PostAsJsonAsync("/customers", person, Cancellation)).StatusCode);
        Assert.Equal(
            HttpStatusCode.OK,
            (await api.PostAsJsonAsync("/customers/bulk",
                new object[] { person, new { id = 7, email = Mail },
                new { name = Name, email = "not " + Mail } }, Cancellation)).StatusCode);
        Assert.Equal(
            HttpStatusCode.OK,
            (await api.PostAsJsonAsync("/orders/bulk",
                new object[] { new { id = "o1", customerEmail = Mail, amount = 1, placedAt = "2026-01-01", items = new[] { Name } },
                new { id = "o2", customerEmail = Mail, amount = Phone } }, Cancellation)).StatusCode);

        // A good file with a bad row, and one that is no file.
        using var file = new StringContent(
            $"name,email,phone,createdAt\n{Name},second-{Mail},{Phone},2026-01-01\n{Name},third-{Mail},{Phone},on {Mail}\n",
            Encoding.UTF8,
            "text/csv");
        var import = (await (await api.PostAsync("/customers/import", file, Cancellation)).JsonAsync()).Text("importId");
        await Poll.UntilAsync(
            async () => (await api.GetFromJsonAsync<JsonElement>($"/imports/{import}", Cancellation)).Text("status") == "completed",
            "the import to complete");
        AssertClean(await api.GetStringAsync($"/imports/{import}", Cancellation), "an import's errors");
        foreach (var broken in new[] { $"{Mail},{Phone}\n", $"name,email\n\"{Name},{Mail}\n" })
        {
            using var body = new StringContent(broken, Encoding.UTF8, "text/csv");
            Assert.Equal(HttpStatusCode.BadRequest, (await api.PostAsync("/customers/import", body, Cancellation)).StatusCode);
        }
    }

    private static async Task AskAsync(HttpClient api)
    {
        var address = Uri.EscapeDataString(Mail);
        Assert.Equal(HttpStatusCode.OK, (await api.GetAsync($"/customers?q={address}", Cancellation)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await api.GetAsync($"/customers/{address}", Cancellation)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await api.GetAsync($"/customers.csv?q={address}", Cancellation)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await api.GetAsync($"/customers/x{address}", Cancellation)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await api.GetAsync($"/nowhere/{address}?email={address}", Cancellation)).StatusCode);
        await PostAsync("/segments/preview", $$$"""{"rule":{"email":"{{{Mail}}}"}}""", HttpStatusCode.OK);
        await PostAsync("/segments/preview", $$$"""{"rule":{"{{{Mail}}}":1}}""", HttpStatusCode.BadRequest);
        await PostAsync("/customers", $$"""{"name":"{{Name}}","email":"{{Mail}}",""", HttpStatusCode.BadRequest);
        await PostAsync(
            "/segments", $$$"""{"name":"S","rule":{"$everyone":true},"message":"{{{Secret}}} {{nobody}}"}""", HttpStatusCode.BadRequest);
        using var sentence = await api.PostAsJsonAsync(
            "/segments/nl2segment", new { prompt = $"customers whose email is {Mail}" }, Cancellation);
        Assert.NotEqual(HttpStatusCode.InternalServerError, sentence.StatusCode);

        async Task PostAsync(string path, string body, HttpStatusCode status)
        {
            using var answer = await api.PostAsync(path, new StringContent(body, Encoding.UTF8, "application/json"), Cancellation);
            Assert.Equal(status, answer.StatusCode);
        }
    }

    private static async Task<string> SendAsync(HttpClient api, ServiceGraph graph)
    {
        using var launched = await api.PostAsync(
            "/segments",
            new StringContent(
                $$$"""{"name":"S","rule":{"$everyone":true},"message":"{{{Template}}}"}""", Encoding.UTF8, "application/json"),
            Cancellation);
        var id = (await launched.JsonAsync()).Text("campaignId")!;
        await graph.UntilAsync(id, campaign => campaign.Status == "completed", "the campaign to complete");
        return id;
    }

    /// <summary>Forged ones, and signed ones of messages that nobody sent, with all that a mail server may say.</summary>
    private static async Task ReceiptsAsync(HttpClient api, ServiceGraph graph)
    {
        var body = Encoding.UTF8.GetBytes(
            $$"""[{"vendorMessageId":"unknown-1","recipient":"{{Mail}}","status":"FAILED","reason":"550 5.1.1 <{{Mail}}> unknown, nor {{Phone}}"}]""");
        using var forged = new HttpRequestMessage(HttpMethod.Post, "/vendor/receipt") { Content = new ByteArrayContent(body) };
        Assert.Equal(HttpStatusCode.Unauthorized, (await api.SendAsync(forged, Cancellation)).StatusCode);

        using var signed = new HttpRequestMessage(HttpMethod.Post, "/vendor/receipt") { Content = new ByteArrayContent(body) };
        new WebhookSignature([Encoding.UTF8.GetBytes(LocalEnvironment.SharedSecret(graph.DataFolder))], TimeProvider.System)
            .Sign(signed.Headers, "msg-1", body);
        Assert.Equal(HttpStatusCode.OK, (await api.SendAsync(signed, Cancellation)).StatusCode);
        await Poll.UntilAsync(
            async () => (await api.GetFromJsonAsync<JsonElement>("/receipts/dead", Cancellation)).GetArrayLength() > 0,
            "the receipt of nobody's message to be given up");
    }

    private static void AssertClean(string text, string where)
    {
        foreach (var planted in Planted)
        {
            foreach (var form in new[] { planted, Uri.EscapeDataString(planted), JsonEncodedText.Encode(planted).ToString() })
            {
                var at = text.IndexOf(form, StringComparison.OrdinalIgnoreCase);
                Assert.True(
                    at < 0, $"{form} is in {where}: …{(at < 0 ? "" : text[Math.Max(0, at - 200)..Math.Min(text.Length, at + 200)])}…");
            }
        }
    }
}
