using Aspire.Hosting.ApplicationModel;
using XenoCrm.Tests.Support;

namespace XenoCrm.SystemTests.AppHost;

/// <summary>A service that does not run has no commands, and none of them is lost by that.</summary>
public sealed class CockpitStoppedTests(CockpitHost host) : IClassFixture<CockpitHost>
{
    [Fact]
    public async Task Commands_are_offered_while_the_service_runs_and_answer_in_a_sentence_when_it_does_not()
    {
        await Poll.UntilAsync(() => host.StateOf("vendor", "fail") == ResourceCommandState.Enabled, "the command to be offered");
        await host.CommandAsync("vendor", KnownResourceCommands.StopCommand);
        await Poll.UntilAsync(() => host.StateOf("vendor", "fail") == ResourceCommandState.Disabled, "the command not to be offered");

        var answer = await host.CommandAsync("vendor", "fail");
        Assert.False(answer.Success);
        Assert.StartsWith("The vendor does not answer (", answer.Message, StringComparison.Ordinal);

        await host.CommandAsync("vendor", KnownResourceCommands.StartCommand);
        await Poll.UntilAsync(() => host.StateOf("vendor", "fail") == ResourceCommandState.Enabled, "the command to be offered again");
    }
}
