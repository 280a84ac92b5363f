using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using XenoCrm.Benchmarks.Measuring;

namespace XenoCrm.Benchmarks.Load;

/// <summary>Customers and orders that are made up, the same ones in each run, and brought in as a user would.</summary>
internal static class Audience
{
    private const int Chunk = 10_000;

    private static readonly string[] Tags = ["vip", "newsletter", "newsletter", "newsletter", "newsletter"];
    private static readonly string[] Plans = ["gold", "basic", "basic"];

    private static readonly string[] Cities = ["Pune", "Bengaluru", "Delhi", "Mumbai", "Chennai", "Kolkata", "Jaipur", "Kochi"];

    public static string CustomerId(long i) => string.Create(CultureInfo.InvariantCulture, $"c{i:00000000}");

    public static async Task IngestAsync(HttpClient client, int customers, Progress progress)
    {
        progress.Say(string.Create(CultureInfo.InvariantCulture, $"  {customers:N0} customers come in …"));
        await SendAsync(client, "/customers/bulk", customers, Customer, progress);
    }

    public static async Task IngestOrdersAsync(HttpClient client, int orders, int customers, Progress progress)
    {
        progress.Say(string.Create(CultureInfo.InvariantCulture, $"  {orders:N0} orders come in …"));
        await SendAsync(client, "/orders/bulk", orders, i => Order(i, customers), progress);
    }

    /// <summary>One line of NDJSON.</summary>
    public static string Order(int i, int customers)
    {
        var (customer, amount, placedAt) = OrderParts(i, customers);
        return $$"""{"id":"{{OrderId(i)}}","customerId":"{{customer}}","amount":{{amount}},"placedAt":"{{placedAt}}"}""";
    }

    /// <summary>One line of CSV, under <see cref="OrderHeader"/>.</summary>
    public static string OrderLine(int i, int customers)
    {
        var (customer, amount, placedAt) = OrderParts(i, customers);
        return $"{OrderId(i)},{customer},{amount},{placedAt}";
    }

    public const string OrderHeader = "id,customerId,amount,placedAt";

    private static string OrderId(int i) => string.Create(CultureInfo.InvariantCulture, $"o{i:00000000}");

    // Neighbouring orders are of customers that lie apart, as in a shop's own list.
    private static (string Customer, string Amount, string PlacedAt) OrderParts(int i, int customers) => (
        CustomerId(i * 7_919L % customers),
        (19.9m + (i * 31L % 2_000)).ToString(CultureInfo.InvariantCulture),
        string.Create(CultureInfo.InvariantCulture, $"2026-{1 + (i % 10):00}-{1 + (i / 10 % 28):00}T10:30:00Z"));

    private static string Customer(int i) => string.Create(
        CultureInfo.InvariantCulture,
        $$$"""
        {"id":"{{{CustomerId(i)}}}","name":"Customer {{{i}}}","email":"c{{{i}}}@example.com","city":"{{{Cities[i % Cities.Length]}}}",
        """) + string.Create(
        CultureInfo.InvariantCulture,
        $$$"""
        "tags":["{{{Tags[i % Tags.Length]}}}"],"attributes":{"plan":"{{{Plans[i % Plans.Length]}}}","score":{{{i % 100}}}}}
        """);

    private static async Task SendAsync(HttpClient client, string path, int rows, Func<int, string> line, Progress progress)
    {
        for (var from = 0; from < rows; from += Chunk)
        {
            var lines = new StringBuilder();
            for (var i = from; i < Math.Min(from + Chunk, rows); i++)
            {
                lines.Append(line(i)).Append('\n');
            }

            using var body = new StringContent(lines.ToString(), Encoding.UTF8, new MediaTypeHeaderValue("application/x-ndjson"));
            using var answer = await client.PostAsync(path, body);
            answer.EnsureSuccessStatusCode();
            var read = await answer.Content.ReadFromJsonAsync<JsonElement>();
            new Ledger(path).Same(
                ("rows", Math.Min(Chunk, rows - from)), ("accepted", read.GetProperty("accepted").GetInt64())).Check();
            progress.Count(path, from + Chunk, rows);
        }
    }
}
