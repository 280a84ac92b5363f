using System.Globalization;
using System.Net;
using System.Text.Json;
using Microsoft.Extensions.Time.Testing;
using XenoCrm.Core.Customers;
using XenoCrm.Core.Orders;
using XenoCrm.Tests.Support;

namespace XenoCrm.Tests.Insights;

/// <summary>What is read out of real purchases, seen from the day after the last of them.</summary>
public sealed class CdnowInsightTests : IAsyncLifetime
{
    private readonly ApiServer api = new(configure: builder => builder.ConfigureServices(services =>
        services.AddSingleton<TimeProvider>(new FakeTimeProvider(new DateTimeOffset(2022, 7, 1, 0, 0, 0, TimeSpan.Zero)))));

    private HttpClient client = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Purchases_that_have_dates_only_give_a_weekday_and_no_hour()
    {
        await ImportAsync();
        var found = await AskAsync("/segments/best-time", """{"rule":{"$everyone":true},"timeZone":"America/New_York"}""");
        TestContext.Current.SendDiagnosticMessage(found.GetRawText());

        var people = SampleFiles.CdnowSpends().Count;
        Assert.Equal((people, 69_659, 69_659), (found.Int("customers"), found.Int("orders"), found.Int("ordersWithoutTime")));
        Assert.Equal(JsonValueKind.Null, found.GetProperty("hours").ValueKind);

        // The weekdays are those of the file, whatever the zone.
        var votes = new double[7];
        foreach (var customer in Purchases().GroupBy(purchase => purchase.Customer))
        {
            foreach (var purchase in customer)
            {
                votes[((int)purchase.Day.DayOfWeek + 6) % 7] += 1.0 / customer.Count();
            }
        }

        Assert.Equal(
            votes.Select(vote => Math.Round(vote / people, 4)),
            found.GetProperty("weekdays").EnumerateArray().Select(share => share.GetDouble()));
        var best = found.GetProperty("best");
        Assert.Equal(
            ("Wednesday", JsonValueKind.Null, "high"), (best.Text("weekday"), best.GetProperty("hour").ValueKind, best.Text("confidence")));
        Assert.Equal(Math.Round(votes[2] / people, 4), best.GetProperty("share").GetDouble());
    }

    [Fact]
    public async Task Who_spent_much_is_described_by_what_else_they_did()
    {
        await ImportAsync();
        const string segment = """{"totalSpend":{"$gte":200}}""";
        var found = await AskAsync("/segments/lookalike", $$$"""{"rule":{{{segment}}}}""");
        TestContext.Current.SendDiagnosticMessage(found.GetRawText());

        Assert.DoesNotContain("totalSpend", found.GetProperty("rule").GetRawText(), StringComparison.Ordinal);
        Assert.Equal(SampleFiles.CdnowSpends().Count(customer => customer.Value.Spend >= 200), found.Int("members"));
        var selected = await AskAsync("/segments/preview", $$$"""{"rule":{{{found.GetProperty("rule").GetRawText()}}}}""");
        var both = await AskAsync(
            "/segments/preview", $$$"""{"rule":{"$and":[{{{segment}}},{{{found.GetProperty("rule").GetRawText()}}}]}}""");
        Assert.Equal((double)both.Int("count") / selected.Int("count"), found.GetProperty("precision").GetDouble());
        Assert.Equal((double)both.Int("count") / found.Int("members"), found.GetProperty("recall").GetDouble());
        Assert.True(found.GetProperty("precision").GetDouble() > 3 * found.GetProperty("baseRate").GetDouble());
    }

    public async ValueTask InitializeAsync()
    {
        SampleFiles.Cdnow();
        client = await api.SignedInAsync();
    }

    public ValueTask DisposeAsync()
    {
        client?.Dispose();
        api.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task<JsonElement> AskAsync(string path, string body)
    {
        using var answer = await client.PostAsync(
            path, new StringContent(body, System.Text.Encoding.UTF8, "application/json"), Cancellation);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return await answer.JsonAsync();
    }

    private async Task ImportAsync()
    {
        var purchases = Purchases().ToArray();
        var customers = api.Services.GetRequiredService<ICustomerStore>();
        foreach (var batch in purchases.Select(purchase => purchase.Customer).Distinct().Chunk(5000))
        {
            await customers.UpsertAsync([.. batch.Select(id => new CustomerChange { Id = id, Name = id, Email = $"{id}@example.com",
                Attributes = new Dictionary<string, AttributeValue?> { ["source"] = AttributeValue.Of("CDNOW") } })], Cancellation);
        }

        var orders = api.Services.GetRequiredService<IOrderStore>();
        foreach (var batch in purchases.Index().Chunk(10_000))
        {
            await orders.AddAsync(
                [
                    .. batch.Select(
                        line => new Order { Id = $"o{line.Index}", CustomerId = line.Item.Customer, Amount = line.Item.Amount,
                            PlacedAt = line.Item.Day })
                ],
                Cancellation);
        }
    }

    // customer-id yyyymmdd units amount
    private static IEnumerable<(string Customer, DateTimeOffset Day, decimal Amount)> Purchases() => File.ReadLines(SampleFiles.Cdnow())
        .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        .Select(purchase => (
            "customer-" + purchase[0],
            new DateTimeOffset(DateTime.ParseExact(purchase[1], "yyyyMMdd", CultureInfo.InvariantCulture), TimeSpan.Zero),
            decimal.Parse(purchase[3], CultureInfo.InvariantCulture)));
}
