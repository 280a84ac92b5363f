using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using Microsoft.Data.Sqlite;
using XenoCrm.Benchmarks.Faults.Model;
using XenoCrm.Benchmarks.Load;
using XenoCrm.Benchmarks.Measuring;
using XenoCrm.Benchmarks.Rows;
using XenoCrm.Benchmarks.Running;
using XenoCrm.Core;
using XenoCrm.Core.Campaigns;

namespace XenoCrm.Benchmarks.Faults;

/// <summary>What lies below the application fails: its disk, its store's file, Redis' append-only file.</summary>
internal sealed class StorageProof : Proof
{
    private static readonly Size Places = new("--places", "places at which a file is changed, and as many at which it is cut", 1_000, 20);
    private static readonly Size Locked = new("--locked", "seconds for which somebody else holds the embedded store", 30, 12);
    private static readonly Size Disk = new("--disk", "MiB of the small disk", 16, 16);
    private static readonly Size Cuts = new("--cuts", "times that Redis' append-only file is cut", 20, 2);

    public override string Row => "R7";

    public override string Command => "storage";

    public override string What =>
        "a disk that fills, a store that is locked, a store's file that is cut or has a flipped byte, an append-only file that is cut: "
        + "clear errors, recovery alone where there is any";

    public override IReadOnlyList<Size> Sizes => [Places, Locked, Disk, Cuts];

    public override async Task<IReadOnlyList<string>> RunAsync(ProofSettings run) =>
    [
        .. await DamagedFile.RunAsync(run[Places], run.Seed, run.Progress),
        await LockedAsync(run),
        await FullAsync(run),
        await CutAsync(run),
    ];

    /// <summary>Somebody holds the write lock: receipts are refused with 503 within the time of a lock, and come again.</summary>
    private static async Task<string> LockedAsync(ProofSettings run)
    {
        run.Progress.Say("  the store is locked …");
        await using var application = await RunningApplication.StartAsync(new ApplicationOptions
        {
            Vendor = false,
            Settings = [("Logging__LogLevel__Default", "None")],
        });
        await using var insight = new Insight(application);
        await Audience.IngestAsync(application.Client, 2_000, run.Progress);
        var campaign = await LaunchedCampaign.StartAsync(application.Client);
        await campaign.PauseAsync();
        var rows = await campaign.RowsAsync(run.Progress);
        var requests = new SignedReceipts(application.Client.BaseAddress!, application.Secret).Requests(rows, 20, "locked");
        Task<(TimeSpan[] Latencies, int Refused)> sending;
        await using (var connection = new SqliteConnection($"Data Source={application.StoreFile};Pooling=False"))
        {
            await connection.OpenAsync();
            using var begin = connection.CreateCommand();
            begin.CommandText = "BEGIN IMMEDIATE";
            begin.ExecuteNonQuery();
            sending = CallbackSender.SendAllAsync(application.Client.BaseAddress!, requests, 8);
            await Task.Delay(TimeSpan.FromSeconds(run[Locked]));
        }

        var (latencies, refused) = await sending;
        await insight.UntilEmptyAsync();
        var stats = await campaign.StatsAsync();
        var ledger = new Ledger("receipts").Same(("answered 2xx", rows.Count), ("in the log", stats.Sent + stats.Failed)).Check();
        return Text($"Locked for {run[Locked]} s: {refused} requests answered 503 and made again, the last 2xx after ")
            + Text($"{latencies[^1].TotalSeconds:0.0} s; nothing to be done by hand. {ledger}");
    }

