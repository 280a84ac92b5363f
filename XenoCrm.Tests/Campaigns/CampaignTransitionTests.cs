using XenoCrm.Core.Campaigns;

namespace XenoCrm.Tests.Campaigns;

public sealed class CampaignTransitionTests
{
    [Fact]
    public void These_are_all_changes_of_a_campaigns_state() => Assert.Equal(
        """
        launch: Draft -> Scheduled
        unschedule: Scheduled -> Draft
        take: Scheduled -> Starting
        start: Preparing, Starting -> Sending
        pause: Sending -> Paused
        resume: Paused -> Sending
        cancel: Scheduled, Sending, Paused -> Cancelled
        retry: Completed -> Sending
        complete: Sending -> Completed
        """,
        string.Join('\n', CampaignTransition.All.Select(one => $"{one.Name}: {string.Join(", ", one.From)} -> {one.To}")));
}
