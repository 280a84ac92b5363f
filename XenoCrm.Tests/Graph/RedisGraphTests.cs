using XenoCrm.Tests.Support;

namespace XenoCrm.Tests.Graph;

/// <summary>The store in SQLite, the stream in a real Redis.</summary>
public sealed class RedisGraphTests : CampaignGraphTests
{
    private readonly RedisServer redis = new();

    [Fact]
    public async Task Redis_killed_and_started_again_in_the_middle_of_a_campaign_costs_nothing_but_time()
    {
        await Graph.CustomersAsync(3_000);
        var id = await Graph.LaunchAsync();
        await Graph.UntilAsync(id, campaign => campaign.Stats.Sent > 100, "the campaign to be under way");
        redis.Kill();
        await Poll.UntilAsync(() => ((ServiceProcess)Graph.Api).Output.Any(line => line.Contains("/vendor/receipt", StringComparison.Ordinal)), "a receipt to be refused");
        redis.EnsureStarted();
        await AssertEndsRightAsync(id);
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        redis.Dispose();
    }

    private protected override ServiceGraph Create(params (string Key, string Value)[] settings) => new(redis.ConnectionString, store: null, settings);
}
