using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Microsoft.Data.Sqlite;

namespace XenoCrm.Benchmarks.Load;

/// <summary>
/// How long each page takes to its first byte with many customers and a long log: ingest, one real campaign to everybody, then copies
/// of it in the store until the log has its rows. <c>pages --customers 1000000 --rows 10000000 [--write docs/pages.md]</c>
/// </summary>
internal static class PageLoad
{
    private const int Rounds = 30;
    private const string Begin = "<!-- first byte: begin -->";
    private const string End = "<!-- first byte: end -->";

    public static async Task<int> RunAsync(int customers, int rows, string? file)
    {
        await using var application = await RunningApplication.StartAsync(
            redis: false, ("Logging__LogLevel__Default", "Warning"), ("Limits__UserRate", "10000"), ("Limits__UserBurst", "10000"));
        var client = application.Client;
        Console.Error.WriteLine($"Ingesting {customers:N0} customers …");
        await CampaignLoad.IngestAsync(client, customers);
        Console.Error.WriteLine("One campaign to all of them …");
        var answer = await client.PostAsJsonAsync(
            "/segments", new { name = "Everybody", rule = new { city = "Pune" }, message = "Hi {{firstName|there}}, it is time." });
        answer.EnsureSuccessStatusCode();
        var launched = await answer.Content.ReadFromJsonAsync<JsonElement>();
        var (campaign, segment) = (launched.GetProperty("campaignId").GetString()!, launched.GetProperty("segmentId").GetString()!);
        await CampaignLoad.UntilCompletedAsync(client, campaign);
        Console.Error.WriteLine($"Copies of it, to {rows:N0} rows …");
        Copy(application.StoreFile, campaign, segment, rows / customers);

        string[] paths =
        [
            "/", "/app/customers", "/app/customers?q=customer+99", "/app/customers?sort=-totalSpend", $"/app/customers/c{customers / 2}",
            "/app/imports", "/app/segments", $"/app/segments/{segment}", "/app/campaigns/new", "/app/campaigns",
            $"/app/campaigns/{campaign}", $"/app/campaigns/{campaign}?status=FAILED", $"/app/campaigns/{campaign}?q=c4711@example.com",
            "/app/deliveries", "/app/settings/people", "/app/settings/audit",
        ];
        var table = new StringBuilder();
        table.AppendLine(CultureInfo.InvariantCulture, $"""
            With {customers:N0} customers and {rows:N0} rows in the log, embedded store, {Environment.ProcessorCount} cores, .NET
            {Environment.Version}, {Rounds} requests each after one that warms up
            (`dotnet run --project XenoCrm.Benchmarks -c Release -- pages --customers {customers} --rows {rows} --write docs/pages.md`):

            | page | median, ms | slowest, ms |
            |---|---|---|
            """);
        foreach (var path in paths)
        {
            var times = new List<double>();
            for (var i = 0; i <= Rounds; i++)
            {
                var started = Stopwatch.GetTimestamp();
                using var page = await client.GetAsync(new Uri(path, UriKind.Relative), HttpCompletionOption.ResponseHeadersRead);
                await (await page.Content.ReadAsStreamAsync()).ReadExactlyAsync(new byte[1]);
                var took = Stopwatch.GetElapsedTime(started);
                page.EnsureSuccessStatusCode();
                if (i > 0)
                {
                    times.Add(took.TotalMilliseconds);
                }
            }

            times.Sort();
            var name = path.Replace(campaign, "{id}", StringComparison.Ordinal).Replace(segment, "{id}", StringComparison.Ordinal);
            table.AppendLine(CultureInfo.InvariantCulture, $"| `{name}` | {times[times.Count / 2]:0} | {times[^1]:0} |");
        }

        Console.Write(table);
        if (file is not null)
        {
            Write(file, table.ToString());
        }

        return 0;
    }

    /// <summary>The campaign with its segment and rows so often that there are <paramref name="times"/> of them.</summary>
    private static void Copy(string store, string campaign, string segment, int times)
    {
        using var connection = new SqliteConnection($"Data Source={store};Pooling=False;Default Timeout=600");
        connection.Open();
        for (var copy = 1; copy < times; copy++)
        {
            var mark = (0xA0 + copy).ToString("x2", CultureInfo.InvariantCulture);
            using var transaction = connection.BeginTransaction();
            foreach (var (table, column, of, marked) in ((string, string, string, string[])[])
                [
                    ("segments", "id", segment, ["id"]),
                    ("campaigns", "id", campaign, ["id", "segment_id"]),
                    ("log", "campaign_id", campaign, ["id", "campaign_id", "vendor_message_id"]),
                ])
            {
                Copy(connection, table, column, of, marked, mark);
            }

            transaction.Commit();
            Console.Error.WriteLine($"  {copy + 1} of {times}");
        }
    }

    // An id's first two characters, which are 01 for as long as its time is this century's, become the copy's mark.
    private static void Copy(SqliteConnection connection, string table, string column, string of, string[] marked, string mark)
    {
        var columns = Columns(connection, table).Where(name => name is not ("seq" or "idempotency_key")).ToArray();
        var values = columns.Select(name => marked.Contains(name) ? $"'{mark}' || substr({name}, 3)" : name);
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // The names are the schema's own.
        command.CommandText =
            $"INSERT INTO {table} ({string.Join(", ", columns)}) SELECT {string.Join(", ", values)} FROM {table} WHERE {column} = $of";
#pragma warning restore CA2100
        command.Parameters.AddWithValue("$of", of);
        command.CommandTimeout = 0;
        command.ExecuteNonQuery();
    }

    private static List<string> Columns(SqliteConnection connection, string table)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT name FROM pragma_table_info($table)";
        command.Parameters.AddWithValue("$table", table);
        using var reader = command.ExecuteReader();
        var columns = new List<string>();
        while (reader.Read())
        {
            columns.Add(reader.GetString(0));
        }

        return columns;
    }

    private static void Write(string file, string table)
    {
        var text = File.ReadAllText(file);
        var (begin, end) = (text.IndexOf(Begin, StringComparison.Ordinal), text.IndexOf(End, StringComparison.Ordinal));
        if (begin < 0 || end < begin)
        {
            throw new InvalidOperationException($"{file} has no place for the table: a line {Begin} and a line {End}.");
        }

        File.WriteAllText(file, $"{text[..begin]}{Begin}\n{table}{text[end..]}");
    }
}
