using XenoCrm.Tests.Support;

namespace XenoCrm.Tests.Imports;

/// <summary>The samples' files, through the API, against a count of their own.</summary>
public sealed class SampleTests : IAsyncLifetime
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    private readonly TempFolder folder = new();
    private readonly ApiServer api = new();
    private HttpClient client = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => client = await api.SignedInAsync();

    [Fact]
    public async Task The_CDNOW_history_adds_up_to_what_its_file_says()
    {
        await SampleFiles.RunAsync("cdnow-to-csv.cs", SampleFiles.Cdnow(), folder.Path);
        await ImportAsync("customers");
        await ImportAsync("orders");

        var spends = SampleFiles.CdnowSpends();
        Assert.Equal(spends, await TotalsAsync());

        using var preview = await client.PostAsync(
            "/segments/preview",
            new StringContent("""{"rule":{"totalSpend":{"$gte":200},"orderCount":{"$gte":3}}}""", null, "application/json"),
            Cancellation);
        Assert.Equal(spends.Values.Count(customer => customer is { Spend: >= 200, Count: >= 3 }), (await preview.JsonAsync()).Int("count"));
    }

    [Fact]
    public async Task The_made_up_shop_is_imported_whole()
    {
        await SampleFiles.RunAsync("make-shop.cs", "300", folder.Path);

        Assert.Equal(300, (await ImportAsync("customers")).Accepted);
        var orders = (await ImportAsync("orders")).Accepted;

        Assert.Equal(orders, (await TotalsAsync()).Values.Sum(customer => customer.Count));
    }

    public ValueTask DisposeAsync()
    {
        client.Dispose();
        api.Dispose();
        folder.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task<(string Status, int Rows, int Accepted, int Rejected)> ImportAsync(string noun)
    {
        await using var file = File.OpenRead(folder.File(noun + ".csv"));
        using var form = new MultipartFormDataContent { { new StreamContent(file), "file", noun + ".csv" } };
        using var answer = await client.PostAsync($"/{noun}/import", form, Cancellation);
        var balance = (await client.EndAsync(await answer.ImportIdAsync(), Limit)).Balance();
        Assert.Equal(("completed", balance.Rows, balance.Rows, 0), balance);
        return balance;
    }

    private async Task<Dictionary<string, (decimal Spend, int Count)>> TotalsAsync()
    {
        var totals = new Dictionary<string, (decimal, int)>();
        string? cursor = null;
        do
        {
            using var answer = await client.GetAsync($"/customers?limit=500&cursor={cursor}", Cancellation);
            foreach (var customer in (await answer.JsonAsync()).EnumerateArray())
            {
                totals.Add(customer.Text("id")!, (customer.GetProperty("totalSpend").GetDecimal(), customer.Int("orderCount")));
            }

            cursor = answer.Headers.TryGetValues("X-Next-Cursor", out var values) ? values.Single() : null;
        }
        while (cursor is not null);
        return totals;
    }
}
