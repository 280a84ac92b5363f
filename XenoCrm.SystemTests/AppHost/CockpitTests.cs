using System.Net;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using XenoCrm.Tests.Support;

namespace XenoCrm.SystemTests.AppHost;

/// <summary>The dashboard's commands, done by real services.</summary>
public sealed class CockpitTests(CockpitHost host) : IClassFixture<CockpitHost>
{
    [Fact]
    public async Task The_sample_shop_is_loaded_and_a_campaign_to_it_is_sent_to_its_end()
    {
        await RecoverAsync();
        Succeeded(
            "^150 customers with [0-9]{3} orders are in the store\\.",
            await host.CommandAsync("api", "load-sample-shop", ("customers", "150")));
        Succeeded(
            "^“Sample: everybody” to 1[0-9][0-9] customers: [0-9]+ sent.*, in [0-9.]+ s\\.$",
            await host.CommandAsync("api", "send-sample-campaign"));

        var ledger = await host.VendorAsync("/vendor/messages?limit=500");
        Assert.InRange(ledger.GetArrayLength(), 100, 150);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("200001")]
    [InlineData("-1")]
    public async Task A_number_of_customers_that_makes_no_sense_is_refused_with_what_it_should_be(string number) => Failed(
        $"Customers is '{number}'; it must be a whole number from 1 to 200,000.", await host.CommandAsync(
            "api", "load-sample-shop", ("customers", number)));

    [Fact]
    public async Task A_campaign_to_nobody_says_so() => Succeeded(
        "^Nobody is meant by “spent more than 999999”", await host.CommandAsync(
            "api", "send-sample-campaign", ("audience", "spent more than 999999")));

    [Fact]
    public async Task A_sentence_that_is_not_understood_is_answered_with_the_APIs_own_words() => Failed(
        "/segments/nl2segment was answered 422. “", await host.CommandAsync(
            "api", "send-sample-campaign", ("audience", "whoever wears blue hats on Mondays")));

    [Fact]
    public async Task A_message_with_an_unknown_placeholder_is_answered_with_the_APIs_own_words() => Failed(
        "/segments was answered 400. message: ", await host.CommandAsync("api", "send-sample-campaign", ("message", "Hello {{hat}}")));

    [Fact]
    public async Task Where_there_are_no_dead_letters_a_replay_says_so() =>
        Succeeded("^There are no dead letters\\.$", await host.CommandAsync("api", "replay-dead-letters"));

    [Fact]
    public async Task The_vendor_fails_until_it_is_let_recover_and_one_fault_leaves_another_on()
    {
        await RecoverAsync();
        Succeeded(
            "^Sends are answered late, in 25 % of the cases, until",
            await host.CommandAsync("vendor", "fail", ("fault", "slow"), ("share", "25")));
        Succeeded("^Receipts come twice, in 100 % of the cases, until", await host.CommandAsync("vendor", "fail", ("fault", "duplicates")));
        Assert.Equal((0.25, 1.0, 0.0), (await RateAsync("slow"), await RateAsync("duplicates"), await RateAsync("serverErrors")));

        Succeeded("^The vendor is well", await host.CommandAsync("vendor", "recover"));
        Assert.Equal((0.0, 0.0), (await RateAsync("slow"), await RateAsync("duplicates")));
    }

    [Theory]
    [InlineData("outage", "serverErrors")]
    [InlineData("overload", "rateLimits")]
    [InlineData("flood", "duplicates")]
    public async Task A_maintenance_window_ends_by_itself_and_leaves_the_faults_as_they_were(string kind, string fault)
    {
        await RecoverAsync();
        await host.CommandAsync("vendor", "fail", ("fault", "reordering"), ("share", "10"));
        Succeeded(", for 2 seconds\\.$", await host.CommandAsync("vendor", "maintenance", ("kind", kind), ("seconds", "2")));

        await Poll.UntilAsync(async () => await RateAsync(fault) == 0 && await RateAsync("reordering") == 0.1, "the window to close");
    }

    [Fact]
    public async Task A_maintenance_window_can_be_ended_before_its_time()
    {
        await host.CommandAsync("vendor", "maintenance", ("kind", "outage"), ("seconds", "3600"));
        Assert.Equal(1, await RateAsync("serverErrors"));
        await RecoverAsync();
        Assert.Equal(0, await RateAsync("serverErrors"));
    }

    [Theory]
    [InlineData("fail", "share", "101", "Share in % is '101'; it must be a whole number from 1 to 100.")]
    [InlineData("maintenance", "seconds", "0", "Seconds is '0'; it must be a whole number from 1 to 3,600.")]
    public async Task What_the_vendor_cannot_do_is_refused_in_a_sentence(string command, string input, string value, string sentence) =>
        Failed(sentence, await host.CommandAsync("vendor", command, (input, value)));

    [Fact]
    public async Task A_service_says_on_the_dashboard_which_of_its_checks_says_what()
    {
        await Poll.UntilAsync(() => host.HealthOf("api").Status == HealthStatus.Healthy, "the API to be healthy");
        Assert.Contains("store is healthy; stream is healthy", host.HealthOf("api").Words, StringComparison.Ordinal);
        Assert.Contains("database is healthy", host.HealthOf("vendor").Words, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("api", "Pages,Try the API,API description,Health")]
    [InlineData("vendor", "Ledger,Faults,Health")]
    [InlineData("worker", "Health")]
    public async Task A_services_links_lead_to_what_is_there_and_the_APIs_to_the_pages_first(string service, string expected)
    {
        var links = host.LinksOf(service).ToList();
        Assert.Equal(expected.Split(','), links.Select(link => link.Words));
        foreach (var (_, address) in links)
        {
            Assert.Equal(HttpStatusCode.OK, await host.LookAsync(address));
        }
    }

    [Fact]
    public async Task Two_workers_more_can_be_added_and_no_third()
    {
        Succeeded("^worker-3 runs: 3 workers share the receipts\\.$", await host.CommandAsync("worker", "add-worker"));
        Succeeded("^worker-4 runs: 4 workers share the receipts\\.$", await host.CommandAsync("worker", "add-worker"));
        Failed("All 4 workers run already.", await host.CommandAsync("worker", "add-worker"));
    }

    private static void Succeeded(string pattern, ExecuteCommandResult result)
    {
        Assert.True(result.Success, result.Message);
        Assert.Matches(pattern, result.Message);
    }

    private static void Failed(string sentence, ExecuteCommandResult result)
    {
        Assert.False(result.Success, result.Message);
        Assert.Contains(sentence, result.Message, StringComparison.Ordinal);
    }

    private async Task RecoverAsync() => Assert.True((await host.CommandAsync("vendor", "recover")).Success);

    private async Task<double> RateAsync(string fault) =>
        (await host.VendorAsync("/vendor/faults")).GetProperty(fault).GetProperty("rate").GetDouble();
}
