using System.Diagnostics;
using System.Globalization;
using Microsoft.Data.Sqlite;
using XenoCrm.AppHost.Running;
using XenoCrm.Benchmarks.Load;
using XenoCrm.Benchmarks.Measuring;
using XenoCrm.Benchmarks.Rows;
using XenoCrm.Benchmarks.Running;

namespace XenoCrm.Benchmarks.Faults;

/// <summary>A backup during a campaign, restored elsewhere while the vendor knows more than it does.</summary>
internal sealed class BackupProof : Proof
{
    private static readonly Size Recipients = new("--recipients", "customers, all of them in the audience", 50_000, 3_000);

    private const int Batch = 100;
    private static readonly TimeSpan Lasts = TimeSpan.FromSeconds(60);

    // The asking for what the restored store has missed begins soon.
    private static readonly IReadOnlyList<(string Name, string Value)> Settings =
    [
        ("Campaigns__BatchSize", "100"), ("Campaigns__Concurrency", "1"), ("Campaigns__Lease", "00:00:15"),
        ("Campaigns__ReceiptTimeout", "00:00:15"), ("Vendor__MaxRetryDelay", "00:00:02"), ("Logging__LogLevel__Default", "Critical"),
    ];

    public override string Row => "R9";

    public override string Command => "backup";

    public override string What =>
        "the embedded store is backed up during a campaign; later everything is killed, and the backup is started elsewhere: the campaign "
        + "goes on, and nobody gets a second message";

    public override IReadOnlyList<Size> Sizes => [Recipients];

    public override async Task<IReadOnlyList<string>> RunAsync(ProofSettings run)
    {
        var elsewhere = MeasuredProcess.CreateFolder("xenocrm-restored-").FullName;
        string campaignId;
        long inBackup, atTheEnd;
        TimeSpan took;
        await using (var application = await RunningApplication.StartAsync(
            new ApplicationOptions { Settings = [.. Settings, .. Slow(run[Recipients])] }))
        {
            await Audience.IngestAsync(application.Client, run[Recipients], run.Progress);
            var campaign = await LaunchedCampaign.StartAsync(application.Client);
            campaignId = campaign.Id;
            await UntilAsync(campaign, run[Recipients] / 3);
            var started = Stopwatch.GetTimestamp();
            await BackUpAsync(application.Folder, Path.Combine(elsewhere, "xenocrm.db"));
            took = Stopwatch.GetElapsedTime(started);
            inBackup = Final(Path.Combine(elsewhere, "xenocrm.db"));
            await UntilAsync(campaign, run[Recipients] * 2 / 3);
            foreach (var name in application.Names)
            {
                await application.KillAsync(name);
            }

            // The vendor is another company: it keeps all that it knows.
            foreach (var file in Directory.EnumerateFiles(application.Folder, "vendor.db*"))
            {
                File.Copy(file, Path.Combine(elsewhere, Path.GetFileName(file)));
            }

            atTheEnd = Final(application.StoreFile);
        }

        if (inBackup == 0 || inBackup >= atTheEnd || atTheEnd >= run[Recipients])
        {
            throw new LedgerException(Text($"It proves nothing: {inBackup} rows were final in the backup, {atTheEnd} at the end."));
        }

        await using var restored = await RunningApplication.StartAsync(
            new ApplicationOptions { Folder = elsewhere, Settings = Settings });
        await using var insight = new Insight(restored);
        var goesOn = new LaunchedCampaign(restored.Client, campaignId, "", run[Recipients], TimeProvider.System.GetUtcNow(), TimeSpan.Zero);
        await goesOn.UntilCompletedAsync(run.Progress);
        await insight.UntilEmptyAsync();
        var ledger = await Books.CheckAsync(restored, insight, goesOn, run[Recipients], run.Progress);
        return
        [
            Text($"the backup took {took.TotalSeconds:0.0} s, the program's start included, and had {inBackup:N0} of {run[Recipients]:N0} ")
            + Text($"rows final; {atTheEnd:N0} were when all was killed; restored, the campaign came to its end. {ledger}"),
        ];
    }

    private static IEnumerable<(string Name, string Value)> Slow(int recipients) =>
    [
        ("Vendor__Faults__Slow__Rate", "1"),
        ("Vendor__Faults__Slow__By", (Lasts * Batch / recipients).ToString("c", CultureInfo.InvariantCulture)),
    ];

    private static async Task UntilAsync(LaunchedCampaign campaign, long final)
    {
        var patience = new Patience("final rows");
        while (await campaign.StatsAsync() is var stats && stats.Audience - stats.Pending < final)
        {
            patience.See(stats.Pending);
            await Task.Delay(100);
        }
    }

    private static async Task BackUpAsync(string folder, string target)
    {
        var (assembly, projectFolder) = ServiceOutput.Of("XenoCrm.Api");
        var start = new ProcessStartInfo(ServiceOutput.DotnetPath, [assembly, "backup", target])
        {
            WorkingDirectory = projectFolder,
            RedirectStandardOutput = true,
            Environment = { ["XENOCRM_DATA"] = folder },
        };
        using var backup = Process.Start(start)!;
        await backup.WaitForExitAsync();
        if (backup.ExitCode != 0)
        {
            throw new LedgerException($"The backup ended with {backup.ExitCode}.");
        }
    }

    private static long Final(string file)
    {
        using var connection = new SqliteConnection($"Data Source={file};Mode=ReadOnly;Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT count(*) FROM log WHERE status <> 0";
        return (long)command.ExecuteScalar()!;
    }
}
