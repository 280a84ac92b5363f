using System.Globalization;
using System.Net;
using System.Text.Json;
using XenoCrm.Core.Account;
using XenoCrm.Core.Customers;
using XenoCrm.Data.Sqlite;
using XenoCrm.Tests.Pages;
using XenoCrm.Tests.Support;

namespace XenoCrm.Tests.Campaigns;

/// <summary>When a campaign's messages leave, over HTTP: each person's own hour, quiet hours, campaigns that recur, one channel.</summary>
public sealed class CampaignTimesTests : IAsyncDisposable
{
    private static readonly Dictionary<string, bool> Everyone = new() { ["$everyone"] = true };

    // A Wednesday; the year is far off so that no certificate or session of the test minds.
    private static readonly DateTimeOffset Start = new(2126, 5, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly MovedTime time = new(Start);
    private readonly CampaignDriver driver;

    public CampaignTimesTests() => driver = Known(
        CampaignDriver.By(time, ("Account:TimeZone", "Europe/Berlin"), ("Vendor:Timeout", "00:00:20")));

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => driver.DisposeAsync();

    [Fact]
    public async Task At_each_persons_own_hour_the_message_reaches_one_zone_after_the_other()
    {
        await PeopleAsync(("auckland", "Pacific/Auckland", null), ("berlin", null, "DE"), ("lima", null, "Peru"), ("nowhere", null, null));
        var id = await LaunchAsync(new
        {
            name = "Breakfast",
            rule = Everyone,
            message = "Hi",
            schedule = new { at = "2126-05-02T09:00", zone = "recipient" },
        });
        Assert.Equal(("scheduled", "2126-05-01T19:00:00Z"), (await StateAsync(id), (await driver.CampaignAsync(id)).Text("startsAt")));

        Move(driver, "2126-05-01T21:00:00Z"); // 09:00 in Auckland
        await driver.UntilAcceptedAsync(id, 1);
        Move(driver, "2126-05-02T07:00:00Z"); // in Berlin, which is the account's zone too
        await driver.UntilAcceptedAsync(id, 3);
        Move(driver, "2126-05-02T14:00:00Z"); // in Lima
        await driver.UntilAcceptedAsync(id, 4);
        Assert.Equal(["auckland", "berlin", "nowhere", "lima"], Sent());
    }

    [Fact]
    public async Task An_own_hour_that_is_over_in_the_accounts_zone_is_refused()
    {
        var client = await driver.ClientAsync();
        var request = new { name = "Late", rule = Everyone, schedule = new { at = "2126-05-01T13:59", zone = "recipient" } };
        using var answer = await client.PostAsJsonAsync("/campaigns", request, Cancellation);
        Assert.NotEmpty(await answer.ErrorAsync("schedule.at"));
    }

    [Fact]
    public async Task In_the_accounts_quiet_hours_a_message_waits_and_a_transactional_one_does_not()
    {
        await using var quiet = Known(CampaignDriver.By(
            time, ("Account:TimeZone", "Europe/Berlin"), ("Vendor:Timeout", "00:00:20"), ("Account:QuietHours:From", "21:00"),
            ("Account:QuietHours:To", "08:00")));
        await PeopleAsync(quiet, ("berlin", null, "DE"), ("lima", "America/Lima", null));
        Move(quiet, "2126-05-01T20:00:00Z"); // 22:00 in Berlin
        var client = await quiet.ClientAsync();
        using var previewed = await client.PostAsJsonAsync(
            "/campaigns/preview", new { name = "x", rule = Everyone, message = "Hi" }, Cancellation);
        var preview = await previewed.JsonAsync();
        Assert.Equal((2, 1), (preview.Int("recipients"), preview.Int("later")));

        var atOnce = await quiet.LaunchAsync("Hi");
        await quiet.UntilAcceptedAsync(atOnce, 1);
        Assert.Equal(
            """{"messages":1,"nextAt":"2126-05-02T06:00:00Z"}""",
            (await quiet.CampaignAsync(atOnce)).GetProperty("waitingForHour").GetRawText());
        Assert.Contains(
            "hour; the next leaves at 08:00 on 2 May, Europe/Berlin.",
            string.Join(' ', (await (await quiet.ClientAsync()).PageAsync($"/app/campaigns/{atOnce}")).Split(
                (char[]?)null, StringSplitOptions.RemoveEmptyEntries)),
            StringComparison.Ordinal);
        Assert.Equal("lima", quiet.Vendor.Batches.Single().Messages.Single().Recipient.Split('@')[0]);
        var receipt = await LaunchAsync(quiet, new { name = "Receipt", rule = Everyone, message = "Thanks", transactional = true });
        await quiet.UntilAcceptedAsync(receipt, 2);

        Move(quiet, "2126-05-02T06:00:00Z");
        await quiet.UntilAcceptedAsync(atOnce, 2);
        Assert.Equal(JsonValueKind.Null, (await quiet.CampaignAsync(atOnce)).GetProperty("waitingForHour").ValueKind);
        Assert.All(await quiet.LogAsync(atOnce), row => Assert.Equal(1, row.Int("attempts")));
    }

    [Fact]
    public async Task A_campaign_that_no_hour_of_the_day_is_left_for_is_not_launched()
    {
        var client = await driver.ClientAsync();
        var request = new { name = "Never", rule = Everyone, message = "Hi", quietHours = new { from = "08:00", to = "21:00" } };
        using var made = await client.PostAsJsonAsync("/campaigns", request, Cancellation);
        using var changed = await client.PatchAsJsonAsync(
            "/account", new { quietHours = new { from = "21:00", to = "08:00" } }, Cancellation);
        changed.EnsureSuccessStatusCode();
        using var refused = await driver.StepAsync((await made.JsonAsync()).Text("id")!, "launch");
        Assert.Equal(HttpStatusCode.Conflict, refused.StatusCode);
    }

    [Fact]
    public async Task What_waits_for_its_hour_is_ended_at_once_by_a_cancel()
    {
        await PeopleAsync(("berlin", null, "DE"));
        var id = await LaunchAsync(new
        {
            name = "Not now",
            rule = Everyone,
            message = "Hi",
            quietHours = new { from = "13:00", to = "16:00" },
        });
        await Poll.UntilAsync(async () => await StateAsync(id) == "sending", "the campaign to have begun");
        using var cancelled = await driver.StepAsync(id, "cancel");
        await Poll.UntilAsync(async () => (await driver.LogAsync(id, "SKIPPED")).Count == 1, "its row to be skipped");
        Assert.Empty(driver.Vendor.Batches);
    }

    [Fact]
    public async Task A_recurring_campaign_reaches_each_time_those_who_have_not_had_it()
    {
        await PeopleAsync(("a", null, null), ("b", null, null));
        var id = await LaunchAsync(new
        {
            name = "Welcome",
            rule = Everyone,
            message = "Hi {{name}}",
            schedule = new { cron = "0 9 * * *", zone = "Europe/Berlin" },
        });
        Assert.Equal("2126-05-02T07:00:00Z", (await driver.CampaignAsync(id)).Text("startsAt"));

        Move(driver, "2126-05-02T07:00:00Z");
        await UntilSentAsync(2);
        await UntilNextAsync(id, "2126-05-03T07:00:00Z");

        // Nobody new: no run. Three days at once: one run.
        await PeopleAsync(("c", null, null));
        Move(driver, "2126-05-05T08:00:00Z");
        await UntilSentAsync(3);
        await UntilNextAsync(id, "2126-05-06T07:00:00Z");
        Move(driver, "2126-05-06T07:00:00Z");
        await UntilNextAsync(id, "2126-05-07T07:00:00Z");

        Assert.Equal(["a", "b", "c"], Sent());
        var runs = await (await driver.ClientAsync()).GetFromJsonAsync<JsonElement[]>($"/campaigns?series={id}", Cancellation) ?? [];
        Assert.Equal(["Welcome, 2126-05-03 09:00", "Welcome, 2126-05-02 09:00"], runs.Select(run => run.Text("name")));
        Assert.Equal([1, 2], runs.Select(run => run.GetProperty("stats").Int("audience")));
        Assert.Single(runs.Select(run => run.Text("segmentId")).Distinct());
        Assert.All(runs, run => Assert.Equal(id, run.GetProperty("plan").Text("series")));

        using var cancelled = await driver.StepAsync(id, "cancel");
        Assert.Equal("cancelled", await StateAsync(id));

        // Who got one of its runs got it.
        await PeopleAsync(("d", null, null));
        await LaunchAsync(new { name = "Others", rule = Everyone, message = "Hi", exclude = new { campaigns = new[] { id } } });
        await UntilSentAsync(4);
        Assert.Equal("d", Sent()[^1]);
        var page = await (await driver.ClientAsync()).PageAsync("/app/campaigns/new");
        Assert.Contains($"name=\"withoutCampaigns\" value=\"{id}\"", page, StringComparison.Ordinal);
        Assert.All(
            runs, run => Assert.DoesNotContain($"name=\"withoutCampaigns\" value=\"{run.Text("id")}", page, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_campaign_that_cannot_start_says_why_and_starts_once_that_is_mended()
    {
        await PeopleAsync(("a", null, null));
        var client = await driver.ClientAsync();
        using var kept = await client.PostAsJsonAsync("/segments", new { name = "All", rule = Everyone, send = false }, Cancellation);
        var segment = (await kept.JsonAsync()).Text("segmentId")!;
        var id = await LaunchAsync(new
        {
            name = "Not now",
            segmentId = segment,
            message = "Hi",
            schedule = new { at = "2126-05-02T09:00" },
        });
        await SegmentAsync(segment, segment + "-away");
        Move(driver, "2126-05-02T07:00:00Z");
        await Poll.UntilAsync(async () => await ProblemAsync(id) is not null, "the problem to be told");
        Assert.Equal(
            $"The segment that it goes to (segmentId {segment}) is not there any more. Take the campaign back if it is scheduled, and "
                + "name another.",
            await ProblemAsync(id));
        Assert.Contains(
            $"The segment that it goes to (segmentId {segment}) is not there any more.",
            await (await driver.ClientAsync()).PageAsync($"/app/campaigns/{id}"), StringComparison.Ordinal);
        var home = await driver.ClientAsync();
        await Poll.UntilAsync(
            async () => (await home.PageAsync("/app/home")).Contains("could not be started", StringComparison.Ordinal),
            "the home page to tell it");
        Assert.Equal("scheduled", await StateAsync(id));

        await SegmentAsync(segment + "-away", segment);
        Move(driver, "2126-05-02T07:02:00Z");
        await UntilSentAsync(1);
        Assert.Null(await ProblemAsync(id));

        async Task<string?> ProblemAsync(string campaign) => (await driver.CampaignAsync(campaign)).Text("startProblem");

        // No route does that: only somebody at the store.
        Task SegmentAsync(string from, string to) => driver.Api.Services.GetRequiredService<SqliteDatabase>().WriteAsync(
            connection => connection.Execute("UPDATE segments SET id = ?2 WHERE id = ?1", from, to), Cancellation);
    }

    [Fact]
    public async Task After_so_many_days_a_recurring_campaign_reaches_a_person_again()
    {
        await PeopleAsync(("a", null, null));
        var id = await LaunchAsync(new
        {
            name = "Hello again",
            rule = Everyone,
            message = "Hi",
            schedule = new { cron = "0 9 * * *", zone = "UTC", againAfterDays = 3 },
        });
        foreach (var (day, sent) in new[] { (2, 1), (3, 1), (4, 1), (5, 2) })
        {
            Move(driver, $"2126-05-0{day}T09:00:00Z");
            await UntilNextAsync(id, $"2126-05-0{day + 1}T09:00:00Z");
            await UntilSentAsync(sent);
        }

        Assert.Equal(["a", "a"], Sent());
    }

    [Fact]
    public async Task A_campaign_of_one_channel_reaches_that_address_and_counts_those_without_it()
    {
        var customers = driver.Api.Services.GetRequiredService<ICustomerStore>();
        await customers.UpsertAsync(
            [
                new CustomerChange
                {
                    Id = "both",
                    Name = "Both",
                    Email = "both@example.com",
                    Phone = "+4930123456",
                    PhoneE164 = "+4930123456",
                },
                new CustomerChange { Id = "mail", Name = "Mail", Email = "mail@example.com" },
            ],
            Cancellation);
        var request = new { name = "Text", rule = Everyone, message = "Hi", channel = "phone" };
        using var previewed = await (await driver.ClientAsync()).PostAsJsonAsync("/campaigns/preview", request, Cancellation);
        var preview = await previewed.JsonAsync();
        Assert.Equal((1, 1), (preview.Int("recipients"), preview.GetProperty("unreachable").Int("noAddress")));

        var id = await LaunchAsync(request);
        await driver.UntilAcceptedAsync(id, 1);
        Assert.Equal("+4930123456", driver.Vendor.Batches.Single().Messages.Single().Recipient);
    }

    [Fact]
    public async Task A_draft_keeps_its_times_through_a_change_of_something_else()
    {
        var request = new
        {
            name = "Full",
            rule = Everyone,
            message = "Hi",
            channel = "email",
            quietHours = new { from = "22:00", to = "07:30" },
            schedule = new { at = "2126-12-01T09:30", zone = "Asia/Kolkata", cron = "30 9 * * 2", againAfterDays = 90 },
        };
        var client = await driver.ClientAsync();
        using var made = await client.PostAsJsonAsync("/campaigns", request, Cancellation);
        var draft = await made.JsonAsync();
        using var changed = await client.PatchAsJsonAsync($"/campaigns/{draft.Text("id")}", new { name = "Other" }, Cancellation);
        var plan = (await changed.JsonAsync()).GetProperty("plan");
        Assert.Equal(draft.GetProperty("plan").GetRawText(), plan.GetRawText());
        Assert.Equal(
            """{"at":"2126-12-01T04:00:00Z","zone":"Asia/Kolkata","local":null,"cron":"30 9 * * 2","againAfterDays":90}""",
            plan.GetProperty("schedule").GetRawText());
        Assert.Equal("""{"from":"22:00","to":"07:30"}""", plan.GetProperty("quietHours").GetRawText());
    }

    [Fact]
    public async Task A_zone_in_other_letters_is_kept_as_it_is_written()
    {
        var client = await driver.ClientAsync();
        foreach (var schedule in new[]
        {
            """{"at":"2126-12-01T09:00","zone":"ASIA/kolkata"}""", """{"cron":"0 9 * * *","zone":"asia/kolkata"}""",
        })
        {
            using var made = await client.PostAsync(
                "/campaigns", Json($$"""{"name":"x","rule":{"$everyone":true},"schedule":{{schedule}}}"""), Cancellation);
            Assert.Equal("Asia/Kolkata", (await made.JsonAsync()).GetProperty("plan").GetProperty("schedule").Text("zone"));
        }

        using var account = await client.PatchAsync("/account", Json("""{"timeZone":"europe/PARIS"}"""), Cancellation);
        Assert.Equal("Europe/Paris", (await account.JsonAsync()).Text("timeZone"));
        using var customer = await client.PostAsync(
            "/customers", Json("""{"id":"z","name":"Z","email":"z@example.com","timeZone":"america/LIMA"}"""), Cancellation);
        Assert.Equal("America/Lima", (await customer.JsonAsync()).Text("timeZone"));
        Assert.Equal("Europe/Berlin", new AccountOptions { TimeZone = "europe/berlin" }.TimeZone);
    }

    [Theory]
    [InlineData("""{"channel":"pigeon"}""", "channel")]
    [InlineData("""{"quietHours":{"from":"9pm","to":"08:00"}}""", "quietHours.from")]
    [InlineData("""{"quietHours":{"from":"21:00","to":"24:00"}}""", "quietHours.to")]
    [InlineData("""{"quietHours":{"from":"21:00","to":"21:00"}}""", "quietHours.to")]
    [InlineData("""{"quietHours":{"from":"21:00"}}""", "quietHours.to")]
    [InlineData("""{"schedule":{"cron":"every monday"}}""", "schedule.cron")]
    [InlineData("""{"schedule":{"cron":"0 9 30 2 *"}}""", "schedule.cron")]
    [InlineData("""{"schedule":{"cron":"@every_second"}}""", "schedule.cron")]
    [InlineData("""{"schedule":{"at":"9999-12-31T23:59:59Z"}}""", "schedule.at")]
    [InlineData("""{"schedule":{"at":"2126-12-01T09:00","zone":"Factory"}}""", "schedule.zone")]
    [InlineData("""{"schedule":{"at":"2126-12-01T09:00","zone":"localtime"}}""", "schedule.zone")]
    [InlineData("""{"schedule":{"cron":"0 9 * * *","zone":"recipient"}}""", "schedule.zone")]
    [InlineData("""{"schedule":{"cron":"0 9 * * *","zone":"Mars/Base"}}""", "schedule.zone")]
    [InlineData("""{"schedule":{"cron":"0 9 * * *","againAfterDays":0}}""", "schedule.againAfterDays")]
    [InlineData("""{"schedule":{"at":"2126-12-01T09:00","againAfterDays":3}}""", "schedule.againAfterDays")]
    [InlineData("""{"schedule":{"at":"2126-12-01T09:00Z","zone":"recipient"}}""", "schedule.zone")]
    public async Task What_is_no_time_or_channel_is_refused_with_its_place(string part, string field)
    {
        var body = """{"name":"x","rule":{"$everyone":true},""" + part[1..];
        var client = await driver.ClientAsync();
        using var answer = await client.PostAsync("/campaigns", Json(body), Cancellation);
        Assert.NotEmpty(await answer.ErrorAsync(field));
    }

    private Task PeopleAsync(params (string Id, string? TimeZone, string? Country)[] people) => PeopleAsync(driver, people);

    private static async Task PeopleAsync(CampaignDriver driver, params (string Id, string? TimeZone, string? Country)[] people) =>
        await driver.Api.Services.GetRequiredService<ICustomerStore>().UpsertAsync(
            [
                .. people.Select(one => new CustomerChange
                {
                    Id = one.Id,
                    Name = one.Id,
                    Email = one.Id + "@example.com",
                    TimeZone = one.TimeZone,
                    Country = one.Country,
                }),
            ],
            Cancellation);

    private static StringContent Json(string body) => new(body, System.Text.Encoding.UTF8, "application/json");

    private Task<string> LaunchAsync(object request) => LaunchAsync(driver, request);

    private static async Task<string> LaunchAsync(CampaignDriver driver, object request)
    {
        using var answer = await (await driver.ClientAsync()).PostAsJsonAsync("/campaigns", request, Cancellation);
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        var id = (await answer.JsonAsync()).Text("id")!;
        using var launched = await driver.StepAsync(id, "launch");
        Assert.Equal(HttpStatusCode.Accepted, launched.StatusCode);
        return id;
    }

    private async Task<string?> StateAsync(string id) => (await driver.CampaignAsync(id)).Text("status");

    private void Move(CampaignDriver driver, string now)
    {
        time.MoveTo(DateTimeOffset.Parse(now, CultureInfo.InvariantCulture));
        driver.SignInAnew();
    }

    // Receipts are long overdue once the clock has been put forward: then it is asked, and says that it was sent.
    private static CampaignDriver Known(CampaignDriver driver)
    {
        driver.Vendor.OnAsk = (http, id) => http.Response.WriteAsJsonAsync(new { vendorMessageId = "v-" + id, status = "SENT" });
        return driver;
    }

    private Task UntilNextAsync(string id, string next) => Poll.UntilAsync(
        async () => (await driver.CampaignAsync(id)).Text("startsAt") == next, $"the next run to be at {next}");

    private Task UntilSentAsync(int count) => Poll.UntilAsync(() => Sent().Count == count, $"{count} messages to be sent");

    // A message whose lease is over as the clock is put forward, before its answer was written down, comes again under its id.
    private List<string> Sent() =>
    [
        .. driver.Vendor.Batches.SelectMany(batch => batch.Messages).DistinctBy(message => message.Id)
            .Select(message => message.Recipient.Split('@')[0]),
    ];
}
