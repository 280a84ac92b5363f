using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using XenoCrm.Core;
using XenoCrm.Core.Campaigns;
using XenoCrm.Core.Receipts;
using XenoCrm.Data.Sqlite;
using XenoCrm.ReceiptWorker.Receipts;
using XenoCrm.Tests.Support;

namespace XenoCrm.Tests.Receipts;

/// <summary>A worker's turns over a real stream and a real store; a subclass supplies the stream.</summary>
public abstract class ReceiptPollerContract : IAsyncDisposable
{
    private static readonly ReceiptConsumer Dead = new(ReceiptConsumer.Workers, "a worker that died");

    private readonly ServiceProvider services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly TempFolder folder = new();
    private readonly SqliteDatabase database;
    private readonly DeliveryLog log;
    private readonly FaultyStore store;
    private readonly ReceiptWorkerOptions settings =
        new() { RetryDelay = TimeSpan.Zero, ReclaimInterval = TimeSpan.FromMilliseconds(1), BatchReceipts = 100 };

    protected ReceiptPollerContract()
    {
        database = new SqliteDatabase($"Data Source={folder.File("xenocrm.db")}", NullLogger<SqliteDatabase>.Instance);
        log = new DeliveryLog(database);
        store = new FaultyStore(new SqliteReceiptStore(database, TimeProvider.System));
    }

    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    protected ReceiptStreamOptions StreamSettings { get; } = new() { Visibility = TimeSpan.FromMinutes(10) };

    private protected SqliteDatabase Database => database;

    private protected abstract IReceiptStream Stream { get; }

    protected abstract Task AppendRawAsync(byte[] body);

    [Fact]
    public async Task Without_entries_there_is_no_work() => Assert.False(await Poller().PollOnceAsync(Cancellation));

    [Fact]
    public async Task Receipts_are_brought_to_the_log_and_acknowledged()
    {
        await log.AddAsync("a", "b", "c");
        await AppendAsync(Sent("a"), Failed("b", "mailbox full"));
        await AppendAsync(Sent("c"));
        Assert.True(await Poller().PollOnceAsync(Cancellation));
        Assert.Equal((0, 1, 2), Counts());
        Assert.Equal("mailbox full", log.Row("b").FailureReason);
        await AssertAllDoneAsync();
    }

    [Fact]
    public async Task A_crash_after_the_write_and_before_the_ack_changes_nothing()
    {
        StreamSettings.Visibility = TimeSpan.FromMilliseconds(50);
        await log.AddAsync("a");
        await AppendAsync(Sent("a"));
        var entries = await Stream.ReadAsync(Dead, 100, Cancellation);
        await store.ApplyAsync(entries[0].Receipts!, Cancellation);
        var before = log.Row("a");

        await UntilAllDoneAsync(Poller());
        Assert.Equal(before, log.Row("a"));
    }

    [Fact]
    public async Task A_crash_before_the_write_loses_nothing()
    {
        StreamSettings.Visibility = TimeSpan.FromMilliseconds(50);
        await log.AddAsync("a");
        await AppendAsync(Sent("a"));
        await Stream.ReadAsync(Dead, 100, Cancellation);

        await UntilAllDoneAsync(Poller());
        Assert.Equal(DeliveryStatus.Sent, log.Row("a").Status);
    }

    [Fact]
    public async Task Order_and_repetition_do_not_matter()
    {
        await log.AddAsync("a", "b");
        await AppendAsync(Sent("a"));
        await AppendAsync(Failed("b"), Failed("b"), Sent("b"));
        await AppendAsync(Failed("a"), Sent("b"), Sent("a"));
        await UntilAllDoneAsync(Poller());
        Assert.Equal((0, 0, 2), Counts());
    }

    [Fact]
    public async Task A_receipt_that_comes_before_its_message_is_known_is_tried_again()
    {
        await log.AddAsync("known");
        await AppendAsync(Sent("early"), Sent("known"));
        var poller = Poller();
        await poller.PollOnceAsync(Cancellation);
        Assert.Equal(DeliveryStatus.Sent, log.Row("known").Status);
        Assert.Equal(1, (await BacklogAsync()).Pending);

        await log.AddAsync("early");
        await UntilAllDoneAsync(poller);
        Assert.Equal((0, 0, 2), Counts());
        Assert.Equal(0, (await BacklogAsync()).DeadLetters);
    }

