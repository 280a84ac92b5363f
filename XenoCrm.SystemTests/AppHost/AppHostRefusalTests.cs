using System.Net;
using System.Net.Sockets;
using XenoCrm.AppHost;
using XenoCrm.ServiceDefaults;
using XenoCrm.Tests.Support;

namespace XenoCrm.SystemTests.AppHost;

/// <summary>What the user can mend is one sentence and exit code 1, before anything starts.</summary>
public sealed class AppHostRefusalTests : IDisposable
{
    private readonly TempFolder folder = new();

    [Theory]
    [InlineData("api", 0)]
    [InlineData("vendor", LocalEnvironment.VendorOffset)]
    [InlineData("worker", LocalEnvironment.WorkerOffset)]
    [InlineData("redis", LocalEnvironment.RedisOffset)]
    [InlineData("dashboard", LocalPorts.Dashboard)]
    [InlineData("dashboard", LocalPorts.Telemetry)]
    [InlineData("dashboard", LocalPorts.Resources)]
    public async Task A_port_in_use(string service, int offset)
    {
        if (service == "redis")
        {
            Tools.RedisServer();
        }

        var port = FreePorts.Row(LocalPorts.Count);
        using var occupier = new TcpListener(IPAddress.Loopback, port + offset);
        occupier.Start();
        Assert.Equal(
            $"Port {port + offset}, which the {service} needs, is in use: free it, or name another first port than {port} in XENOCRM_PORT.",
            await SentenceAsync([], port, AppHostProcess.WithRedis));
        var others = Enumerable.Range(port, LocalPorts.Count).Where(other => other != port + offset);
        Assert.All(others, other => Assert.True(FreePorts.IsFree(other)));
    }

    [Theory]
    [InlineData("XENOCRM_PORT", "http")]
    [InlineData("XENOCRM_PORT", "0")]
    [InlineData("XENOCRM_PORT", "65001")]
    [InlineData("XENOCRM_REDIS", "maybe")]
    [InlineData("XENOCRM_CONTAINERS", "yes")]
    public async Task A_setting_that_makes_no_sense(string name, string value)
    {
        var sentence = await SentenceAsync([], null, [("XENOCRM_CONTAINERS", "off"), (name, value)]);
        Assert.StartsWith($"{name} is '{value}'; it must be ", sentence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_data_folder_that_cannot_be_made()
    {
        await File.WriteAllTextAsync(folder.File("file"), "", TestContext.Current.CancellationToken);
        var sentence = await SentenceAsync([], null, [.. AppHostProcess.Embedded, ("XENOCRM_DATA", folder.File("file/data"))]);
        Assert.StartsWith($"The data folder {folder.File("file")}", sentence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_target_that_nobody_knows() => Assert.Equal(
        "--target is 'heroku'; it must be 'compose' or 'kubernetes'.", await SentenceAsync(Publish("heroku"), null));

    [Theory]
    [InlineData("compose", "Aspire.Hosting.Docker")]
    [InlineData("kubernetes", "Aspire.Hosting.Kubernetes")]
    public async Task A_target_whose_package_this_build_did_without(string target, string package)
    {
        Assert.SkipWhen(BuildHas.Package(package), $"This build has {package}, as its package feed does.");
        var sentence = await SentenceAsync(Publish(target), null);
        Assert.StartsWith(
            $"Publishing to {target} needs {package}, which the package feed did not have when this was "
                + $"built.", sentence, StringComparison.Ordinal);
        Assert.False(Directory.Exists(folder.File("out")));
    }

    public void Dispose() => folder.Dispose();

    private string[] Publish(string target) =>
        ["--operation", "publish", "--step", "publish", "--target", target, "--output-path", folder.File("out")];

    private async Task<string> SentenceAsync(string[] arguments, int? port, params (string Name, string Value)[] environment)
    {
        await using var host = AppHostProcess.Start(folder.Path, arguments, port, environment);
        Assert.Equal(1, await host.ExitAsync());
        return Assert.Single(host.Errors.Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries));
    }
}
