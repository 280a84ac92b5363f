using Microsoft.Extensions.Options;
using XenoCrm.Api.Rows.Csv;
using XenoCrm.Core;
using XenoCrm.Core.Imports;
using XenoCrm.Core.Rows;
using XenoCrm.ServiceDefaults;

namespace XenoCrm.Api.Imports;

/// <summary>
/// Imports uploaded files, one after the other, batch by batch. A stop or a crash costs nothing: the next process goes on
/// at the checkpoint. A store that cannot be written is tried again until it can.
/// </summary>
internal sealed partial class ImportRunner(
    ImportQueue queue,
    ImportSpool spool,
    IImportStore imports,
    CustomerIntake customers,
    OrderIntake orders,
    SuppressionIntake suppressions,
    IOptions<ImportOptions> options,
    TimeProvider time,
    ILogger<ImportRunner> logger) : PollingService<StoreUnavailableException>(time, logger, queue.Added)
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromMinutes(1);

    private bool hasResumed;

    protected override Backoff Idle => Backoff.Constant(LookEvery);

    // One that cannot go on stays the first, and goes on at its checkpoint.
    protected override async Task<TimeSpan?> PollOnceAsync(CancellationToken stoppingToken)
    {
        if (!hasResumed)
        {
            await QueueUnfinishedAsync(stoppingToken);
            hasResumed = true;
        }

        if (!queue.TryPeek(out var id))
        {
            return null;
        }

        await RunAsync(id, stoppingToken);
        queue.RemoveFirst();
        return TimeSpan.Zero;
    }

    private async Task QueueUnfinishedAsync(CancellationToken cancellationToken)
    {
        await spool.RemoveOrphansAsync(cancellationToken);
        foreach (var import in (await imports.ListRunningAsync(cancellationToken)).Where(options.Value.Has))
        {
            queue.Add(import.Id);
        }
    }

    private async Task RunAsync(string id, CancellationToken cancellationToken)
    {
        // Queued twice, by a start and by its upload, it has ended or is where the first run left it.
        if (await imports.FindAsync(id, cancellationToken) is not { Status: ImportStatus.Running } import)
        {
            return;
        }

        try
        {
            import = await (import.Kind switch
            {
                ImportKind.Customers => StoreAsync(import, customers, cancellationToken),
                ImportKind.Orders => StoreAsync(import, orders, cancellationToken),
                _ => StoreAsync(import, suppressions, cancellationToken),
            });
            await imports.EndAsync(id, ImportStatus.Completed, null, cancellationToken);
            Log.Completed(Logger, id, import.Tally.Rows, import.Tally.Accepted, import.Tally.Rejected);
        }
        catch (ImportMovedException)
        {
            Log.Moved(Logger, id);
            return;
        }
        catch (CsvRefusedException e)
        {
            await FailAsync(id, e.Sentence, cancellationToken);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            await FailAsync(
                id,
                "The uploaded file cannot be read any more. Upload it again: what was imported of it does not count twice.",
                cancellationToken);
        }
        catch (Exception e) when (e is not (OperationCanceledException or StoreUnavailableException))
        {
            // A fault of ours in one file must not keep the others out, now and after each restart.
            Log.Broken(Logger, id, e);
            await FailAsync(id, "An error in this program ended the import; the log tells more.", cancellationToken);
        }

        spool.Remove(id);
    }

    private async Task<Import> StoreAsync<T>(Import import, Intake<T> intake, CancellationToken cancellationToken)
        where T : class
    {
        await using var file = spool.Open(import.Id);
        using var csv = import.Form is { } form
            ? await CsvFile.OpenAsync(file, intake.Csv, form, CsvMapping.None, cancellationToken)
            : await CsvFile.OpenAsync(file, intake.Csv, cancellationToken);
        for (var done = import.Tally.Rows; done > 0 && await csv.ReadAsync(cancellationToken); done--)
        {
            // Before the checkpoint.
        }

        var batch = new RowBatch<T>();
        while (await csv.ReadAsync(cancellationToken))
        {
            intake.Read(csv.Row, csv.Line, batch);
            if (batch.Rows == options.Value.BatchRows)
            {
                import = await intake.StoreAsync(import, batch, cancellationToken);
                batch = new RowBatch<T>();
            }
        }

        return batch.Rows > 0 ? await intake.StoreAsync(import, batch, cancellationToken) : import;
    }

    private async Task FailAsync(string id, string message, CancellationToken cancellationToken)
    {
        await imports.EndAsync(id, ImportStatus.Failed, message, cancellationToken);
        Log.Failed(Logger, id, message);
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message =
            "Import {Id} is complete: {Rows} rows, {Accepted} accepted, {Rejected} rejected.")]
        public static partial void Completed(ILogger logger, string id, long rows, long accepted, long rejected);

        [LoggerMessage(Level = LogLevel.Warning, Message = "Import {Id} failed. {Reason}")]
        public static partial void Failed(ILogger logger, string id, string reason);

        [LoggerMessage(Level = LogLevel.Error, Message = "Import {Id} ended with an error that should not be.")]
        public static partial void Broken(ILogger logger, string id, Exception exception);

        [LoggerMessage(Level = LogLevel.Information, Message = "Import {Id}: another process continues it.")]
        public static partial void Moved(ILogger logger, string id);
    }
}
