using System.Net;
using System.Text;
using System.Text.Json;
using XenoCrm.Tests.Support;

namespace XenoCrm.Tests.Customers;

/// <summary>Customers out as a CSV file and in again.</summary>
public sealed class ExportTests : IDisposable
{
    private readonly ApiServer api = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_exported_file_is_imported_by_another_installation_as_it_was()
    {
        using var client = await api.SignedInAsync();
        await AddAsync(client,
        [
            new
            {
                id = "c1",
                name = "=HYPERLINK(\"http://evil.example\",\"Mara\")",
                email = "+mara@example.com",
                phone = "+91 (22) 1234-567",
                city = "São Paulo, \"centro\"",
                country = "@home",
                tags = new[] { "vip", "-off" },
                attributes =
                    new Dictionary<string, object> { ["plan"] = "=1+1", ["level"] = -5, ["loyalty tier"] = "gold", ["quoted"] = "'=x",
                    ["yes"] = true, ["ratio"] = -2.5 },
                createdAt = "2026-01-02T03:04:05.678Z",
                unsubscribed = true,
            },
            new { id = "c2", name = "Bo", phone = "12345" },
        ]);
        var before = await CustomersAsync(client);
        using var export = await client.GetAsync("/customers.csv", Cancellation);
        Assert.Equal("text/csv", export.Content.Headers.ContentType?.MediaType);
        Assert.Matches("^customers-[0-9]{4}-[0-9]{2}-[0-9]{2}[.]csv$", export.Content.Headers.ContentDisposition?.FileName);
        var file = await export.Content.ReadAsByteArrayAsync(Cancellation);
        Assert.Equal(Encoding.UTF8.GetPreamble(), file[..3]);

        using var other = new ApiServer();
        using var reader = await other.SignedInAsync();
        using var body = new ByteArrayContent(file);
        body.Headers.ContentType = new("text/csv");
        var started = await (await reader.PostAsync("/customers/import", body, Cancellation)).JsonAsync();
        await Poll.UntilAsync(
            async () =>
                (await reader.GetFromJsonAsync<JsonElement>($"/imports/{started.Text("importId")}", Cancellation))
                    .Text("status") == "completed", "the import to complete");

        Assert.Equal(before, await CustomersAsync(reader));
    }

    [Fact]
    public async Task A_file_of_many_pages_has_everybody_once_and_only_whom_the_query_names()
    {
        using var client = await api.SignedInAsync();
        await AddAsync(
            client,
            Enumerable.Range(0, 1_234)
                .Select(i => new { id = $"c{i:0000}", name = i % 2 == 0 ? "Even" : "Odd", email = $"c{i}@example.com" }));
        var lines = (await client.GetStringAsync("/customers.csv", Cancellation)).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.StartsWith("id,name,email,phone,city,country,tags,createdAt,unsubscribed", lines[0], StringComparison.Ordinal);
        Assert.Equal(1_234, lines.Skip(1).Select(line => line.Split(',')[0]).Distinct().Count());
        Assert.Equal(
            617,
            (await client.GetStringAsync("/customers.csv?q=odd", Cancellation))
                .Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Length - 1);
    }

    [Fact]
    public async Task A_log_is_exported_row_by_row_and_an_unknown_campaign_is_none()
    {
        using var client = await api.SignedInAsync();
        await AddAsync(client, [new { id = "c1", name = "@Mara", email = "mara@example.com" }]);
        using var launched = await client.PostAsync(
            "/segments", new StringContent(
                """{"name":"S","rule":{"$everyone":true},"message":"={{name}},\nhello"}""",
                Encoding.UTF8,
                "application/json"), Cancellation);
        var id = (await launched.JsonAsync()).Text("campaignId");

        var file = await client.GetStringAsync($"/campaigns/{id}/logs.csv", Cancellation);
        Assert.StartsWith(
            "id,campaignId,customerId,recipient,message,status,vendorMessageId,failureReason,attempts,createdAt,updatedAt\r\n",
            file,
            StringComparison.Ordinal);
        Assert.Contains(",c1,mara@example.com,\"'=@Mara,\nhello\",", file, StringComparison.Ordinal);

        await (await client.GetAsync("/campaigns/unknown/logs.csv", Cancellation)).ProblemAsync(HttpStatusCode.NotFound);
        await (await client.GetAsync($"/campaigns/{id}/logs.csv?status=LOST", Cancellation)).ErrorAsync("status");
        await (await client.GetAsync($"/customers.csv?q={new string('x', 201)}", Cancellation)).ErrorAsync("q");
    }

    public void Dispose() => api.Dispose();

    private static async Task AddAsync(HttpClient client, IEnumerable<object> customers)
    {
        var answer = await (await client.PostAsJsonAsync("/customers/bulk", customers, Cancellation)).JsonAsync();
        Assert.Equal(0, answer.Int("rejected"));
    }

    private static async Task<string> CustomersAsync(HttpClient client)
    {
        var customers = await client.GetFromJsonAsync<JsonElement>("/customers", Cancellation);
        return JsonSerializer.Serialize(customers.EnumerateArray().Select(customer => customer.EnumerateObject()
            .ToDictionary(
                member => member.Name,
                member =>
                    member.Name == "attributes"
                        ? JsonSerializer.Serialize(
                            new SortedDictionary<string,
                            JsonElement>(member.Value.EnumerateObject().ToDictionary(a => a.Name, a => a.Value), StringComparer.Ordinal))
                        : member.Value.GetRawText())));
    }
}