    [Fact]
    public async Task What_nobody_knows_after_five_deliveries_is_dead_and_nothing_else_of_its_entry()
    {
        await log.AddAsync("a", "b");
        await AppendAsync(Sent("a"), Sent("nobody"), Sent("b"));
        await UntilAllDoneAsync(Poller());
        Assert.Equal((0, 0, 2), Counts());
        var dead = Assert.Single((await Stream.ListDeadAsync(new PageRequest(10, null), Cancellation)).Items);
        Assert.Equal(("v-nobody", 5), (dead.Receipt!.VendorMessageId, dead.Deliveries));
        Assert.Contains("No message", dead.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_entry_that_cannot_be_read_dies_alone()
    {
        await log.AddAsync("a", "b");
        await AppendAsync(Sent("a"));
        await AppendRawAsync("?"u8.ToArray());
        await AppendAsync(Sent("b"));
        var poller = Poller();
        await poller.PollOnceAsync(Cancellation);
        Assert.Equal((0, 0, 2), Counts());

        await UntilAllDoneAsync(poller);
        var dead = Assert.Single((await Stream.ListDeadAsync(new PageRequest(10, null), Cancellation)).Items);
        Assert.Equal((null, 5, "It cannot be read."), (dead.Receipt, dead.Deliveries, dead.Reason));
    }

    [Fact]
    public async Task A_receipt_at_which_the_store_stumbles_does_not_hold_up_the_rest()
    {
        await log.AddAsync("a", "b", "c");
        store.Poison = "v-b";
        await AppendAsync(Sent("a"));
        await AppendAsync(Sent("b"));
        await AppendAsync(Sent("c"));
        var poller = Poller();
        await poller.PollOnceAsync(Cancellation);
        Assert.Equal((1, 0, 2), Counts());

        await UntilAllDoneAsync(poller);
        var dead = Assert.Single((await Stream.ListDeadAsync(new PageRequest(10, null), Cancellation)).Items);
        Assert.Equal("It could not be applied (FormatException).", dead.Reason);
    }

    [Fact]
    public async Task A_receipt_that_makes_the_store_fail_does_not_hold_up_those_of_its_own_entry()
    {
        await log.AddAsync("a", "b", "c");
        store.Poison = "v-b";
        await AppendAsync(Sent("a"), Sent("b"), Sent("c"));
        var poller = Poller();
        await poller.PollOnceAsync(Cancellation);
        Assert.Equal((1, 0, 2), Counts());

        await UntilAllDoneAsync(poller);
        var dead = Assert.Single((await Stream.ListDeadAsync(new PageRequest(10, null), Cancellation)).Items);
        Assert.Equal(("v-b", "It could not be applied (FormatException)."), (dead.Receipt!.VendorMessageId, dead.Reason));
    }

    [Fact]
    public async Task While_the_store_is_down_nothing_is_acknowledged_and_nothing_counts_against_a_receipt()
    {
        await log.AddAsync("a");
        await AppendAsync(Sent("a"), Sent("nobody"));
        await AppendAsync(Sent("a"));
        store.IsDown = true;
        var poller = Poller();
        for (var attempt = 0; attempt < 3 * settings.MaxDeliveries; attempt++)
        {
            await Assert.ThrowsAsync<StoreUnavailableException>(() => poller.PollOnceAsync(Cancellation));
        }

        Assert.Equal(2, (await BacklogAsync()).Pending);
        store.IsDown = false;
        await poller.PollOnceAsync(Cancellation);
        Assert.Equal(DeliveryStatus.Sent, log.Row("a").Status);
        var backlog = await BacklogAsync();
        Assert.Equal((1, 0), (backlog.Pending, backlog.DeadLetters));
    }

    [Fact]
    public async Task While_the_store_is_down_no_more_is_taken_than_one_batch()
    {
        for (var i = 0; i < 10; i++)
        {
            await AppendAsync([.. Enumerable.Range(0, 100).Select(n => Sent($"{i}-{n}"))]);
        }

        store.IsDown = true;
        var poller = Poller();
        for (var attempt = 0; attempt < 5; attempt++)
        {
            await Assert.ThrowsAsync<StoreUnavailableException>(() => poller.PollOnceAsync(Cancellation));
        }

        // Redis hands out up to 64 entries at a time, which are all of these.
        var taken = (await BacklogAsync()).Pending;
        await Assert.ThrowsAsync<StoreUnavailableException>(() => poller.PollOnceAsync(Cancellation));
        Assert.Equal(taken, (await BacklogAsync()).Pending);
    }

    [Fact]
    public async Task Workers_share_the_entries_and_bring_each_receipt_once()
    {
        var ids = Enumerable.Range(0, 1_000).Select(i => $"m-{i}").ToArray();
        await log.AddAsync(ids);
        foreach (var part in ids.Chunk(10))
        {
            await AppendAsync([.. part.Select(Sent)]);
        }

        var applied = 0L;
        using var listener = Listen((name, value, tags) =>
        {
            if (name == "xenocrm.receipts.applied" && tags["outcome"] is "applied")
            {
                Interlocked.Add(ref applied, value);
            }
        });
        await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => Task.Run(() => UntilAllDoneAsync(Poller()))));
        Assert.Equal((0, 0, 1_000), Counts());
        Assert.Equal(1_000, applied);
    }