    /// <summary>A disk fills: what was answered 2xx is there, what does not fit is refused, and room is enough to go on.</summary>
    private static async Task<string> FullAsync(ProofSettings run)
    {
        run.Progress.Say("  the disk fills …");
        await using var disk = await SmallDisk.MountAsync(run[Disk]);
        await using var application = await RunningApplication.StartAsync(new ApplicationOptions
        {
            Vendor = false,
            Folder = disk.Folder,
            Settings = [("Logging__LogLevel__Default", "None")],
        });
        var (taken, refusals) = (0, new Dictionary<HttpStatusCode, int>());
        for (var chunk = 0; refusals.Count == 0 || refusals.Values.Sum() < 3; chunk++)
        {
            using var answer = await PostAsync(application, chunk);
            if (answer.IsSuccessStatusCode)
            {
                taken += Chunk;
            }
            else
            {
                refusals[answer.StatusCode] = refusals.GetValueOrDefault(answer.StatusCode) + 1;
            }

            if (chunk > 10_000)
            {
                throw new LedgerException("The disk does not fill.");
            }
        }

        if (refusals.Keys.Any(status => status != HttpStatusCode.ServiceUnavailable))
        {
            throw new LedgerException("A full disk was answered " + string.Join(", ", refusals.Keys));
        }

        await disk.GrowAsync(4 * run[Disk]);
        using var after = await PostAsync(application, 20_000);
        after.EnsureSuccessStatusCode();
        var counted = await CountAsync(application);
        var ledger = new Ledger("customers").Same(("answered 2xx", taken + Chunk), ("in the store", counted)).Check();
        return Text($"A disk of {run[Disk]} MiB: {taken:N0} customers taken, then 503, and 2xx again once there was room. {ledger}");
    }

    private const int Chunk = 200;

    private static Task<HttpResponseMessage> PostAsync(RunningApplication application, int chunk)
    {
        var lines = new StringBuilder();
        for (var i = 0; i < Chunk; i++)
        {
            lines.Append(CultureInfo.InvariantCulture, $$"""{"id":"d{{chunk}}-{{i}}","name":"Somebody with a long name {{i}}"}""")
                .Append('\n');
        }

        return application.Client.PostAsync(
            "/customers/bulk", new StringContent(lines.ToString(), Encoding.UTF8, "application/x-ndjson"));
    }

    private static async Task<long> CountAsync(RunningApplication application)
    {
        using var answer = await application.Client.PostAsJsonAsync(
            "/segments/preview", new { rule = new Dictionary<string, bool> { ["$everyone"] = true } });
        answer.EnsureSuccessStatusCode();
        return (await answer.Content.ReadFromJsonAsync<System.Text.Json.JsonElement>()).GetProperty("count").GetInt64();
    }

    /// <summary>Redis dies and its append-only file has lost its end: the vendor is asked for what was lost.</summary>
    private static async Task<string> CutAsync(ProofSettings run)
    {
        run.Progress.Say("  the append-only file is cut …");
        var random = new Random(run.Seed);
        await using var application = await RunningApplication.StartAsync(new ApplicationOptions
        {
            Redis = true,
            Settings =
            [
                ("Campaigns__ReceiptTimeout", "00:00:05"), ("Campaigns__Lease", "00:00:11"), ("Vendor__MaxRetryDelay", "00:00:02"),
                ("Logging__LogLevel__Default", "None"),
            ],
        });
        await using var insight = new Insight(application);
        await Audience.IngestAsync(application.Client, 2_000, run.Progress);
        var campaign = await LaunchedCampaign.StartAsync(application.Client);
        var lost = 0L;
        for (var cut = 0; cut < run[Cuts]; cut++)
        {
            await Task.Delay(random.Next(0, 500));
            await application.KillAsync("redis");
            var file = Directory.EnumerateFiles(Path.Combine(application.Folder, "appendonlydir"), "*.incr.aof").Order().Last();
            using (var stream = File.Open(file, FileMode.Open))
            {
                var fewer = Math.Min(stream.Length, random.Next(1, 20_000));
                stream.SetLength(stream.Length - fewer);
                lost += fewer;
            }

            await application.StartAsync("redis");
        }

        await campaign.UntilCompletedAsync(run.Progress);
        await insight.UntilEmptyAsync();
        var ledger = await Books.CheckAsync(application, insight, campaign, 2_000, run.Progress);
        return Text($"Redis' append-only file cut {run[Cuts]} times, {lost:N0} bytes in all: Redis starts with the rest, ")
            + Text($"and the vendor is asked for the receipts that were in it. {ledger}");
    }
}
