using XenoCrm.Core.Campaigns;

namespace XenoCrm.Tests.Campaigns;

public sealed class CampaignTransitionTests
{
    [Fact]
    public void These_are_all_changes_of_a_campaigns_state() => Assert.Equal(
        """
        launch: Preparing -> Sending
        pause: Sending -> Paused
        resume: Paused -> Sending
        cancel: Sending, Paused -> Cancelled
        retry: Completed -> Sending
        complete: Sending -> Completed
        """,
        string.Join('\n', CampaignTransition.All.Select(one => $"{one.Name}: {string.Join(", ", one.From)} -> {one.To}")));
}
