using XenoCrm.Core.Campaigns;

namespace XenoCrm.Tests.Campaigns;

/// <summary>Every step from every state of a campaign that has begun; for those before see <see cref="DraftStoreContract"/>.</summary>
public abstract partial class CampaignStoreContract
{
    public static TheoryData<string, CampaignStatus> Steps => new(
        from step in new[] { "launch", "unschedule", "pause", "resume", "cancel", "retry" }
        from status in new[] { CampaignStatus.Sending, CampaignStatus.Paused, CampaignStatus.Completed, CampaignStatus.Cancelled }
        select (step, status));

    [Theory]
    [MemberData(nameof(Steps))]
    public async Task A_step_is_taken_from_the_states_of_the_table_and_leads_where_it_says(string name, CampaignStatus status)
    {
        var id = await InStateAsync(status);
        var step = StepOf(name);
        var allowed = step.Transition.Allows(status);
        Assert.Equal(new StepOutcome(allowed, status), await StepAsync(id, step));
        Assert.Equal(allowed ? step.Transition.To : status, (await Campaigns.FindAsync(id, Cancellation))!.Status);
    }

    internal static CampaignStep StepOf(string name)
    {
        CampaignStep step = name switch
        {
            "launch" => new CampaignStep.Launch(Now, Version: 0),
            "unschedule" => new CampaignStep.Unschedule(),
            "pause" => new CampaignStep.Pause("lunch"),
            "resume" => new CampaignStep.Resume(),
            "cancel" => new CampaignStep.Cancel(),
            _ => new CampaignStep.Retry("mara@example.com"),
        };
        Assert.Equal(name, step.Transition.Name);
        return step;
    }

    [Fact]
    public async Task A_step_is_refused_while_the_audience_is_being_written()
    {
        var id = await PrepareAsync(recipients: 1);
        Assert.Equal(new StepOutcome(false, null), await StepAsync(id, new CampaignStep.Cancel()));
    }

    /// <summary>With a message that failed and one that waits, where the state allows one.</summary>
    private async Task<string> InStateAsync(CampaignStatus status)
    {
        var id = await LaunchAsync(recipients: 2);
        var rows = await LeaseAllAsync(id, status == CampaignStatus.Completed ? 2 : 1);
        await Outbox.RecordAsync([.. rows.Select(row => new SendResult.GivenUp(row.MessageId, "no"))], Now, Cancellation);
        _ = status switch
        {
            CampaignStatus.Paused => (await StepAsync(id, new CampaignStep.Pause("lunch"))).Taken,
            CampaignStatus.Cancelled => (await StepAsync(id, new CampaignStep.Cancel())).Taken,
            CampaignStatus.Completed => await Outbox.TryCompleteAsync(id, Now, Cancellation),
            _ => true,
        };
        Assert.Equal(status, (await Campaigns.FindAsync(id, Cancellation))!.Status);
        return id;
    }
}
