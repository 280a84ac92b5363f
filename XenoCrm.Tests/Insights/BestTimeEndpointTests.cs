using System.Globalization;
using System.Net;
using System.Text.Json;
using XenoCrm.Core.Customers;
using XenoCrm.Core.Orders;
using XenoCrm.Core.Rules;
using XenoCrm.Core.Segments;
using XenoCrm.Data.Sqlite;
using XenoCrm.Tests.Support;

namespace XenoCrm.Tests.Insights;

public sealed class BestTimeEndpointTests(SignedInServer server) : IClassFixture<SignedInServer>
{
    private static readonly DateTimeOffset Monday = new(2026, 6, 1, 0, 0, 0, TimeSpan.Zero);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_habit_is_told_in_the_zone_that_was_asked_for()
    {
        // Fridays at 20:10 in India, which is 14:40 in UTC.
        await ShopAsync("evening", 400, i => Monday.AddDays((7 * (i % 20)) + 4).AddHours(14).AddMinutes(40 + (i % 3)));

        var india = await FindAsync("""{"rule":{"city":"evening"},"timeZone":"Asia/Kolkata"}""");
        var utc = await FindAsync("""{"rule":{"city":"evening"}}""");

        Assert.Equal(("Friday", 20, "19:00", "22:00", "high"), Answer(india));
        Assert.Equal("Asia/Kolkata", india.Text("timeZone"));
        Assert.Equal(("Friday", 14, "13:00", "16:00", "high"), Answer(utc));
        Assert.Equal("UTC", utc.Text("timeZone"));
        Assert.Equal((400, 400, 0), (india.Int("customers"), india.Int("orders"), india.Int("ordersWithoutTime")));
        Assert.Equal(1, india.GetProperty("best").GetProperty("share").GetDouble());
        Assert.Equal(24, india.GetProperty("hours").GetArrayLength());
        Assert.Contains("on Fridays between 19:00 and 22:00 (Asia/Kolkata)", india.Text("text"), StringComparison.Ordinal);

        // 20:00 in India is half past two in UTC.
        var next = india.GetProperty("best").GetProperty("nextAt").GetDateTimeOffset();
        Assert.Equal((DayOfWeek.Friday, new TimeSpan(14, 30, 0)), (next.UtcDateTime.DayOfWeek, next.UtcDateTime.TimeOfDay));
        Assert.InRange(next - TimeProvider.System.GetUtcNow(), TimeSpan.FromMinutes(-1), TimeSpan.FromDays(7.1));
    }

    [Fact]
    public async Task Dates_without_a_time_give_the_weekday_only()
    {
        await ShopAsync("dates", 400, i => Monday.AddDays((7 * (i % 20)) + (i % 2 == 0 ? 2 : i % 7)));
        var found = await FindAsync("""{"rule":{"city":"dates"},"timeZone":"America/New_York"}""");
        Assert.Equal(("Wednesday", null, null, null, "high"), Answer(found));
        Assert.Equal(400, found.Int("ordersWithoutTime"));
        Assert.Equal(JsonValueKind.Null, found.GetProperty("hours").ValueKind);
        Assert.Contains("dates without a time of day", found.Text("text"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("few", 12, "Too few orders")]
    [InlineData("even", 336, "No pattern")]
    public async Task Without_a_pattern_the_reason_is_told(string city, int customers, string reason)
    {
        await ShopAsync(city, customers, i => Monday.AddDays(i % 70).AddHours((i * 5) % 24).AddMinutes(7));
        var found = await FindAsync($$$"""{"rule":{"city":"{{{city}}}"}}""");
        Assert.Equal(JsonValueKind.Null, found.GetProperty("best").ValueKind);
        Assert.StartsWith(reason, found.Text("reason"), StringComparison.Ordinal);
        Assert.Equal(found.Text("reason"), found.Text("text"));
    }

    [Fact]
    public async Task A_stored_segment_is_asked_about_by_its_id()
    {
        await ShopAsync("stored", 60, i => Monday.AddDays(7 * (i % 20)).AddHours(9.5));
        var segment = new Segment(
            "0199a000-0000-7000-8000-00000000be57", "stored", RuleJson.Parse("""{"city":"stored"}"""), null, "mara", Monday, 60);
        await server.Api.Services.GetRequiredService<SqliteDatabase>().AddAsync([segment]);
        Assert.Equal(("Monday", 9, "08:00", "11:00", "low"), Answer(await FindAsync($$"""{"segmentId":"{{segment.Id}}"}""")));
    }

    [Theory]
    [InlineData("{}", "rule")]
    [InlineData("""{"rule":{"$everyone":true},"segmentId":"x"}""", "rule")]
    [InlineData("""{"segmentId":"nobody"}""", "segmentId")]
    [InlineData("""{"rule":{"$everyone":true},"timeZone":"Berlin"}""", "timeZone")]
    [InlineData("""{"rule":{"$everyone":true},"timeZone":"../../etc/passwd"}""", "timeZone")]
    [InlineData("""{"rule":{"$everyone":true},"timeZone":""}""", "timeZone")]
    [InlineData("""{"rule":{}}""", "$")]
    public async Task What_cannot_be_asked_is_a_400_that_names_the_field(string body, string field)
    {
        var answer = await server.PostAsync("/segments/best-time", body);
        Assert.NotEmpty(await answer.ErrorAsync(field));
    }

    [Fact]
    public async Task Strangers_are_sent_away()
    {
        using var stranger = server.Api.Anonymous();
        var answer = await stranger.PostAsJsonAsync("/segments/best-time", new { segmentId = "x" }, Cancellation);
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    private static (string?, int?, string?, string?, string?) Answer(JsonElement found)
    {
        var best = found.GetProperty("best");
        var hour = best.GetProperty("hour");
        return (
            best.Text("weekday"),
            hour.ValueKind == JsonValueKind.Null ? null : hour.GetInt32(),
            best.Text("from"),
            best.Text("to"),
            best.Text("confidence"));
    }

    private async Task<JsonElement> FindAsync(string body)
    {
        var answer = await server.PostAsync("/segments/best-time", body);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return await answer.JsonAsync();
    }

    private async Task ShopAsync(string city, int customers, Func<int, DateTimeOffset> order)
    {
        string Id(int i) => string.Create(CultureInfo.InvariantCulture, $"{city}-{i:D4}");
        await server.Api.Services.GetRequiredService<ICustomerStore>().UpsertAsync(
            [.. Enumerable.Range(0, customers).Select(i =>
                new CustomerChange { Id = Id(i), Name = "Ann", Email = $"{Id(i)}@example.com", City = city })], Cancellation);
        await server.Api.Services.GetRequiredService<IOrderStore>().AddAsync(
            [.. Enumerable.Range(0, customers).Select(i =>
                new Order { Id = Id(i), CustomerId = Id(i), Amount = 9.5m, PlacedAt = order(i) })], Cancellation);
    }
}