    [Fact]
    public async Task Replayed_dead_letters_are_brought_to_the_log()
    {
        await AppendAsync(Sent("late"));
        var poller = Poller();
        await UntilAllDoneAsync(poller);
        await log.AddAsync("late");
        Assert.Equal(1, await Stream.ReplayDeadAsync(null, Cancellation));
        await UntilAllDoneAsync(poller);
        Assert.Equal(DeliveryStatus.Sent, log.Row("late").Status);
    }

    [Fact]
    public async Task What_happens_is_counted()
    {
        var counted = new Dictionary<string, long>();
        using var listener = Listen((name, value, tags) =>
        {
            var key = tags.TryGetValue("outcome", out var outcome) ? $"{name} {outcome}" : name;
            counted[key] = counted.GetValueOrDefault(key) + value;
        });
        await log.AddAsync("a");
        await AppendAsync(Sent("a"), Failed("a"), Sent("nobody"));
        await UntilAllDoneAsync(Poller());

        Assert.Equal(1, counted["xenocrm.receipts.applied applied"]);
        Assert.Equal(5, counted["xenocrm.receipts.applied unmatched"]);
        Assert.Equal(9, counted["xenocrm.receipts.applied known"]);
        Assert.Equal(15, counted["xenocrm.receipts.batch.size"]);
        Assert.Equal(4, counted["xenocrm.receipts.redelivered"]);
        Assert.Equal(1, counted["xenocrm.receipts.dead"]);
    }

    public virtual async ValueTask DisposeAsync()
    {
        await database.DisposeAsync();
        folder.Dispose();
        await services.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    private ReceiptPoller Poller()
    {
        var telemetry = new ReceiptTelemetry(services.GetRequiredService<IMeterFactory>());
        return new ReceiptPoller(
            Stream,
            new ReceiptHandler(store, telemetry, NullLogger<ReceiptHandler>.Instance),
            new ReceiptConsumer(ReceiptConsumer.Workers, Guid.NewGuid().ToString()),
            telemetry,
            Options.Create(settings),
            Options.Create(StreamSettings),
            TimeProvider.System,
            NullLogger<ReceiptPoller>.Instance);
    }

    private MeterListener Listen(Action<string, long, Dictionary<string, object?>> measured)
    {
        var factory = services.GetRequiredService<IMeterFactory>();
        var listener = new MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (ReferenceEquals(instrument.Meter.Scope, factory))
                {
                    self.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>(
            (instrument, value, tags, _) => measured(instrument.Name, value, new Dictionary<string, object?>(tags.ToArray())));
        listener.SetMeasurementEventCallback<int>(
            (instrument, value, tags, _) => measured(instrument.Name, value, new Dictionary<string, object?>(tags.ToArray())));
        listener.Start();
        return listener;
    }

    private async Task UntilAllDoneAsync(ReceiptPoller poller) => await Poll.UntilAsync(
        async () =>
        {
            await poller.PollOnceAsync(Cancellation);
            return await BacklogAsync() is { Lag: 0, Pending: 0 };
        },
        "all entries to be done with");

    private async Task AssertAllDoneAsync()
    {
        var backlog = await BacklogAsync();
        Assert.Equal((0, 0, 0), (backlog.Lag, backlog.Pending, backlog.DeadLetters));
    }

    private Task<ReceiptBacklog> BacklogAsync() => Stream.InfoAsync(ReceiptConsumer.Workers, Cancellation);

    private Task AppendAsync(params IReadOnlyList<Receipt> receipts) =>
        Stream.AppendAsync(new ReceiptBatch(receipts, TimeProvider.System.GetUtcNow(), null), Cancellation);

    private (int Pending, int Failed, int Sent) Counts() =>
        (log.Count(DeliveryStatus.Pending), log.Count(DeliveryStatus.Failed), log.Count(DeliveryStatus.Sent));

    private static Receipt Sent(string id) => new(id, $"v-{id}", DeliveryStatus.Sent, null, null);

    private static Receipt Failed(string id, string? reason = null) => new(id, $"v-{id}", DeliveryStatus.Failed, reason, null);
}
