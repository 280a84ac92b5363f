using System.Net;
using System.Net.Http.Json;
using XenoCrm.AppHost.Local;
using XenoCrm.Tests.Support;

namespace XenoCrm.Tests.AppHost;

public sealed class LocalRunnerTests : IDisposable
{
    private readonly TempFolder folder = new();
    private readonly HttpClient http = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_service_is_healthy_when_it_says_ready()
    {
        await using var host = await AppHostProcess.StartReadyAsync(folder.Path);
        foreach (var port in host.Ports.Take(3))
        {
            Assert.Equal(HttpStatusCode.OK, (await http.GetAsync(new Uri($"http://localhost:{port}/health"), Cancellation)).StatusCode);
        }
    }

    [Fact]
    public async Task It_says_how_to_sign_in_and_that_works()
    {
        await using var host = await AppHostProcess.StartReadyAsync(folder.Path);
        var address = host.Output.Split((char[])[' ', '\n', '\r']).Single(word => word.EndsWith("/auth/dev", StringComparison.Ordinal));
        Assert.Contains("""-d '{"email":"you@example.com"}' """ + address, host.Output, StringComparison.Ordinal);
        var answer = await http.PostAsJsonAsync(new Uri(address), new { email = "you@example.com" }, Cancellation);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task A_log_that_is_no_terminal_has_a_time_a_service_and_no_colours()
    {
        await using var host = await AppHostProcess.StartReadyAsync(folder.Path);
        Assert.DoesNotContain('\e', host.Output);
        Assert.All(
            host.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries),
            line => Assert.Matches(@"^\d\d:\d\d:\d\d (xenocrm|api|vendor|worker) +\S", line));
    }

    [Theory]
    [InlineData("TERM")]
    [InlineData("INT")]
    public async Task A_signal_stops_all_services_in_their_order_and_ends_with_0(string signal)
    {
        Unix.Require();
        await using var host = await AppHostProcess.StartReadyAsync(folder.Path);
        host.Signal(signal);
        Assert.Equal(0, await host.ExitAsync());
        await host.GoneAsync();
        string[] order = ["api     stopped", "vendor  stopped", "worker  stopped"];
        var places = order.Select(line => host.Output.IndexOf(line, StringComparison.Ordinal)).ToList();
        Assert.DoesNotContain(-1, places);
        Assert.Equal(places.Order(), places);
    }

    [Fact]
    public async Task A_signal_while_it_starts_stops_what_has_started()
    {
        Unix.Require();
        await using var host = AppHostProcess.Start(folder.Path);
        await Poll.UntilAsync(() => host.Output.Contains("vendor  runs", StringComparison.Ordinal), "the first service to run");
        host.Signal("INT");
        Assert.Equal(0, await host.ExitAsync());
        await host.GoneAsync();
    }

    [Fact]
    public async Task A_second_Ctrl_C_does_not_wait_for_a_service_that_hangs()
    {
        Unix.Require();
        await using var host = await AppHostProcess.StartReadyAsync(folder.Path);
        Unix.Signal("STOP", host.IdOf("api"));
        host.Signal("INT");
        await Poll.UntilAsync(() => host.Output.Contains("stopping", StringComparison.Ordinal), "the stop to begin");
        host.Signal("INT");
        Assert.Equal(1, await host.ExitAsync());
        Assert.Contains("api     warning killed", host.Output, StringComparison.Ordinal);
        await host.GoneAsync();
    }

    [Fact]
    public async Task Its_own_kill_leaves_no_service_behind()
    {
        Unix.Require();
        await using var host = await AppHostProcess.StartReadyAsync(folder.Path);
        host.Signal("KILL");
        await host.GoneAsync();
    }

    [Theory]
    [InlineData("api")]
    [InlineData("vendor")]
    [InlineData("worker")]
    public async Task A_service_that_dies_is_named_and_takes_the_others_with_it(string service)
    {
        Unix.Require();
        await using var host = await AppHostProcess.StartReadyAsync(folder.Path);
        Unix.Signal("KILL", host.IdOf(service));
        Assert.Equal(1, await host.ExitAsync());
        Assert.StartsWith($"The {service} ended by itself with exit code 137", host.Errors, StringComparison.Ordinal);
        await host.GoneAsync();
    }

