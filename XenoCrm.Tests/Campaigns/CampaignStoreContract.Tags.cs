using XenoCrm.Core;
using XenoCrm.Core.Campaigns;

namespace XenoCrm.Tests.Campaigns;

/// <summary>Tags that come after the start.</summary>
public abstract partial class CampaignStoreContract
{
    [Fact]
    public async Task Tags_are_added_once_and_after_those_that_are_there()
    {
        var id = await LaunchTaggedAsync("win-back", "local");
        await Campaigns.AddTagsAsync(id, ["gift", "local"], Cancellation);
        await Campaigns.AddTagsAsync(id, ["festive", "gift", "it's \"odd\" $[0]"], Cancellation);
        await Campaigns.AddTagsAsync(id, [], Cancellation);

        string[] tags = ["win-back", "local", "gift", "festive", "it's \"odd\" $[0]"];
        Assert.Equal(tags, (await Campaigns.FindAsync(id, Cancellation))!.Tags);
        var listed = await Campaigns.ListAsync(CampaignFilter.All, new PageRequest(10, null), Cancellation);
        Assert.Equal(tags, Assert.Single(listed.Items).Tags);
    }

    [Fact]
    public async Task Campaigns_can_be_listed_by_a_tag_and_a_state_of_theirs()
    {
        // Without recipients a campaign is complete once it is launched.
        var sending = await LaunchAsync(recipients: 1);
        await Campaigns.AddTagsAsync(sending, ["win-back", "local"], Cancellation);
        var completed = await LaunchTaggedAsync("win-back");

        Assert.Equal([completed, sending], await ListAsync(new CampaignFilter(Tag: "win-back")));
        Assert.Equal([sending], await ListAsync(new CampaignFilter(Tag: "local")));
        Assert.Equal([completed], await ListAsync(new CampaignFilter(CampaignStatus.Completed, "win-back")));
        Assert.Empty(await ListAsync(new CampaignFilter(Tag: "win")));
        Assert.Empty(await ListAsync(new CampaignFilter(CampaignStatus.Preparing)));
    }

    [Fact]
    public async Task Tags_are_those_of_the_campaign_that_was_named()
    {
        var one = await LaunchTaggedAsync("win-back");
        var other = await LaunchTaggedAsync("win-back");
        await Campaigns.AddTagsAsync(one, ["gift"], Cancellation);
        await Campaigns.AddTagsAsync("nobody", ["gift"], Cancellation);
        Assert.Equal(["win-back", "gift"], (await Campaigns.FindAsync(one, Cancellation))!.Tags);
        Assert.Equal(["win-back"], (await Campaigns.FindAsync(other, Cancellation))!.Tags);
        Assert.Equal(2, (await Campaigns.ListAsync(CampaignFilter.All, new PageRequest(10, null), Cancellation)).Items.Count);
    }

    [Fact]
    public async Task Many_who_add_the_same_tags_at_once_add_them_once()
    {
        var id = await LaunchTaggedAsync("win-back");
        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Campaigns.AddTagsAsync(id, ["gift", "festive"], Cancellation)));
        var tags = (await Campaigns.FindAsync(id, Cancellation))!.Tags;
        Assert.Equal("win-back", tags[0]);
        Assert.Equal(["festive", "gift", "win-back"], tags.Order());
    }

    private async Task<string> LaunchTaggedAsync(params string[] tags)
    {
        var campaign = New(key: null);
        campaign = campaign with { Campaign = campaign.Campaign with { Tags = tags } };
        await Campaigns.BeginAsync(campaign, Cancellation);
        await Campaigns.StartAsync(new(campaign.Campaign.Id), Now, [], Cancellation);
        return campaign.Campaign.Id;
    }

    private async Task<IEnumerable<string>> ListAsync(CampaignFilter filter) =>
        (await Campaigns.ListAsync(filter, new PageRequest(10, null), Cancellation)).Items.Select(campaign => campaign.Id);
}
