using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using XenoCrm.Benchmarks.Measuring;
using XenoCrm.Benchmarks.Running;

namespace XenoCrm.Benchmarks.Load;

/// <summary>
/// What a row costs: customers with three orders each, a campaign to all of them, to its end; then the bytes of each
/// table and index of the embedded store, and of the same rows as documents. <c>sizes --recipients 20000</c>
/// </summary>
internal static class StoreSizes
{
    private const int OrdersEach = 3;
    private const int Chunk = 5_000;

    public const string Message =
        "Hi {{firstName|there}}, your favourites are 20 % off in {{city|your city}} until Sunday: https://shop.example/s/aB3xY9";

    public static async Task<int> RunAsync(int recipients, Progress progress)
    {
        await using var application = await RunningApplication.StartAsync(redis: false);
        for (var from = 0; from < recipients; from += Chunk)
        {
            var rows = Enumerable.Range(from, Math.Min(Chunk, recipients - from)).ToList();
            await PostAsync(application.Client, "/customers/bulk", rows.Select(Customer));
            await PostAsync(
                application.Client, "/orders/bulk", rows.SelectMany(i => Enumerable.Range(0, OrdersEach).Select(n => Order(i, n))));
        }

        await (await LaunchedCampaign.StartAsync(application.Client, Message)).UntilCompletedAsync(progress);

        Print($"{recipients:N0} customers with {OrdersEach} orders each, and a completed campaign to all of them");
        Print($"  embedded store, bytes on disk; the file as it is, {new FileInfo(application.StoreFile).Length:N0}");
        foreach (var (name, bytes) in Parts(application.StoreFile))
        {
            var rows = name.Contains("orders", StringComparison.Ordinal) ? recipients * OrdersEach : recipients;
            Print($"    {name,-28} {bytes,12:N0}   {(double)bytes / rows,6:0} a row");
        }

        DocumentSizes.Print();
        return 0;
    }

    /// <summary>
    /// What a copy of the file shrinks by when an index or a table goes: the file has no other account of it. A table's
    /// bytes are with those of its primary key.
    /// </summary>
    private static IEnumerable<(string Name, long Bytes)> Parts(string file)
    {
        var copy = file + ".copy";
        Execute($"Data Source={file};Mode=ReadOnly;Pooling=False", $"VACUUM INTO '{copy}'");
        var store = $"Data Source={copy};Pooling=False";
        var size = new FileInfo(copy).Length;
        foreach (var (type, name) in Names(store))
        {
            Execute(store, $"PRAGMA foreign_keys = OFF; DROP {type} {name}; VACUUM");
            var rest = new FileInfo(copy).Length;
            yield return (name, size - rest);
            size = rest;
        }
    }

    private static List<(string Type, string Name)> Names(string store)
    {
        using var connection = new SqliteConnection(store);
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = """
            SELECT type, name FROM sqlite_schema
            WHERE tbl_name IN ('customers', 'customers_text', 'orders', 'log', 'log_blocks', 'log_block_vendor_ids', 'log_vendor_ids')
                AND type IN ('index', 'table') AND sql IS NOT NULL
            ORDER BY tbl_name, type, name
            """;
        using var reader = command.ExecuteReader();
        var names = new List<(string, string)>();
        while (reader.Read())
        {
            names.Add((reader.GetString(0), reader.GetString(1)));
        }

        return names;
    }

    private static void Execute(string store, string sql)
    {
        using var connection = new SqliteConnection(store);
        connection.Open();
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // The names are the schema's own.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }

    private static async Task PostAsync(HttpClient client, string path, IEnumerable<object> rows)
    {
        using var body = new StringContent(
            string.Join('\n', rows.Select(row => JsonSerializer.Serialize(row))), Encoding.UTF8, "application/x-ndjson");
        (await client.PostAsync(path, body)).EnsureSuccessStatusCode();
    }

    private static object Customer(int i) => new
    {
        id = Invariant($"c{i:00000000}"),
        name = Invariant($"Customer Number{i}"),
        email = Invariant($"customer.{i}@example.com"),
        phone = Invariant($"+91 98{i:00000000}"),
        city = i % 2 == 0 ? "Pune" : "Bengaluru",
        country = "IN",
        tags = new[] { "newsletter" },
        attributes = new { plan = "gold", score = i % 100 },
    };

    private static object Order(int i, int n) => new
    {
        id = Invariant($"o{i:00000000}-{n}"),
        customerId = Invariant($"c{i:00000000}"),
        amount = 19.9m + (i % 1_000),
        placedAt = Invariant($"2026-{1 + (i % 11):00}-{1 + n:00}T10:30:00Z"),
    };

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private static void Print(FormattableString line) => Console.WriteLine(Invariant(line));
}
