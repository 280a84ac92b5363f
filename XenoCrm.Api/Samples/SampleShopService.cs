using System.Globalization;
using System.Security.Claims;
using XenoCrm.Api.Audit;
using XenoCrm.Core;
using XenoCrm.ServiceDefaults;

namespace XenoCrm.Api.Samples;

/// <summary>
/// Brings the sample shop in and takes it out again, in the background, one at a time in this process. Another replica that is asked for
/// the same meanwhile does the same to the same customers, which changes nothing; what a stop cuts off is seen in the store
/// (<see cref="SampleShopStock"/>), and the next request goes on.
/// </summary>
internal sealed partial class SampleShopService(
    SampleShopStock stock, SampleShopSignal asked, AuditLog audit, TimeProvider time, ILogger<SampleShopService> logger)
    : PollingService<StoreUnavailableException>(time, logger, asked)
{
    // Loaded or removed at once: a tenth of a second, so that the progress is seen and nobody else waits.
    private const int Batch = 50;

    private static readonly TimeSpan LookEvery = TimeSpan.FromHours(1);

    private readonly Lock gate = new();
    private Job? job;

    protected override Backoff Idle => Backoff.Constant(LookEvery);

    protected override Backoff Failing => new(TimeSpan.FromSeconds(0.5), TimeSpan.FromSeconds(10));

    /// <summary>Begins to load it, unless it is there or this process is at it.</summary>
    /// <returns>Whether it has begun.</returns>
    public Task<bool> LoadAsync(ClaimsPrincipal person, CancellationToken cancellationToken) =>
        BeginAsync(SampleShopState.Loading, AuditAction.SampleShopLoaded, person, cancellationToken);

    /// <summary>Begins to remove it, unless there is none or this process is at it.</summary>
    /// <inheritdoc cref="LoadAsync"/>
    public Task<bool> RemoveAsync(ClaimsPrincipal person, CancellationToken cancellationToken) =>
        BeginAsync(SampleShopState.Removing, AuditAction.SampleShopRemoved, person, cancellationToken);

    public async Task<SampleShopStatus> StatusAsync(CancellationToken cancellationToken)
    {
        lock (gate)
        {
            if (job is not null)
            {
                return new SampleShopStatus(job.State, job.Done, job.Total, job.IsWaiting);
            }
        }

        var count = await stock.CountAsync(cancellationToken);
        var state = count switch
        {
            0 => SampleShopState.Absent,
            SampleShopStock.Size => SampleShopState.Present,
            _ => SampleShopState.Partial,
        };
        return new SampleShopStatus(state, count, SampleShopStock.Size);
    }

    protected override async Task<TimeSpan?> PollOnceAsync(CancellationToken stoppingToken)
    {
        if (job is not { } current)
        {
            return null;
        }

        try
        {
            if (current is { State: SampleShopState.Removing, Done: 0 })
            {
                current.Total = await stock.BoundAsync(stoppingToken);
            }

            while (current.Done < current.Total)
            {
                await StepAsync(current, stoppingToken);
                current.IsWaiting = false;
            }
        }
        catch (StoreUnavailableException)
        {
            // Tried again until it can be written.
            current.IsWaiting = true;
            throw;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            Log.Broken(Logger, e);
        }

        lock (gate)
        {
            job = null;
        }

        return TimeSpan.Zero;
    }

    private async Task StepAsync(Job current, CancellationToken cancellationToken)
    {
        // Each batch is made up anew from the first customer on, which of a very large shop takes its time.
        var count = Math.Min(Math.Max(Batch, current.Total / 100), current.Total - current.Done);
        if (current.State == SampleShopState.Loading)
        {
            await stock.AddAsync([.. stock.Customers(current.Done, count)], cancellationToken);
        }
        else
        {
            // The last first.
            await stock.RemoveAsync([.. stock.Customers(current.Total - current.Done - count, count)], cancellationToken);
        }

        current.Done += count;
    }

    private async Task<bool> BeginAsync(
        SampleShopState step, string action, ClaimsPrincipal person, CancellationToken cancellationToken)
    {
        var status = await StatusAsync(cancellationToken);
        if (status.State == (step == SampleShopState.Loading ? SampleShopState.Present : SampleShopState.Absent))
        {
            return false;
        }

        lock (gate)
        {
            if (job is not null)
            {
                return false;
            }

            job = new Job(step);
        }

        await audit.WriteAsync(
            person, action, detail: string.Create(CultureInfo.InvariantCulture, $"customers: {SampleShopStock.Size}"));
        asked.Wake();
        return true;
    }

    private sealed class Job(SampleShopState state)
    {
        private volatile int done;
        private volatile int total = SampleShopStock.Size;
        private volatile bool isWaiting;

        public SampleShopState State { get; } = state;

        public int Done { get => done; set => done = value; }

        public int Total { get => total; set => total = value; }

        public bool IsWaiting { get => isWaiting; set => isWaiting = value; }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Error, Message = "The sample shop was given up in the middle; it can be asked for again.")]
        public static partial void Broken(ILogger logger, Exception exception);
    }
}

/// <summary>Somebody has asked for it.</summary>
internal sealed class SampleShopSignal(TimeProvider time) : Signal(time);
