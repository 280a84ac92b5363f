using System.Net;
using System.Text.RegularExpressions;
using XenoCrm.AppHost;
using XenoCrm.ServiceDefaults;
using XenoCrm.Tests.Support;

namespace XenoCrm.SystemTests.AppHost;

/// <summary>What is so of a running application, seen from outside.</summary>
public sealed partial class AppHostReadyTests(RunningAppHost running) : IClassFixture<RunningAppHost>, IDisposable
{
    private readonly HttpClient http = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_service_is_healthy_when_it_says_ready()
    {
        var host = await running.ReadyAsync();
        foreach (var offset in (int[])[0, LocalEnvironment.VendorOffset, LocalEnvironment.WorkerOffset])
        {
            Assert.Equal(
                HttpStatusCode.OK,
                (await http.GetAsync(new Uri($"http://localhost:{host.Port + offset}/health"), Cancellation)).StatusCode);
        }
    }

    [Fact]
    public async Task It_says_what_it_runs_on_and_in_the_end_where_to_go_and_nothing_else()
    {
        var host = await running.ReadyAsync();
        var lines = host.Output.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(
            [
                $"XenoCrm starts on the embedded store in {running.Folder} and this machine's redis-server; start Docker or Podman to "
                    + $"have MongoDB and Redis in containers.",
                "XenoCrm is ready. Ctrl+C stops it.",
                $"Dashboard    {DashboardAddress(host)}",
                $"Application  http://localhost:{host.Port}",
                $$"""Sign in      curl -c jar -H 'Content-Type: application/json' -d '{"email":"you@example.com"}' http://localhost:{{host.Port}}/auth/dev""",
            ],
            lines);
        Assert.Empty(host.Errors);
    }

    [Fact]
    public async Task The_dashboards_address_opens_it()
    {
        var address = DashboardAddress(await running.ReadyAsync());
        using var cookies = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false });
        var opened = await cookies.GetAsync(address, Cancellation);
        Assert.Equal((HttpStatusCode.Redirect, "/"), (opened.StatusCode, opened.Headers.Location?.OriginalString));
        Assert.Contains(opened.Headers.GetValues("Set-Cookie"), cookie => cookie.Contains("Dashboard", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_sign_in_that_it_names_works()
    {
        var host = await running.ReadyAsync();
        var answer = await http.PostAsJsonAsync(new Uri(host.Api, "/auth/dev"), new { email = "you@example.com" }, Cancellation);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task Nobody_gets_into_Redis_without_its_password_which_its_owner_alone_can_read()
    {
        var host = await running.ReadyAsync();
        var redis = new LocalRedis(host, running.Folder);
        Assert.Contains("-NOAUTH", await redis.AskAsync("PING", password: null), StringComparison.Ordinal);
        Assert.Contains("+PONG", await redis.AskAsync("PING"), StringComparison.Ordinal);
        Unix.AssertForOwnerOnly(redis.SettingsFile);
    }

    [Fact]
    public async Task A_second_instance_on_the_same_data_is_refused_and_names_the_first()
    {
        var first = await running.ReadyAsync();
        await using var second = AppHostProcess.Start(running.Folder, [], null, AppHostProcess.WithRedis);
        Assert.Equal(1, await second.ExitAsync());
        Assert.Equal(
            $"XenoCrm is running on {running.Folder} already (process {first.Id}): stop it first, or name another folder in XENOCRM_DATA.",
            second.Errors.TrimEnd());
        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync(new Uri(first.Api, "/health"), Cancellation)).StatusCode);
    }

    [Fact]
    public async Task Where_a_Redis_is_named_none_is_started()
    {
        var first = await running.ReadyAsync();
        using var folder = new TempFolder();
        await using var second = await AppHostProcess.StartReadyAsync(
            folder.Path,
            [AppHostOptions.NoDashboard],
            [.. AppHostProcess.WithRedis, ("ConnectionStrings__redis", new LocalRedis(first, running.Folder).ConnectionString)]);
        Assert.True(FreePorts.IsFree(second.Port + LocalEnvironment.RedisOffset));
        Assert.False(Directory.Exists(folder.File("redis")));
        Assert.Contains(" and the Redis of ConnectionStrings__redis; ", second.Output, StringComparison.Ordinal);
    }

    public void Dispose() => http.Dispose();

    private static Uri DashboardAddress(AppHostProcess host)
    {
        var address = new Uri(Dashboard().Match(host.Output).Groups["url"].Value);
        Assert.Equal((host.Port + LocalPorts.Dashboard, "/login"), (address.Port, address.AbsolutePath));
        Assert.Matches(@"^\?t=\w{20,}$", address.Query);
        return address;
    }

    [GeneratedRegex(@"^  Dashboard +(?<url>\S+)\r?$", RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex Dashboard();
}
