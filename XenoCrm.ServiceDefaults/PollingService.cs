using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace XenoCrm.ServiceDefaults;

/// <summary>
/// One turn after another until the host stops, with pauses that grow while there is nothing to do and while turns fail.
/// No failure ends it; what cannot be reached is told once, and once more when it is back.
/// </summary>
/// <typeparam name="TOutage">What a turn throws while something that it needs cannot be reached.</typeparam>
/// <param name="time">The clock of the pauses.</param>
/// <param name="logger">The service's own.</param>
/// <param name="signal">Ends a pause early, if there is one.</param>
public abstract class PollingService<TOutage>(TimeProvider time, ILogger logger, Signal? signal = null) : BackgroundService
    where TOutage : Exception
{
    private readonly Signal signal = signal ?? new Signal(time);
    private readonly CancellationTokenSource givenUp = new();

    protected TimeProvider Time { get; } = time;

    protected ILogger Logger { get; } = logger;

    /// <summary>The pauses after turns with nothing to do.</summary>
    protected abstract Backoff Idle { get; }

    /// <summary>The pauses after turns that failed.</summary>
    protected virtual Backoff Failing => new(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(30));

    /// <summary>How long what is under way when the host stops may still take; the host waits 30 s.</summary>
    protected virtual TimeSpan Grace => TimeSpan.Zero;

    /// <summary>For what is under way: cancelled when <see cref="Grace"/> is over.</summary>
    protected CancellationToken GivenUp => givenUp.Token;

    /// <summary>One turn. Answers the pause before the next one, zero for none; null if there was nothing to do.</summary>
    protected abstract Task<TimeSpan?> PollOnceAsync(CancellationToken stoppingToken);

    /// <summary>After the last turn.</summary>
    protected virtual Task LeaveAsync() => Task.CompletedTask;

    public override void Dispose()
    {
        GC.SuppressFinalize(this);
        base.Dispose();
        givenUp.Dispose();
    }

    protected sealed override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await using var stopping = stoppingToken.Register(() => givenUp.CancelAfter(Grace));
        var (idle, failures) = (0, 0);
        try
        {
            while (!stoppingToken.IsCancellationRequested)
            {
                TimeSpan pause;
                try
                {
                    var asked = await PollOnceAsync(stoppingToken);
                    idle = asked is null ? idle + 1 : 0;
                    pause = asked ?? Idle.After(idle);
                    if (failures > 0)
                    {
                        PollingLog.Recovered(Logger, failures);
                        failures = 0;
                    }
                }
                catch (Exception e) when (e is not OperationCanceledException || !stoppingToken.IsCancellationRequested)
                {
                    pause = Failing.After(++failures);
                    Tell(e, failures, pause);
                }

                if (pause > TimeSpan.Zero)
                {
                    await signal.WaitAsync(pause, stoppingToken);
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops.
        }

        await LeaveAsync();
    }

    private void Tell(Exception e, int failures, TimeSpan pause)
    {
        if (e is not TOutage)
        {
            // Not foreseen, and no reason to leave the work lying.
            PollingLog.Failed(Logger, pause, e);
        }
        else if (failures == 1)
        {
            PollingLog.Waiting(Logger, e.Message);
        }
    }
}

internal static partial class PollingLog
{
    [LoggerMessage(Level = LogLevel.Warning, Message = "This has to wait, and is tried again until it works. {Reason}")]
    public static partial void Waiting(ILogger logger, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "A turn failed with an unexpected error; it is tried again in {Pause}.")]
    public static partial void Failed(ILogger logger, TimeSpan pause, Exception exception);

    [LoggerMessage(Level = LogLevel.Information, Message = "It works again, after {Failures} tries in vain.")]
    public static partial void Recovered(ILogger logger, int failures);
}
