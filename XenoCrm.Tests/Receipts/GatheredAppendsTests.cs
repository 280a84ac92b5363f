using System.Diagnostics;
using System.Threading.Channels;
using XenoCrm.Core;
using XenoCrm.Core.Campaigns;
using XenoCrm.Core.Receipts;
using XenoCrm.Data.Redis;

namespace XenoCrm.Tests.Receipts;

/// <summary>Small batches that come at once are one append. Here each append ends when the test says so.</summary>
public sealed class GatheredAppendsTests
{
    private readonly Channel<(ReceiptBatch Batch, TaskCompletionSource End)> begun =
        Channel.CreateUnbounded<(ReceiptBatch Batch, TaskCompletionSource End)>();

    private readonly List<int> sizes = [];
    private readonly GatheredAppends appends;

    public GatheredAppendsTests() => appends = new GatheredAppends((batch, _) =>
    {
        var end = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        sizes.Add(batch.Receipts.Count);
        Assert.True(begun.Writer.TryWrite((batch, end)));
        return end.Task;
    });

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Who_comes_alone_does_not_wait_for_others()
    {
        var stored = appends.AppendAsync(Batch("a"), Cancellation);
        var (batch, end) = await NextAsync();
        Assert.Equal(["a"], Names(batch));
        end.SetResult();
        await stored;
    }

    [Fact]
    public async Task An_append_belongs_to_no_callers_trace()
    {
        using var request = new Activity("a request").Start();
        var traces = new List<Activity?>();
        var stored = new GatheredAppends((_, _) =>
        {
            traces.Add(Activity.Current);
            return Task.CompletedTask;
        });
        await stored.AppendAsync(Batch("a"), Cancellation);
        Assert.Equal([null], traces);
    }

    [Fact]
    public async Task Those_that_come_while_an_append_is_under_way_go_together_and_keep_their_order()
    {
        var first = appends.AppendAsync(Batch("a"), Cancellation);
        var (_, end) = await NextAsync();
        Task[] others = [appends.AppendAsync(Batch("b", "c"), Cancellation), appends.AppendAsync(Batch("d"), Cancellation)];
        end.SetResult();
        await first;

        var (batch, together) = await NextAsync();
        Assert.Equal(["b", "c", "d"], Names(batch));
        Assert.DoesNotContain(others, other => other.IsCompleted);
        together.SetResult();
        await Task.WhenAll(others);
        Assert.Equal([1, 3], sizes);
    }

    [Fact]
    public async Task The_entry_has_the_arrival_of_the_first_in_it()
    {
        var first = appends.AppendAsync(Batch("a"), Cancellation);
        var (_, end) = await NextAsync();
        var early = appends.AppendAsync(Batch("b"), Cancellation);
        var late = appends.AppendAsync(Batch("c") with { ArrivedAt = Batch("c").ArrivedAt.AddMilliseconds(3) }, Cancellation);
        end.SetResult();
        var (batch, together) = await NextAsync();
        Assert.Equal(Batch("b").ArrivedAt, batch.ArrivedAt);
        together.SetResult();
        await Task.WhenAll(first, early, late);
    }

    [Fact]
    public async Task What_cannot_be_stored_is_told_to_each_whose_it_is_and_to_nobody_else()
    {
        var first = appends.AppendAsync(Batch("a"), Cancellation);
        var (_, end) = await NextAsync();
        Task[] second = [appends.AppendAsync(Batch("b"), Cancellation), appends.AppendAsync(Batch("c"), Cancellation)];
        end.SetResult();
        await first;

        var (_, failing) = await NextAsync();
        var third = appends.AppendAsync(Batch("d"), Cancellation);
        failing.SetException(new StoreUnavailableException("Redis cannot take receipts now.", new IOException()));
        foreach (var task in second)
        {
            await Assert.ThrowsAsync<StoreUnavailableException>(() => task);
        }

        (await NextAsync()).End.SetResult();
        await third;
    }

    [Fact]
    public async Task Who_gives_up_waiting_takes_nobody_along()
    {
        var first = appends.AppendAsync(Batch("a"), Cancellation);
        var (_, end) = await NextAsync();
        using var impatient = new CancellationTokenSource();
        var gone = appends.AppendAsync(Batch("b"), impatient.Token);
        var stays = appends.AppendAsync(Batch("c"), Cancellation);
        await impatient.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => gone);
        end.SetResult();
        (await NextAsync()).End.SetResult();
        await Task.WhenAll(first, stays);
    }

    [Fact]
    public async Task An_entry_never_has_more_receipts_than_one_may()
    {
        var first = appends.AppendAsync(Batch("a"), Cancellation);
        var (_, end) = await NextAsync();
        var ten = Batch([.. Enumerable.Range(0, 10).Select(i => $"v-{i}")]);
        Task[] others = [.. Enumerable.Range(0, 250).Select(_ => appends.AppendAsync(ten, Cancellation))];
        end.SetResult();
        for (var i = 0; i < 3; i++)
        {
            (await NextAsync()).End.SetResult();
        }

        await Task.WhenAll([first, .. others]);
        Assert.Equal([1, 1_000, 1_000, 500], sizes);
    }

    [Theory]
    [InlineData(10, true)]
    [InlineData(11, false)]
    public void A_batch_that_is_worth_an_entry_has_its_own(int receipts, bool isTaken) =>
        Assert.Equal(isTaken, GatheredAppends.Takes(Batch([.. Enumerable.Range(0, receipts).Select(i => $"v-{i}")])));

    [Fact]
    public void One_with_a_trace_or_with_rejected_receipts_goes_alone()
    {
        Assert.False(GatheredAppends.Takes(Batch("a") with { Trace = new TraceContext("00-4bf9-00f0-01", null) }));
        Assert.False(GatheredAppends.Takes(Batch("a") with { Rejected = [new RejectedReceipt(null, "b", "status: it is missing.")] }));
    }

    private async Task<(ReceiptBatch Batch, TaskCompletionSource End)> NextAsync() => await begun.Reader.ReadAsync(Cancellation);

    private static IEnumerable<string> Names(ReceiptBatch batch) => batch.Receipts.Select(receipt => receipt.VendorMessageId);

    private static ReceiptBatch Batch(params string[] vendorMessageIds) => new(
        [.. vendorMessageIds.Select(id => new Receipt(null, id, DeliveryStatus.Sent, null, null))],
        new DateTimeOffset(2026, 5, 1, 9, 0, 0, TimeSpan.Zero),
        null);
}
