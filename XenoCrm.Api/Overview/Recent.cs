namespace XenoCrm.Api.Overview;

/// <summary>
/// A figure that costs time to find out, for many who look: it is found out once at a time, kept as long as twenty times what that took,
/// and whoever comes later gets the one before at once, while the next is on its way.
/// </summary>
/// <param name="read">Finds it out.</param>
/// <param name="time">The clock.</param>
internal sealed class Recent<T>(Func<CancellationToken, Task<T>> read, TimeProvider time)
    where T : class
{
    // A page is there within a tenth of a second, with the figure or without it.
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(60);

    // For a fresher one than is known already.
    private static readonly TimeSpan LittlePatience = TimeSpan.FromMilliseconds(15);

    private readonly Lock gate = new();
    private T? known;
    private long knownAt;
    private TimeSpan took;
    private Task<T>? reading;

    /// <summary>Null while it is found out for the first time and that takes its time.</summary>
    /// <exception cref="Core.StoreUnavailableException">It is not known and cannot be found out.</exception>
    public async Task<T?> ReadAsync(CancellationToken cancellationToken)
    {
        Task<T> next;
        T? before;
        lock (gate)
        {
            before = known;
            if (before is not null && reading is null && time.GetElapsedTime(knownAt) < took * 20)
            {
                return before;
            }

            next = reading ??= Task.Run(FindOutAsync, CancellationToken.None);
        }

        try
        {
            return await next.WaitAsync(before is null ? Patience : LittlePatience, time, cancellationToken);
        }
        catch (TimeoutException)
        {
            return before;
        }
        catch (Core.StoreUnavailableException) when (before is not null)
        {
            return before;
        }
    }

    private async Task<T> FindOutAsync()
    {
        var started = time.GetTimestamp();
        try
        {
            // Nobody's in particular: it goes on when the one who came first goes away.
            var found = await read(CancellationToken.None);
            lock (gate)
            {
                (known, knownAt, took) = (found, time.GetTimestamp(), time.GetElapsedTime(started));
            }

            return found;
        }
        finally
        {
            lock (gate)
            {
                reading = null;
            }
        }
    }
}
