using System.Reflection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using XenoCrm.Api.Campaigns;
using XenoCrm.Api.Vendor;
using XenoCrm.Core;
using XenoCrm.Core.Campaigns;
using XenoCrm.Data.Sqlite;
using XenoCrm.Tests.Support;
using JsonOptions = Microsoft.AspNetCore.Http.Json.JsonOptions;

namespace XenoCrm.Tests.Campaigns;

public sealed class CampaignWatchTests : IAsyncDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    private readonly SqliteStores stores = new();
    private readonly FakeTimeProvider clock = new();
    private readonly Host host = new();
    private readonly ICampaignStore campaigns;
    private readonly Reads reads;
    private readonly CampaignWatch watch;

    public CampaignWatchTests()
    {
        campaigns = Reads.Around(new SqliteCampaignStore(stores.Database), out reads);
        var gate = new VendorGate("vendor", clock, new Random(1), NullLogger<VendorGate>.Instance);
        var line = new VendorLine("vendor", null!, gate);
        watch = new CampaignWatch(
            campaigns, new Vendors(line, line), Options.Create(new JsonOptions()), clock, host);
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Twenty_who_follow_a_campaign_cause_one_poll()
    {
        var id = await CampaignAsync();
        var seats = Follow(id, 20);
        foreach (var seat in seats)
        {
            Assert.NotNull(await seat.NextAsync(Cancellation));
        }

        Assert.Equal(1, reads.Count);
        for (var poll = 2; poll <= 4; poll++)
        {
            await AdvanceAsync(seats);
            Assert.Equal(poll, reads.Count);
        }

        seats.ForEach(seat => seat.Dispose());
    }

    [Fact]
    public async Task It_ends_with_the_last_who_leaves_and_begins_anew_with_the_next()
    {
        var id = await CampaignAsync();
        var seats = Follow(id, 2);
        var (one, other) = (seats[0], seats[1]);
        await one.NextAsync(Cancellation);
        await other.NextAsync(Cancellation);
        one.Dispose();
        one.Dispose();
        await AdvanceAsync([other]);
        Assert.Equal(2, reads.Count);

        other.Dispose();
        reads.LetThrough(2);
        clock.Advance(10 * Interval);
        using var next = watch.Follow(id);
        Assert.NotNull(await next.NextAsync(Cancellation));
        Assert.Equal(3, reads.Count);
    }

    [Fact]
    public async Task Whoever_comes_in_the_middle_is_told_how_it_is_now()
    {
        var id = await CampaignAsync();
        using var first = watch.Follow(id);
        Assert.Contains("sending", (await first.NextAsync(Cancellation))!.Data, StringComparison.Ordinal);
        await campaigns.StepAsync(id, new CampaignStep.Pause("So."), clock.GetUtcNow(), Cancellation);
        using var second = watch.Follow(id);
        Assert.Contains("paused", (await second.NextAsync(Cancellation))!.Data, StringComparison.Ordinal);
        Assert.Contains("paused", (await first.NextAsync(Cancellation))!.Data, StringComparison.Ordinal);
        Assert.Equal(2, reads.Count);
    }

    [Fact]
    public async Task A_campaign_that_is_over_is_told_as_over_and_no_more_is_looked_at()
    {
        var id = await CampaignAsync();
        await campaigns.StepAsync(id, new CampaignStep.Cancel(), clock.GetUtcNow(), Cancellation);
        using var seat = watch.Follow(id);
        Assert.True((await seat.NextAsync(Cancellation))!.IsOver);
        Assert.Null(await seat.NextAsync(Cancellation));
    }

    [Fact]
    public async Task One_that_is_not_there_is_nothing_and_a_stop_of_the_host_ends_all()
    {
        using var none = watch.Follow("none");
        Assert.Null(await none.NextAsync(Cancellation));

        using var seat = watch.Follow(await CampaignAsync());
        Assert.NotNull(await seat.NextAsync(Cancellation));
        await host.Stop.CancelAsync();
        Assert.Null(await seat.NextAsync(Cancellation));
    }

    [Fact]
    public async Task What_the_store_throws_all_who_follow_it_get()
    {
        var id = await CampaignAsync();
        reads.Fault = new StoreUnavailableException("down", new IOException());
        using var one = watch.Follow(id);
        using var other = watch.Follow(id);
        await Assert.ThrowsAsync<StoreUnavailableException>(() => one.NextAsync(Cancellation));
        await Assert.ThrowsAsync<StoreUnavailableException>(() => other.NextAsync(Cancellation));
    }

    public async ValueTask DisposeAsync()
    {
        host.Stop.Dispose();
        await stores.DisposeAsync();
    }

    /// <summary>So many come before the first look begins.</summary>
    private List<CampaignWatch.Seat> Follow(string id, int count)
    {
        var before = SynchronizationContext.Current;
        using var held = new HeldContext();
        SynchronizationContext.SetSynchronizationContext(held);
        try
        {
            return [.. Enumerable.Range(0, count).Select(_ => watch.Follow(id))];
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(before);
        }
    }

    // Until all have the next look. The loop sleeps by the clock that stands still, and nobody sees whether it sleeps yet: the clock may
    // go on by more than one interval, so one look is let through.
    private async Task AdvanceAsync(IReadOnlyList<CampaignWatch.Seat> seats)
    {
        var all = Task.WhenAll(seats.Select(seat => seat.NextAsync(Cancellation)));
        reads.LetThrough(1);
        await Poll.UntilAsync(
            () =>
            {
                clock.Advance(Interval);
                return all.IsCompleted;
            },
            "the next look");
        Assert.All(await all, Assert.NotNull);
    }

    /// <summary>What is posted to it waits until it is disposed of.</summary>
    private sealed class HeldContext : SynchronizationContext, IDisposable
    {
        private readonly ManualResetEventSlim released = new();

        public override void Post(SendOrPostCallback d, object? state) => ThreadPool.QueueUserWorkItem(_ =>
        {
            released.Wait(TestContext.Current.CancellationToken);
            d(state);
        });

        // Whoever waits still reads it.
        public void Dispose() => released.Set();
    }

    private async Task<string> CampaignAsync()
    {
        var id = Guid.CreateVersion7().ToString();
        await campaigns.BeginAsync(NewCampaigns.Of(id, clock.GetUtcNow(), TimeSpan.FromMinutes(1)), Cancellation);
        await campaigns.AppendLogBatchAsync(
            new(id), [new NewLogEntry(Guid.CreateVersion7().ToString(), "c1", "c1@example.com", "Hi", clock.GetUtcNow())],
            clock.GetUtcNow().AddMinutes(1), Cancellation);
        await campaigns.StartAsync(new(id), clock.GetUtcNow(), [], Cancellation);
        return id;
    }

    private sealed class Host : IHostApplicationLifetime
    {
        public CancellationTokenSource Stop { get; } = new();

        public CancellationToken ApplicationStarted => default;

        public CancellationToken ApplicationStopping => Stop.Token;

        public CancellationToken ApplicationStopped => default;

        public void StopApplication() => Stop.Cancel();
    }

    /// <summary>The real store, and how often a campaign was read from it.</summary>
    public class Reads : DispatchProxy
    {
        private ICampaignStore store = null!;
        private SemaphoreSlim? gate;
        private int count;

        public int Count => Volatile.Read(ref count);

        public Exception? Fault { get; set; }

        public static ICampaignStore Around(ICampaignStore store, out Reads reads)
        {
            var proxy = Create<ICampaignStore, Reads>();
            reads = (Reads)(object)proxy;
            reads.store = store;
            return proxy;
        }

        /// <summary>From now on a read waits until it is let through, and counts then.</summary>
        public void LetThrough(int more)
        {
            gate ??= new SemaphoreSlim(0);
            gate.Release(more);
        }

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) =>
            targetMethod!.Name == nameof(ICampaignStore.FindAsync)
                ? FindAsync((string)args![0]!, (CancellationToken)args[1]!)
                : targetMethod.Invoke(store, args);

        private async Task<Campaign?> FindAsync(string id, CancellationToken cancellationToken)
        {
            if (gate is not null)
            {
                await gate.WaitAsync(cancellationToken);

                // It may be let through in the moment in which it is called off.
                cancellationToken.ThrowIfCancellationRequested();
            }

            Interlocked.Increment(ref count);
            return Fault is null ? await store.FindAsync(id, cancellationToken) : throw Fault;
        }
    }
}
