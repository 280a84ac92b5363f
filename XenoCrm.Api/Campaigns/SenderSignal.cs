namespace XenoCrm.Api.Campaigns;

/// <summary>Wakes this process's sender when there is new work, so that a campaign starts at once.</summary>
internal sealed class SenderSignal(TimeProvider clock)
{
    private volatile TaskCompletionSource wake = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Wake() => wake.TrySetResult();

    /// <summary>Returns after <paramref name="longest"/>, or at once when there was a call of <see cref="Wake"/> since the last return.</summary>
    public async Task WaitAsync(TimeSpan longest, CancellationToken cancellationToken)
    {
        await wake.Task.WaitAsync(longest, clock, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        cancellationToken.ThrowIfCancellationRequested();
        if (wake.Task.IsCompleted)
        {
            wake = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }
}
