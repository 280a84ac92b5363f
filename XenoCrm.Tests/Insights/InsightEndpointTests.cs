using System.Globalization;
using System.Net;
using System.Text.Json;
using XenoCrm.Api.Insights.Campaigns;
using XenoCrm.Core.Campaigns;
using XenoCrm.Tests.Support;

namespace XenoCrm.Tests.Insights;

public sealed class InsightEndpointTests : IAsyncLifetime
{
    private readonly ApiServer api = new(configure: MadeCampaigns.WithoutSender);

    private HttpClient client = null!;
    private MadeCampaigns made = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        client = await api.SignedInAsync();
        made = new MadeCampaigns(api.Services);
    }

    public ValueTask DisposeAsync()
    {
        client.Dispose();
        api.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task What_is_notable_of_a_campaign_is_told_with_its_numbers()
    {
        await made.CustomersAsync(1000);
        for (var i = 0; i < 3; i++)
        {
            await made.RunAsync(1000, i => i % 20 != 0);
        }

        // Every fourth lives in Pune, and there 60 in 100 messages fail; elsewhere 5 do.
        var id = await made.RunAsync(1000, i => i % 4 == 0 ? i % 10 >= 6 : i % 20 != 1);
        var insight = await InsightAsync(id);

        var numbers = insight.GetProperty("numbers");
        var failed = Enumerable.Range(0, 1000).Count(i => !(i % 4 == 0 ? i % 10 >= 6 : i % 20 != 1));
        Assert.Equal(
            (1000, 1000 - failed, failed, 1000),
            (numbers.Int("audience"), numbers.Int("sent"), numbers.Int("failed"), numbers.Int("sample")));
        Assert.Equal(90, numbers.GetProperty("completedAfterSeconds").GetDouble());
        var pune = numbers.GetProperty("groups")
            .EnumerateArray()
            .Single(group => group.GetProperty("differs").GetBoolean() && group.Text("name") == "Pune");
        Assert.Equal(250, pune.Int("sent") + pune.Int("failed"));
        var earlier = numbers.GetProperty("earlier");
        Assert.Equal(
            (3, 0.95, true),
            (
                earlier.Int("campaigns"),
                Math.Round(earlier.GetProperty("meanRate").GetDouble(), 9),
                earlier.GetProperty("differs").GetBoolean()));

        var text = insight.Text("text")!;
        Assert.Equal(("completed", "grammar"), (insight.Text("status"), insight.Text("source")));
        Assert.Contains(
            string.Create(
                CultureInfo.InvariantCulture,
                $"reached {1000 - failed:N0} of its 1,000 recipients, a delivery rate of {(1000 - failed) / 10.0:0.0}%"),
            text,
            StringComparison.Ordinal);
        Assert.Contains(
            string.Create(
                CultureInfo.InvariantCulture,
                $"Among the recipients in “Pune”, fewer messages arrived than among the others: "
                    + $"{pune.GetProperty("rate").GetDouble() * 100:0.0}% of 250 against"),
            text,
            StringComparison.Ordinal);
        Assert.Contains("it did notably worse than the 3 campaigns before it, which delivered 95.0% each.", text, StringComparison.Ordinal);
        Assert.Contains($"“mailbox full” ({failed}, 100.0% of the failures)", text, StringComparison.Ordinal);
        Assert.Contains("It was complete 90.0 seconds after it began.", text, StringComparison.Ordinal);
        Assert.DoesNotContain("@", insight.GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_nothing_is_notable_that_is_said()
    {
        await made.CustomersAsync(400);
        await made.RunAsync(400, i => i / 4 % 10 != 3);
        var insight = await InsightAsync(await made.RunAsync(400, i => i / 4 % 10 != 7));
        Assert.Equal(
            "The campaign reached 360 of its 400 recipients, a delivery rate of 90.0%. The most frequent reason for a failure was "
                + "“mailbox full” (40, 100.0% of the failures). "
            + "No group by spend, recency, number of orders or city differs from the others by more than chance would explain. "
            + "The campaign before it delivered 90.0%, which is not notably different. The earlier campaign to the same segment delivered "
                + "90.0%, which is not notably different. "
            + "It was complete 90.0 seconds after it began.",
            insight.Text("text"));
    }

    [Fact]
    public async Task Of_a_campaign_that_runs_nothing_is_compared()
    {
        await made.CustomersAsync(200);
        await made.RunAsync(200, _ => true);
        var insight = await InsightAsync(await made.RunAsync(200, i => i < 50 ? true : i < 150 ? false : null));
        Assert.Equal("sending", insight.Text("status"));
        Assert.Equal(
            "The campaign is still being sent: 50 of its 200 recipients have the message and 100 failed, a delivery rate of 33.3% so far; "
                + "50 are open. "
            + "The most frequent reason for a failure was “mailbox full” (100, 100.0% of the failures). It is too early to compare groups "
                + "or campaigns.",
            insight.Text("text"));
        Assert.Equal(JsonValueKind.Null, insight.GetProperty("numbers").GetProperty("completedAfterSeconds").ValueKind);
        Assert.False(insight.GetProperty("numbers").GetProperty("earlier").GetProperty("differs").GetBoolean());
    }

    [Fact]
    public async Task A_campaign_without_recipients_has_nothing_to_tell()
    {
        var insight = await InsightAsync(await made.RunAsync(0, _ => true));
        Assert.Equal("The campaign had no recipients, so there is nothing to tell.", insight.Text("text"));
        Assert.Equal(JsonValueKind.Null, insight.GetProperty("numbers").GetProperty("deliveryRate").ValueKind);
    }

    [Fact]
    public async Task A_name_with_numbers_in_it_does_not_spoil_the_text()
    {
        await made.CustomersAsync(100, city: "Sector 21");
        var insight = await InsightAsync(await made.RunAsync(100, i => i % 3 != 0, reason: "550 5.1.1 no such user 4711"));
        Assert.StartsWith(
            "The campaign reached 66 of its 100 recipients, a delivery rate of 66.0%. The most frequent reason for a failure was “550 "
                + "5.1.1 no such user 4711”",
            insight.Text("text"),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_campaign_that_is_not_there_is_a_404_and_strangers_are_sent_away()
    {
        await (await client.GetAsync("/campaigns/none/insight", Cancellation)).ProblemAsync(HttpStatusCode.NotFound);
        using var stranger = api.Anonymous();
        Assert.Equal(HttpStatusCode.Unauthorized, (await stranger.GetAsync("/campaigns/none/insight", Cancellation)).StatusCode);
    }

    [Fact]
    public void Every_text_that_is_made_passes_its_own_check() => Property.Check(cases: 300, random =>
    {
        long Count(int most) => random.OneIn(8) ? 0 : random.Next(1, most);
        var (sent, failed, skipped) = (Count(2_000_000), Count(500_000), random.OneIn(2) ? 0 : Count(100_000));
        var rate = sent + failed == 0 ? (double?)null : (double)sent / (sent + failed);
        EarlierNumbers? Earlier() =>
            random.OneIn(3)
                ? null
                : new EarlierNumbers(random.Next(1, 11), random.NextDouble(), random.NextDouble(), random.NextDouble(), random.OneIn(2));
        var numbers = new CampaignNumbers(
            sent + failed + skipped, 0, sent, failed, skipped, rate, random.OneIn(2)
                ? random.NextDouble() * random.Pick([100, 5000, 100_000, 1_000_000]) : null, sent / 2,
            [new FailureNumbers(random.Pick(["Error 42", FailureReason.Others, "“odd” 7"]), Count(500), random.NextDouble())],
            [],
            [
                .. Enumerable.Range(0, random.Next(6)).Select(_ => new GroupNumbers(
                    random.Pick(["spend", "recency", "orders", "city"]), random.Pick(
                        ["30 to 90 days before", "1,250 or more", "2 to 4 orders", "Sector 9", "never"]),
                    Count(1000), Count(1000), random.NextDouble(), random.NextDouble(), random.NextDouble(), random.NextDouble(), true)),
            ],
            Earlier(), Earlier());
        var campaign = new Campaign
        {
            Id = "c",
            SegmentId = "s",
            Name = "Summer 26",
            MessageTemplate = "Hi",
            CreatedBy = "mara",
            CreatedAt = DateTimeOffset.UnixEpoch,
            Status = rate is null && skipped == 0 ? CampaignStatus.Sending : random.Pick(
                [CampaignStatus.Completed, CampaignStatus.Sending, CampaignStatus.Paused, CampaignStatus.Cancelled]),
        };
        var findings = InsightText.Find(campaign, numbers);
        Assert.Null(NumberCheck.FindWrong(string.Join(' ', findings.Select(finding => finding.Text)), Facts.Of(numbers, campaign.Name)));
        Assert.All(
            findings.Where(finding => finding.Use != FindingUse.Fixed),
            finding => Assert.Null(FindingCheck.Find(finding, finding.Sentence)));
        Assert.Null(NumberCheck.FindWrong(InsightText.Plain(numbers), Facts.Of(numbers, campaign.Name)));
    });

    private async Task<JsonElement> InsightAsync(string id)
    {
        using var answer = await client.GetAsync($"/campaigns/{id}/insight", Cancellation);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return await answer.JsonAsync();
    }
}
