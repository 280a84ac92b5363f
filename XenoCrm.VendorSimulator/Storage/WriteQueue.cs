using System.Threading.Channels;
using Microsoft.Data.Sqlite;

namespace XenoCrm.VendorSimulator.Storage;

/// <summary>
/// Group commit: one thread runs all that waits in one transaction and answers when it is committed, so that many small
/// writes cost little more than one. What comes in is validated before, so a failure is the file's and undoes the group.
/// </summary>
internal sealed partial class WriteQueue : IAsyncDisposable
{
    private const int Capacity = 1024;
    private const int MaxGroup = 128;

    private readonly Channel<Write> queue = Channel.CreateBounded<Write>(new BoundedChannelOptions(Capacity) { SingleReader = true });
    private readonly Func<SqliteConnection> open;
    private readonly ILogger logger;
    private readonly Task thread;

    public WriteQueue(Func<SqliteConnection> open, ILogger logger)
    {
        this.open = open;
        this.logger = logger;
        thread = Task.Factory.StartNew(Work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    public async Task<T> WriteAsync<T>(Func<WriteSession, T> work, CancellationToken cancellationToken)
    {
        T answer = default!;
        var committed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await queue.Writer.WriteAsync(new Write(session => answer = work(session), committed), cancellationToken);
        await committed.Task;
        return answer;
    }

    public async ValueTask DisposeAsync()
    {
        queue.Writer.TryComplete();
        await thread;
    }

    private void Work()
    {
        WriteSession? session = null;
        while (queue.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult())
        {
            var group = Take();
            try
            {
                session ??= new WriteSession(open());
                session.InTransaction(() => group.ForEach(write => write.Run(session)));
                group.ForEach(write => write.Committed.SetResult());
            }
            catch (Exception e)
            {
                // A new connection next time: this one may still hold the transaction that failed.
                session?.Dispose();
                session = null;
                Log.NotWritten(logger, group.Count, e.Message);
                var failure = e is SqliteException ? new StorageException("The vendor's database cannot be written: " + e.Message, e) : e;
                group.ForEach(write => write.Committed.SetException(failure));
            }
        }

        session?.Dispose();
    }

    private List<Write> Take()
    {
        var group = new List<Write>();
        while (group.Count < MaxGroup && queue.Reader.TryRead(out var write))
        {
            group.Add(write);
        }

        return group;
    }

    private sealed record Write(Action<WriteSession> Run, TaskCompletionSource Committed);

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Error, Message =
            "{Count} writes failed and nothing of them is stored. The next ones are tried anew. {Reason}")]
        public static partial void NotWritten(ILogger logger, int count, string reason);
    }
}
