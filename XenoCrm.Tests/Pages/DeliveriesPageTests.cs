using System.Net;
using XenoCrm.Core.Campaigns;
using XenoCrm.Core.Receipts;
using XenoCrm.Tests.Support;

namespace XenoCrm.Tests.Pages;

public sealed class DeliveriesPageTests : IAsyncLifetime
{
    private static readonly ReceiptConsumer Worker = new(ReceiptConsumer.Workers, "test");

    private readonly ApiServer api = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private IReceiptStream Stream => api.Services.GetRequiredService<IReceiptStream>();

    public async ValueTask InitializeAsync()
    {
        foreach (var id in new[] { "v-1", "v-2" })
        {
            await Stream.AppendAsync(
                new ReceiptBatch([new Receipt("m-1", id, DeliveryStatus.Failed, "no such user", null)], DateTimeOffset.UnixEpoch, null),
                Cancellation);
        }

        var entries = await Stream.ReadAsync(Worker, 100, Cancellation);
        await Stream.DeadLetterAsync(
            Worker.Group, [.. entries.Select(entry => new Burial(entry, entry.Receipts!, "nobody knows <it>"))], Cancellation);
        await Stream.AppendAsync(
            new ReceiptBatch([], DateTimeOffset.UnixEpoch, null)
            {
                Rejected = [new RejectedReceipt(null, "v-wrong", "status: it is Delivered")],
            },
            Cancellation);
    }

    public ValueTask DisposeAsync()
    {
        api.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Dead_letters_are_shown_with_their_reasons_and_a_viewer_only_looks()
    {
        using var admin = await api.SignedInAsync();
        using var viewer = await api.SignedInAsync("vi@example.com", "viewer");
        var html = await admin.PageAsync("/app/deliveries");
        string[] told = ["v-1", "FAILED: no such user", "nobody knows <it>", "v-wrong", "status: it is Delivered", "Try all again"];
        foreach (var words in told)
        {
            Assert.Contains(words, html, StringComparison.Ordinal);
        }

        var seen = await viewer.PageAsync("/app/deliveries");
        Assert.Contains("nobody knows <it>", seen, StringComparison.Ordinal);
        Assert.DoesNotContain("<form method=\"post\" action=\"/app/deliveries", seen, StringComparison.Ordinal);
        await viewer.SubmitAsync("/app/deliveries/replay").ShownAsync(HttpStatusCode.Forbidden);
        await viewer.SubmitAsync("/app/deliveries/discard").ShownAsync(HttpStatusCode.Forbidden);
        await viewer.SubmitAsync("/app/deliveries/1/discard").ShownAsync(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task One_is_replayed_or_all_that_can_be_and_the_page_says_how_many()
    {
        using var admin = await api.SignedInAsync();
        var first = (await Stream.ListDeadAsync(new Core.PageRequest(10, null), Cancellation)).Items.First(letter => letter.IsReplayable);
        var after = await admin.SubmitAsync($"/app/deliveries/{first.Id}/replay").TakenAsync();
        Assert.Equal("/app/deliveries?replayed=1", after);
        Assert.Contains("being tried again", await admin.PageAsync(after), StringComparison.Ordinal);
        Assert.Equal("/app/deliveries?replayed=1", await admin.SubmitAsync("/app/deliveries/replay").TakenAsync());
        Assert.Contains("nothing left to try again", await admin.PageAsync("/app/deliveries?replayed=0"), StringComparison.Ordinal);
        Assert.Equal(1, (await Stream.InfoAsync(Worker.Group, Cancellation)).DeadLetters);
        var audit = await (await admin.GetAsync("/audit", Cancellation)).JsonAsync();
        var actions = audit.EnumerateArray().Select(entry => entry.Text("action"));
        Assert.Equal(2, actions.Count(action => action == "receipts.replayed"));
    }

    [Fact]
    public async Task Those_that_cannot_be_replayed_are_discarded()
    {
        using var admin = await api.SignedInAsync();
        Assert.Equal("/app/deliveries?discarded=1", await admin.SubmitAsync("/app/deliveries/discard").TakenAsync());
        Assert.DoesNotContain("v-wrong", await admin.PageAsync("/app/deliveries"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task How_far_the_workers_are_is_a_part_that_is_read_again()
    {
        using var admin = await api.SignedInAsync();
        await Stream.AppendAsync(
            new ReceiptBatch([new Receipt("m-2", "v-3", DeliveryStatus.Sent, null, null)], DateTimeOffset.UnixEpoch, null), Cancellation);
        Assert.Contains("data-refresh=\"/app/deliveries/stream\"", await admin.PageAsync("/app/deliveries"), StringComparison.Ordinal);
        var part = await admin.PageAsync("/app/deliveries/stream");
        Assert.DoesNotContain("<html", part, StringComparison.Ordinal);
        foreach (var term in new[] { "lag", "pending in the consumer group", "length of the stream", "dead letters" })
        {
            Assert.Contains($"<span class=\"term\">{term}</span>", part, StringComparison.Ordinal);
        }

        Assert.Contains("Nothing is reading the reports", part, StringComparison.Ordinal);
        Assert.Contains("<data class=\"number\" value=\"3\">", part, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cursor_that_is_none_is_a_page_that_says_so()
    {
        using var admin = await api.SignedInAsync();
        await admin.PageAsync("/app/deliveries?cursor=x", HttpStatusCode.BadRequest);
    }
}
