using System.Diagnostics;
using System.Net;
using XenoCrm.AppHost;
using XenoCrm.ServiceDefaults;
using XenoCrm.Tests.Support;

namespace XenoCrm.SystemTests.AppHost;

/// <summary>How it ends, and what is left then: nothing.</summary>
public sealed class AppHostStopTests : IDisposable
{
    private readonly TempFolder folder = new();

    public AppHostStopTests() => Unix.Require();

    [Fact]
    public async Task SIGTERM_stops_everything_and_ends_with_0()
    {
        Tools.RedisServer();
        await using var host = await AppHostProcess.StartReadyAsync(folder.Path, [], AppHostProcess.WithRedis);
        host.Signal("TERM");
        Assert.Equal(0, await host.ExitAsync());
        Assert.Empty(host.Errors);
        await host.GoneAsync();
    }

    [Fact]
    public async Task SIGINT_does_so_too_and_without_the_dashboard_there_is_none()
    {
        await using var host = await AppHostProcess.StartReadyAsync(folder.Path, [AppHostOptions.NoDashboard], AppHostProcess.Embedded);
        Assert.All((int[])[LocalPorts.Dashboard, LocalPorts.Telemetry], offset => Assert.True(FreePorts.IsFree(host.Port + offset)));
        Assert.DoesNotContain("Dashboard", host.Output, StringComparison.Ordinal);
        host.Signal("INT");
        Assert.Equal(0, await host.ExitAsync());
        Assert.Empty(host.Errors);
        await host.GoneAsync();
    }

    [Fact]
    public async Task A_signal_while_it_starts_stops_what_has_started()
    {
        await using var host = AppHostProcess.Start(folder.Path, [], null, AppHostProcess.Embedded);
        await Poll.UntilAsync(() => !FreePorts.IsFree(host.Port + LocalEnvironment.VendorOffset), "the first service to run");
        host.Signal("INT");
        Assert.Equal((0, ""), (await host.ExitAsync(), host.Errors));
        await host.GoneAsync();
    }

    [Fact]
    public async Task A_signal_before_anything_has_started_ends_it()
    {
        await using var host = AppHostProcess.Start(folder.Path, [], null, AppHostProcess.Embedded);
        await Poll.UntilAsync(() => host.Output.Contains("XenoCrm starts on", StringComparison.Ordinal), "the first line");
        host.Signal("TERM");
        Assert.Equal((0, ""), (await host.ExitAsync(), host.Errors));
        await host.GoneAsync();
    }

    [Fact]
    public async Task Its_kill_leaves_nothing_behind_and_what_was_stored_is_there_at_the_next_start()
    {
        Tools.RedisServer();
        await using (var host = await AppHostProcess.StartReadyAsync(folder.Path, [], AppHostProcess.WithRedis))
        {
            Assert.Contains("+OK", await new LocalRedis(host, folder.Path).AskAsync("SET kept yes"), StringComparison.Ordinal);
            host.Signal("KILL");
            await host.GoneAsync();
        }

        await using var again = await AppHostProcess.StartReadyAsync(folder.Path, [AppHostOptions.NoDashboard], AppHostProcess.WithRedis);
        Assert.Contains("yes", await new LocalRedis(again, folder.Path).AskAsync("GET kept"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_dies_by_itself_is_said_on_the_console_and_the_others_go_on()
    {
        Tools.RedisServer();
        await using var host = await AppHostProcess.StartReadyAsync(folder.Path, [AppHostOptions.NoDashboard], AppHostProcess.WithRedis);
        using var server = Process.GetProcessById(new LocalRedis(host, folder.Path).ProcessId);
        server.Kill();
        await Poll.UntilAsync(() => host.Errors.Contains("ended by itself", StringComparison.Ordinal), "the console to say so");
        Assert.Matches(@"(?m)^redis-\w+ ended by itself; it can be started again on the dashboard\. ", host.Errors);
        using var http = new HttpClient();
        using var alive = await http.GetAsync(new Uri(host.Api, "/alive"), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, alive.StatusCode);
    }

    [Fact]
    public async Task A_service_that_cannot_start_is_named_with_its_last_words()
    {
        await using var host = AppHostProcess.Start(
            folder.Path,
            [AppHostOptions.NoDashboard],
            null,
            [.. AppHostProcess.Embedded, ("ConnectionStrings__xenocrm", "mongodb://localhost/shop;")]);
        await Poll.UntilAsync(() => host.Errors.Contains("ended by itself", StringComparison.Ordinal), "the console to say so");
        Assert.Matches(
            @"(?m)^(api|worker)-\w+ ended by itself with exit code 1; it can be started again on the dashboard\. Its last words:",
            host.Errors);
        await Poll.UntilAsync(() => host.Errors.Contains("ConnectionStrings:xenocrm", StringComparison.Ordinal), "the last words");
        Assert.DoesNotContain("[sys]", host.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("certificate", host.Errors, StringComparison.Ordinal);
        host.Signal("TERM");
        Assert.Equal(0, await host.ExitAsync());
    }

    public void Dispose() => folder.Dispose();
}
