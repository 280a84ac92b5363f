using System.Threading.Channels;

namespace XenoCrm.VendorSimulator.Callbacks;

/// <summary>Wakes the one who waits, or the next one to wait; set twice is set once.</summary>
internal sealed class Signal(TimeProvider clock)
{
    // Clocks are put right now and then: nobody relies on one for longer than this.
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(5);

    private readonly Channel<bool> channel = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    public void Set() => channel.Writer.TryWrite(true);

    /// <summary>Returns when it is set, at the time named, or after a few seconds: who waits looks again and waits on.</summary>
    public async Task WaitAsync(DateTimeOffset? until, CancellationToken cancellationToken)
    {
        var left = until - clock.GetUtcNow();
        using var timeout = new CancellationTokenSource(left is null || left > Longest ? Longest : left > TimeSpan.Zero ? left.Value : TimeSpan.Zero, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            await channel.Reader.ReadAsync(either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // It is time.
        }
    }
}
