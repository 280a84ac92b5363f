using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using XenoCrm.Core;
using XenoCrm.ServiceDefaults;
using XenoCrm.Tests.Support;

namespace XenoCrm.Tests.ServiceDefaults;

public sealed class PollingServiceTests : IAsyncDisposable
{
    private static readonly Func<TimeSpan?> Nothing = () => null;
    private static readonly Func<TimeSpan?> Work = () => TimeSpan.Zero;
    private static readonly Func<TimeSpan?> Outage = () => throw new StoreUnavailableException("It is away.", new IOException());

    private readonly RecordedTime time = new();
    private readonly LogLines<Turns> log = new();
    private readonly Signal signal;
    private readonly Turns service;

    public PollingServiceTests()
    {
        signal = new Signal(time);
        service = new Turns(time, log, signal);
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        await service.StopAsync(CancellationToken.None);
        service.Dispose();
    }

    [Fact]
    public async Task Pauses_grow_up_to_the_limit_while_there_is_nothing_to_do()
    {
        await StartAsync();
        foreach (var seconds in (double[])[1, 2, 4, 5, 5])
        {
            await PauseAsync(seconds);
        }
    }

    [Fact]
    public async Task Work_follows_on_work_at_once_and_begins_the_pauses_anew()
    {
        await StartAsync(Nothing, Nothing, Work, Work, Nothing);
        await PauseAsync(1);
        await PauseAsync(2);
        await PauseAsync(1);
        Assert.Equal(6, await service.AfterAsync(6));
    }

    [Fact]
    public async Task A_turn_may_say_when_the_next_one_is()
    {
        await StartAsync(() => TimeSpan.FromSeconds(42));
        await PauseAsync(42);
        await PauseAsync(1);
    }

    [Fact]
    public async Task A_signal_ends_the_pause()
    {
        await StartAsync(Nothing);
        await time.NextPauseAsync();
        signal.Wake();
        Assert.Equal(2, await service.AfterAsync(2));
    }

    [Fact]
    public async Task A_signal_during_a_turn_is_not_lost()
    {
        await StartAsync(() =>
        {
            signal.Wake();
            signal.Wake();
            return null;
        });
        Assert.Equal(2, await service.AfterAsync(2));
    }

    [Fact]
    public async Task An_outage_is_told_once_and_once_more_when_it_is_over_and_tries_come_ever_later()
    {
        await StartAsync(Outage, Outage, Outage, Outage, Nothing);
        foreach (var seconds in (double[])[10, 20, 30, 30, 1])
        {
            await PauseAsync(seconds);
        }

        Assert.Equal(
            [
                (LogLevel.Warning, "This has to wait, and is tried again until it works. It is away."),
                (LogLevel.Information, "It works again, after 4 tries in vain."),
            ],
            log.Lines);
    }

    [Fact]
    public async Task The_next_outage_is_told_again_and_begins_with_short_pauses()
    {
        await StartAsync(Outage, Outage, Nothing, Outage);
        foreach (var seconds in (double[])[10, 20, 1, 10])
        {
            await PauseAsync(seconds);
        }

        Assert.Equal(2, log.Lines.Count(line => line.Level == LogLevel.Warning));
    }

    [Fact]
    public async Task An_error_that_nobody_foresaw_ends_nothing_and_is_told_each_time()
    {
        // A cancellation that is not the host's is such an error, too.
        await StartAsync(() => throw new InvalidOperationException(), () => throw new OperationCanceledException(), Nothing);
        foreach (var seconds in (double[])[10, 20, 1])
        {
            await PauseAsync(seconds);
        }

        Assert.Equal([LogLevel.Error, LogLevel.Error, LogLevel.Information], log.Lines.Select(line => line.Level));
    }

    [Fact]
    public async Task A_stop_ends_a_pause_and_leaves_after_the_last_turn()
    {
        await StartAsync(Nothing);
        await time.NextPauseAsync();
        Assert.False(service.HasLeft);
        await service.StopAsync(Cancellation);
        Assert.True(service.HasLeft);
        Assert.Equal(1, await service.AfterAsync(1));
        Assert.Empty(log.Lines);
    }

    [Fact]
    public async Task What_is_under_way_at_a_stop_has_its_time_and_no_more()
    {
        var begun = new TaskCompletionSource();
        service.Slow = async () =>
        {
            begun.SetResult();
            await Task.Delay(Timeout.Infinite, service.UnderWay);
        };
        await service.StartAsync(Cancellation);
        await begun.Task;
        var stop = service.StopAsync(Cancellation);
        Assert.False(service.UnderWay.IsCancellationRequested);
        await stop.WaitAsync(Poll.Limit, Cancellation);
        Assert.True(service.UnderWay.IsCancellationRequested);
        Assert.True(service.HasLeft);
    }

    private Task StartAsync(params Func<TimeSpan?>[] turns)
    {
        foreach (var turn in turns)
        {
            service.Next.Enqueue(turn);
        }

        return service.StartAsync(Cancellation);
    }

    /// <summary>The service pauses for so long, and time passes.</summary>
    private async Task PauseAsync(double seconds)
    {
        var pause = await time.NextPauseAsync();
        Assert.Equal(TimeSpan.FromSeconds(seconds), pause);
        time.Advance(pause);
    }

    private sealed class Turns(TimeProvider time, ILogger logger, Signal signal)
        : PollingService<StoreUnavailableException>(time, logger, signal)
    {
        private int done;

        public ConcurrentQueue<Func<TimeSpan?>> Next { get; } = new();

        public Func<Task>? Slow { get; set; }

        public bool HasLeft { get; private set; }

        public CancellationToken UnderWay => GivenUp;

        protected override Backoff Idle => new(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(5));

        protected override Backoff Failing => new(TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(30));

        protected override TimeSpan Grace => TimeSpan.FromMilliseconds(300);

        /// <summary>The number of turns, once there were so many.</summary>
        public async Task<int> AfterAsync(int turns)
        {
            await Poll.UntilAsync(() => Volatile.Read(ref done) >= turns, $"{turns} turns");
            return done;
        }

        protected override async Task<TimeSpan?> PollOnceAsync(CancellationToken stoppingToken)
        {
            Interlocked.Increment(ref done);
            if (Slow is { } slow)
            {
                await slow();
            }

            return Next.TryDequeue(out var turn) ? turn() : null;
        }

        protected override Task LeaveAsync()
        {
            HasLeft = true;
            return Task.CompletedTask;
        }
    }

    /// <summary>A clock that stands still, and knows who waits for how long.</summary>
    private sealed class RecordedTime : FakeTimeProvider
    {
        private readonly ConcurrentQueue<TimeSpan> pauses = new();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            var timer = base.CreateTimer(callback, state, dueTime, period);
            pauses.Enqueue(dueTime);
            return timer;
        }

        public async Task<TimeSpan> NextPauseAsync()
        {
            var pause = TimeSpan.Zero;
            await Poll.UntilAsync(() => pauses.TryDequeue(out pause), "the service to pause");
            return pause;
        }
    }
}
