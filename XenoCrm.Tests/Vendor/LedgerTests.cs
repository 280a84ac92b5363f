using System.Net;
using System.Text.Json;
using XenoCrm.Tests.Support;

namespace XenoCrm.Tests.Vendor;

public sealed class LedgerTests : IAsyncLifetime
{
    private readonly VendorServer vendor = new();
    private Receiver receiver = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => receiver = await Receiver.StartAsync();

    [Fact]
    public async Task The_ledger_tells_of_the_messages_accepted_last_the_newest_first()
    {
        await vendor.SendAsync(receiver.Url, ["a", "b", "c"]);
        Assert.Equal(["c", "b"], (await ReadAsync("?limit=2")).Select(message => message.Text("id")));
        await Poll.UntilAsync(
            async () => (await ReadAsync("")).All(message => message.Text("status") is "SENT" or "FAILED"), "the outcomes");
        Assert.Equal(3, (await ReadAsync("")).Count);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("501")]
    [InlineData("all")]
    [InlineData("")]
    public async Task A_limit_that_makes_no_sense_is_refused(string limit)
    {
        using var answer = await vendor.Client.GetAsync($"/vendor/messages?limit={limit}", Cancellation);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains("limit", await answer.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
    }

    public async ValueTask DisposeAsync()
    {
        vendor.Dispose();
        await receiver.DisposeAsync();
    }

    private async Task<List<JsonElement>> ReadAsync(string query) =>
        [.. JsonDocument.Parse(await vendor.Client.GetStringAsync($"/vendor/messages{query}", Cancellation)).RootElement.EnumerateArray()];
}