    [Fact]
    public async Task A_service_that_cannot_start_is_named_with_its_last_words()
    {
        await using var host = AppHostProcess.Start(folder.Path, null, ("ConnectionStrings__xenocrm", "mongodb://localhost/shop;"));
        Assert.Equal(1, await host.ExitAsync());
        Assert.Matches("^The (api|worker) ended by itself with exit code [1-9]", host.Errors);
        Assert.Contains("ConnectionStrings:xenocrm", host.Errors, StringComparison.Ordinal);
        await host.GoneAsync();
    }

    [Theory]
    [InlineData("api", 0)]
    [InlineData("vendor", 1)]
    [InlineData("worker", 2)]
    public async Task A_port_in_use_is_one_sentence(string service, int offset)
    {
        var port = FreePorts.Row(4);
        using var occupier = new System.Net.Sockets.TcpListener(IPAddress.Loopback, port + offset);
        occupier.Start();
        await using var host = AppHostProcess.Start(folder.Path, port);
        Assert.Equal(1, await host.ExitAsync());
        Assert.Equal(
            $"Port {port + offset}, which the {service} needs, is in use: free it, or name another first port than {port} in XENOCRM_PORT.",
            Assert.Single(Lines(host.Errors)));
    }

    [Fact]
    public async Task A_second_instance_on_the_same_data_is_refused_and_names_the_first()
    {
        await using var first = await AppHostProcess.StartReadyAsync(folder.Path);
        await using var second = AppHostProcess.Start(folder.Path);
        Assert.Equal(1, await second.ExitAsync());
        Assert.Contains($"is running on {folder.Path} already (process {first.Id})", Assert.Single(Lines(second.Errors)), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync(new Uri(first.Api, "health"), Cancellation)).StatusCode);
    }

    [Fact]
    public async Task The_data_of_an_instance_that_was_killed_is_free_again()
    {
        Unix.Require();
        await using var first = await AppHostProcess.StartReadyAsync(folder.Path);
        first.Signal("KILL");
        await first.GoneAsync();
        await using var second = await AppHostProcess.StartReadyAsync(folder.Path);
        Assert.True(second.IsReady);
    }

    [Fact]
    public async Task A_data_folder_that_cannot_be_made_is_one_sentence()
    {
        await File.WriteAllTextAsync(folder.File("file"), "", Cancellation);
        await using var host = AppHostProcess.Start(Path.Combine(folder.File("file"), "data"));
        Assert.Equal(1, await host.ExitAsync());
        Assert.StartsWith($"The data folder {folder.File("file")}", Assert.Single(Lines(host.Errors)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("XENOCRM_PORT", "http")]
    [InlineData("XENOCRM_PORT", "0")]
    [InlineData("XENOCRM_PORT", "65001")]
    [InlineData("XENOCRM_REDIS", "maybe")]
    public async Task A_setting_that_makes_no_sense_is_one_sentence(string name, string value)
    {
        await using var host = AppHostProcess.Start(folder.Path, null, (name, value));
        Assert.Equal(1, await host.ExitAsync());
        Assert.StartsWith($"{name} is '{value}'; it must be ", Assert.Single(Lines(host.Errors)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_secret_that_signs_webhooks_is_made_once_and_for_its_owner_only()
    {
        Unix.Require();
        await using (var host = await AppHostProcess.StartReadyAsync(folder.Path))
        {
            host.Signal("TERM");
            await host.ExitAsync();
        }

        var secret = await File.ReadAllTextAsync(folder.File("webhook-secret"), Cancellation);
        Unix.AssertForOwnerOnly(folder.File("webhook-secret"));
        await using var again = await AppHostProcess.StartReadyAsync(folder.Path);
        Assert.Equal(secret, await File.ReadAllTextAsync(folder.File("webhook-secret"), Cancellation));
    }

    public void Dispose()
    {
        http.Dispose();
        folder.Dispose();
    }

    private static string[] Lines(string text) => text.Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries);
}
