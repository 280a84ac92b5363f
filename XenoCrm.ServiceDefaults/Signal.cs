namespace XenoCrm.ServiceDefaults;

/// <summary>Wakes the one who waits, or the next one to wait; twice is once.</summary>
public class Signal(TimeProvider time)
{
    private volatile TaskCompletionSource wake = New();

    public void Wake() => wake.TrySetResult();

    /// <summary>Returns after <paramref name="longest"/>, or at once if it was woken since the last return.</summary>
    public async Task WaitAsync(TimeSpan longest, CancellationToken cancellationToken)
    {
        await wake.Task.WaitAsync(longest, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        cancellationToken.ThrowIfCancellationRequested();
        if (wake.Task.IsCompleted)
        {
            wake = New();
        }
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
