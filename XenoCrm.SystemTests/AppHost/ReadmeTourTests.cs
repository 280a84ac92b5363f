using System.Text.Json;

namespace XenoCrm.SystemTests.AppHost;

/// <summary>Whoever pastes README's tour sees this.</summary>
public sealed class ReadmeTourTests(ReadmeTour tour) : IClassFixture<ReadmeTour>
{
    [Fact]
    public void It_signs_in() =>
        Assert.Equal("you@example.com", Json(tour.OutputOf("/auth/dev")).GetProperty("email").GetString());

    [Fact]
    public void Both_customers_and_both_orders_are_accepted() =>
        Assert.Equal([2, 2], Lines(tour.OutputOf("/orders/bulk")).Select(line => Json(line).GetProperty("accepted").GetInt32()));

    [Fact]
    public void One_of_the_two_has_spent_so_much() =>
        Assert.Equal(1, Json(tour.OutputOf("/segments/preview")).GetProperty("count").GetInt32());

    [Fact]
    public void The_sentence_says_the_same_rule_and_selects_the_same_person()
    {
        var answer = Json(tour.OutputOf("/segments/nl2segment"));
        Assert.Equal("""{"totalSpend":{"$gt":10000},"orderCount":{"$lt":3}}""", answer.GetProperty("rule").GetRawText());
        Assert.Equal(1, answer.GetProperty("count").GetInt32());
    }

    [Fact]
    public void Three_messages_are_offered() =>
        Assert.Equal(3, Json(tour.OutputOf("/campaigns/messages")).GetProperty("messages").GetArrayLength());

    [Fact]
    public void The_campaign_goes_to_both() =>
        Assert.Equal(2, Json(tour.OutputOf("Idempotency-Key")).GetProperty("audience").GetInt32());

    [Fact]
    public void The_newest_campaign_is_followed_to_its_end_and_its_log_has_a_final_row_for_each()
    {
        var lines = Lines(tour.OutputOf("/events"));
        Assert.Equal("Everybody so far", Json(lines[0])[0].GetProperty("name").GetString());
        Assert.Contains("\"completed\"", lines.Last(line => line.StartsWith("data:", StringComparison.Ordinal)), StringComparison.Ordinal);
        var log = Json(lines[^1]).EnumerateArray().ToArray();
        Assert.Equal(2, log.Length);
        Assert.All(log, row => Assert.Contains(row.GetProperty("status").GetString(), (string[])["SENT", "FAILED"]));
    }

    [Fact]
    public void The_larger_list_is_made_imported_and_found()
    {
        var output = tour.OutputOf("make-shop");
        var found = Json(Lines(output)[^1]);
        Assert.True(found.GetArrayLength() == 2, output);
        Assert.All(found.EnumerateArray(), customer => Assert.Contains("mara", customer.GetRawText(), StringComparison.OrdinalIgnoreCase));
        Assert.Equal(1001, File.ReadLines(Path.Combine(tour.ShopFolder, "customers.csv")).Count());
    }

    private static string[] Lines(string output) => output.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    private static JsonElement Json(string line) => JsonElement.Parse(line);
}
