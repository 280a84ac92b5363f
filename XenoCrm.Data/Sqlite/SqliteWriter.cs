using System.Threading.Channels;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using SQLitePCL;
using XenoCrm.Core;

namespace XenoCrm.Data.Sqlite;

/// <summary>
/// The only writer of this process: takes what waits, runs it in one transaction with a savepoint each, commits once and
/// then answers everybody. A commit costs a disk flush, so many small writes at once cost little more than one. Processes
/// that write the same file take turns.
/// </summary>
internal sealed partial class SqliteWriter : IAsyncDisposable
{
    private const int MaxGroup = 512;

    // Far longer than a transaction takes.
    private static readonly TimeSpan TurnPatience = TimeSpan.FromSeconds(2);

    private readonly Channel<Work> queue = Channel.CreateBounded<Work>(new BoundedChannelOptions(4096) { SingleReader = true });
    private readonly Func<SqliteConnection> open;
    private readonly ILogger logger;
    private readonly Task loop;

    public SqliteWriter(Func<SqliteConnection> open, ILogger logger)
    {
        this.open = open;
        this.logger = logger;
        loop = Task.Factory.StartNew(Run, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    public async Task<T> WriteAsync<T>(Func<SqliteConnection, T> work, CancellationToken cancellationToken)
    {
        var item = new Work<T>(work, cancellationToken);
        await queue.Writer.WriteAsync(item, cancellationToken);
        return await item.Result;
    }

    public async ValueTask DisposeAsync()
    {
        queue.Writer.TryComplete();
        await loop;
    }

    private void Run()
    {
        var group = new List<Work>();
        SqliteConnection? connection = null;
        WriteTurn? turn = null;
        while (queue.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult())
        {
            while (group.Count < MaxGroup && queue.Reader.TryRead(out var item))
            {
                group.Add(item);
            }

            try
            {
                connection ??= open();
                turn ??= new(connection.DataSource, TurnPatience);
                CommitInTurn(connection, group, turn);
            }
            catch (Exception e) when (e is SqliteException or IOException or InvalidOperationException)
            {
                Log.WriteFailed(logger, group.Count, e.Message);
                var unavailable = new StoreUnavailableException("The store cannot be written: " + e.Message, e);
                group.ForEach(item => item.Fail(unavailable));
                Abandon(connection);
                connection = null;
            }

            group.Clear();
        }

        connection?.Dispose();
        turn?.Dispose();
    }

    private static void CommitInTurn(SqliteConnection connection, List<Work> group, WriteTurn turn)
    {
        var isOurs = turn.Take();
        try
        {
            Commit(connection, group);
        }
        finally
        {
            if (isOurs)
            {
                turn.Give();
            }
        }
    }

    /// <summary>Closes it for good: one that goes back to the pool would bring its trouble along.</summary>
    private static void Abandon(SqliteConnection? connection)
    {
        if (connection is not null)
        {
            connection.Dispose();
            SqliteConnection.ClearPool(connection);
        }
    }

    private static void Commit(SqliteConnection connection, List<Work> group)
    {
        using var transaction = connection.BeginTransaction(deferred: false);
        SqliteMigrations.CheckNotNewer(connection);

        // Inside a savepoint SQLite keeps a copy of every page that any statement changes: hundreds of MiB, and most of the
        // time, for ten thousand updates. A write that is alone is undone with its transaction.
        if (group is [var only])
        {
            try
            {
                only.Run(connection);
            }
            catch (Exception e) when (!IsOfTheFile(e))
            {
                only.Fail(e);
                return;
            }

            transaction.Commit();
            only.Succeed();
            return;
        }

        foreach (var item in group)
        {
            transaction.Save("item");
            try
            {
                item.Run(connection);
                transaction.Release("item");
            }
            catch (Exception e) when (!IsOfTheFile(e))
            {
                transaction.Rollback("item");
                item.Fail(e);
            }
        }

        transaction.Commit();
        group.ForEach(item => item.Succeed());
    }

    /// <summary>Failures of the file rather than of a statement: they undo the whole group.</summary>
    internal static bool IsOfTheFile(Exception e) => e is SqliteException
    {
        SqliteErrorCode: raw.SQLITE_FULL or raw.SQLITE_IOERR or raw.SQLITE_BUSY or raw.SQLITE_LOCKED or raw.SQLITE_NOMEM
            or raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB or raw.SQLITE_CANTOPEN or raw.SQLITE_READONLY
    };

    private abstract class Work
    {
        public abstract void Run(SqliteConnection connection);

        public abstract void Succeed();

        public abstract void Fail(Exception e);
    }

    private sealed class Work<T>(Func<SqliteConnection, T> work, CancellationToken cancellationToken) : Work
    {
        private readonly TaskCompletionSource<T> done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private T? value;

        public Task<T> Result => done.Task;

        public override void Run(SqliteConnection connection)
        {
            cancellationToken.ThrowIfCancellationRequested();
            value = work(connection);
        }

        public override void Succeed() => done.TrySetResult(value!);

        public override void Fail(Exception e)
        {
            if (e is OperationCanceledException)
            {
                done.TrySetCanceled(cancellationToken);
            }
            else
            {
                done.TrySetException(e);
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(
            Level = LogLevel.Error,
            Message = "The store cannot be written; {Count} writes were refused and nothing of them is stored. "
                + "It is tried anew with the next write. {Reason}")]
        public static partial void WriteFailed(ILogger logger, int count, string reason);
    }
}
