using System.Diagnostics;
using System.Globalization;
using Microsoft.Data.Sqlite;
using XenoCrm.Benchmarks.Measuring;
using XenoCrm.Benchmarks.Running;

namespace XenoCrm.Benchmarks.Load;

/// <param name="Receipts">How many.</param>
/// <param name="Batch">Receipts in a request.</param>
/// <param name="Connections">Requests under way at once, each on a connection of its own.</param>
internal sealed record ReceiptLoadSize(int Receipts, int Batch, int Connections = 64);

/// <summary>
/// The receipts' way in two parts that do not disturb each other: signed callbacks over loopback to a real API until the stream
/// has acknowledged the last, with the worker stopped; then the worker alone until all are in the log. Each run has a campaign
/// of its own, paused, so that nobody else writes.
/// </summary>
internal sealed class ReceiptRun(RunningApplication application, Insight insight, Progress progress)
{
    public async Task<Result> RunAsync(ReceiptLoadSize size, Func<Task>? beforeApply = null)
    {
        var campaign = await LaunchedCampaign.StartAsync(application.Client);
        await campaign.PauseAsync();
        var rows = await campaign.RowsAsync(progress);
        var receipts = new SignedReceipts(application.Client.BaseAddress!, application.Secret);
        var requests = receipts.Requests(rows.Take(size.Receipts), size.Batch, campaign.Id);

        await StopWorkerAsync();
        progress.Say(string.Create(CultureInfo.InvariantCulture, $"  {requests.Length:N0} requests of {size.Batch:N0} …"));
        var before = application.Used();
        var started = Stopwatch.GetTimestamp();
        var (latencies, refused) = await CallbackSender.SendAllAsync(application.Client.BaseAddress!, requests, size.Connections);
        var acknowledged = Stopwatch.GetElapsedTime(started);
        var received = Spent("api", before, size.Receipts);
        var redis = application.Redis is null ? null : Spent("redis", before, size.Receipts);
        var entries = await insight.BacklogAsync();
        var waiting = await insight.NewReceiptsAsync();

        progress.Say(string.Create(CultureInfo.InvariantCulture, $"  {requests.Length:N0} requests are {entries:N0} entries of the stream"));
        if (beforeApply is not null)
        {
            await beforeApply();
        }

        progress.Say("  the worker applies them …");
        before = application.Used();
        started = Stopwatch.GetTimestamp();
        await application["worker"].ContinueAsync();
        await insight.UntilEmptyAsync();
        var applied = Stopwatch.GetElapsedTime(started);
        var work = Spent("worker", before, size.Receipts);

        var stats = await campaign.StatsAsync();
        var failed = SignedReceipts.Failed(size.Receipts, size.Batch);
        var ledger = new Ledger("receipts")
            .Same(("audience", campaign.Audience), ("rows", rows.Count), ("recounted", stats.Rows))
            .Same(("receipts answered 2xx", size.Receipts), ("receipts that waited in the stream", waiting))
            .Same(("receipts of a delivery", size.Receipts - failed), ("SENT in the log", stats.Sent))
            .Same(("receipts of a failure", failed), ("FAILED in the log", stats.Failed))
            .None("left in the stream", await insight.BacklogAsync())
            .None("dead letters", await insight.DeadLettersAsync());
        progress.Say("  " + ledger.Check());
        return new(size.Receipts, acknowledged, applied, latencies, refused, requests, received, redis, work);
    }

    private Spent Spent(string process, IReadOnlyDictionary<string, Usage> before, long rows) =>
        application[process].SpentSince(before[process], rows);

    // It must not be stopped in the middle of a write: nobody else could write then.
    private async Task StopWorkerAsync()
    {
        await insight.UntilEmptyAsync();
        while (true)
        {
            await application["worker"].StopAsync();
            if (CanWrite())
            {
                return;
            }

            await application["worker"].ContinueAsync();
            await Task.Delay(50);
        }
    }

    private bool CanWrite()
    {
        try
        {
            using var connection = new SqliteConnection($"Data Source={application.StoreFile};Pooling=False;Default Timeout=1");
            connection.Open();
            using var transaction = connection.BeginTransaction(deferred: false);
            return true;
        }
        catch (SqliteException)
        {
            return false;
        }
    }

    /// <param name="Receipts">How many.</param>
    /// <param name="Acknowledged">Until the last answer.</param>
    /// <param name="Applied">Until the last was in the log and acknowledged, with the worker alone.</param>
    /// <param name="Latencies">Of the requests, the shortest first.</param>
    /// <param name="Refused">Requests that were answered with 503 and made again.</param>
    /// <param name="Requests">What was sent.</param>
    /// <param name="Api">Its processor time a receipt, until the last answer.</param>
    /// <param name="Redis">Likewise.</param>
    /// <param name="Worker">Its processor time a receipt, while it applied them.</param>
    internal sealed record Result(
        int Receipts,
        TimeSpan Acknowledged,
        TimeSpan Applied,
        TimeSpan[] Latencies,
        int Refused,
        byte[][] Requests,
        Spent Api,
        Spent? Redis,
        Spent Worker)
    {
        public double AcknowledgedRate => Receipts / Acknowledged.TotalSeconds;

        public double AppliedRate => Receipts / Applied.TotalSeconds;

        public IReadOnlyList<Spent> Receiving => Redis is null ? [Api] : [Api, Redis];
    }
}
