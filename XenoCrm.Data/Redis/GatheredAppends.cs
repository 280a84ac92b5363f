using System.Threading.Channels;
using XenoCrm.Core.Receipts;

namespace XenoCrm.Data.Redis;

/// <summary>
/// Small batches that come while an append to a partition is under way go together in the next one: one entry, one command, one answer
/// for all of them. Who comes alone does not wait. Each caller's task ends when its own receipts are stored, or with why they are not.
/// </summary>
internal sealed class GatheredAppends
{
    /// <summary>A larger batch is worth a command of its own.</summary>
    private const int LargestBatch = 10;

    private readonly Channel<Waiting> arrivals = Channel.CreateUnbounded<Waiting>(new UnboundedChannelOptions { SingleReader = true });

    /// <param name="append">Stores one batch.</param>
    public GatheredAppends(Func<ReceiptBatch, CancellationToken, Task> append)
    {
        // Else all that it ever does would count as done for the request that came first, in its trace too.
        using (ExecutionContext.SuppressFlow())
        {
            _ = Task.Run(() => AppendAllAsync(append));
        }
    }

    /// <summary>An entry has one trace, and what is rejected is told apart: a batch with either goes alone.</summary>
    public static bool Takes(ReceiptBatch batch) => batch is { Receipts.Count: <= LargestBatch, Trace: null, Rejected: [] };

    /// <param name="batch">Of those that are taken.</param>
    /// <param name="cancellationToken">Ends the wait; the receipts may be stored all the same.</param>
    public Task AppendAsync(ReceiptBatch batch, CancellationToken cancellationToken)
    {
        var waiting = new Waiting(batch, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        arrivals.Writer.TryWrite(waiting);
        return waiting.Stored.Task.WaitAsync(cancellationToken);
    }

    private async Task AppendAllAsync(Func<ReceiptBatch, CancellationToken, Task> append)
    {
        while (await arrivals.Reader.WaitToReadAsync())
        {
            var together = new List<Waiting>();
            var receipts = new List<Receipt>();
            while (receipts.Count <= ReceiptBatch.MaxReceipts - LargestBatch && arrivals.Reader.TryRead(out var next))
            {
                together.Add(next);
                receipts.AddRange(next.Batch.Receipts);
            }

            try
            {
                // None of them may cancel it for the others.
                await append(new ReceiptBatch(receipts, together[0].Batch.ArrivedAt, Trace: null), CancellationToken.None);
                together.ForEach(waiting => waiting.Stored.SetResult());
            }
            catch (Exception e)
            {
                together.ForEach(waiting => waiting.Stored.SetException(e));
            }
        }
    }

    private sealed record Waiting(ReceiptBatch Batch, TaskCompletionSource Stored);
}
