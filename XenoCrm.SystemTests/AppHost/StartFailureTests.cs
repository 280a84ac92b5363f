using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using XenoCrm.AppHost.Running;
using XenoCrm.ServiceDefaults;
using XenoCrm.Tests.Support;

namespace XenoCrm.SystemTests.AppHost;

/// <summary>A service that cannot start says why in one sentence, where its operator can do something about it.</summary>
public sealed class StartFailureTests : IDisposable
{
    private readonly TempFolder folder = new();

    [Theory]
    [InlineData("XenoCrm.Api")]
    [InlineData("XenoCrm.VendorSimulator")]
    public async Task Without_a_secret_outside_Development(string project) =>
        Assert.StartsWith(
            "Webhooks:Secrets:0 is not set.",
            await SentenceAsync(project, ("ASPNETCORE_ENVIRONMENT", "Production")),
            StringComparison.Ordinal);

    [Theory]
    [InlineData("XenoCrm.Api", "Campaigns__BatchSize", "0", "BatchSize")]
    [InlineData("XenoCrm.Api", "Campaigns__BatchSize", "many", "Campaigns:BatchSize")]
    [InlineData("XenoCrm.VendorSimulator", "Vendor__SuccessRate", "2", "SuccessRate")]
    [InlineData("XenoCrm.ReceiptWorker", "ReceiptWorker__BatchReceipts", "0", "BatchReceipts")]
    [InlineData("XenoCrm.ReceiptWorker", "ConnectionStrings__xenocrm", "mongodb://localhost/crm", "ConnectionStrings:xenocrm")]
    public async Task With_a_setting_that_cannot_be_right(string project, string name, string value, string named) =>
        Assert.Contains(named, await SentenceAsync(project, (name, value)), StringComparison.Ordinal);

    [Theory]
    [InlineData(
        "XenoCrm.Api",
        "ConnectionStrings__xenocrm",
        "postgres://mara:secret@localhost/crm",
        "ConnectionStrings:xenocrm begins with postgres:// and names no store that is known here; it must be Data Source=")]
    [InlineData(
        "XenoCrm.ReceiptWorker",
        "ConnectionStrings__xenocrm",
        "Host=localhost;Password=secret",
        "ConnectionStrings:xenocrm names no store that is known here; it must be Data Source=")]
    [InlineData(
        "XenoCrm.Api",
        "ConnectionStrings__xenocrm",
        "Data Source=:memory:",
        "ConnectionStrings:xenocrm names no store that is known here; it must be Data Source=")]
    [InlineData(
        "XenoCrm.Api",
        "ConnectionStrings__redis",
        "redis://:secret@localhost:6379",
        "ConnectionStrings:redis begins with redis:// and cannot be read; it must be host:port")]
    [InlineData(
        "XenoCrm.ReceiptWorker",
        "ConnectionStrings__redis",
        "localhost,secret=7",
        "ConnectionStrings:redis cannot be read; it must be host:port")]
    [InlineData("XenoCrm.Api", "Auth__DefaultRole", "boss", "Auth:DefaultRole is 'boss'; it must be viewer or marketer.")]
    [InlineData("XenoCrm.Api", "Account__TimeZone", "Mars", "Account:TimeZone: 'Mars' is no time zone that is known here.")]
    [InlineData("XenoCrm.VendorSimulator", "Vendor__KeepFor", "soon", "Vendor:KeepFor is 'soon'; it must be a duration from ")]
    [InlineData(
        "XenoCrm.VendorSimulator", "Logging__LogLevel__XenoCrm", "Loud", "Logging:LogLevel:XenoCrm is 'Loud'; it must be trace, debug, ")]
    [InlineData(
        "XenoCrm.ReceiptWorker", "ASPNETCORE_URLS", "nonsense", "ASPNETCORE_URLS is 'nonsense'; it must be http or https addresses")]
    [InlineData(
        "XenoCrm.ReceiptWorker",
        "OTEL_EXPORTER_OTLP_ENDPOINT",
        "collector",
        "OTEL_EXPORTER_OTLP_ENDPOINT is 'collector'; it must be an http or https address")]
    [InlineData(
        "XenoCrm.Api",
        "ASPNETCORE_FORWARDEDHEADERS_ENABLED",
        "yes",
        "ASPNETCORE_FORWARDEDHEADERS_ENABLED is 'yes'; it must be true or false.")]
    public async Task With_a_value_of_another_kind(string project, string name, string value, string beginning)
    {
        var sentence = await SentenceAsync(project, (name, value));
        Assert.StartsWith(beginning, sentence, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", sentence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task On_a_data_folder_that_is_a_file()
    {
        await File.WriteAllTextAsync(folder.File("taken"), "", TestContext.Current.CancellationToken);
        var sentence = await SentenceAsync("XenoCrm.ReceiptWorker", ("XENOCRM_DATA", folder.File("taken")));
        Assert.EndsWith(" XENOCRM_DATA names the data folder.", sentence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task With_a_port_that_is_none() =>
        Assert.Equal(
            "XENOCRM_PORT is 'http'; it must be a port number from 1 to 65000.",
            await SentenceAsync("XenoCrm.ReceiptWorker", ("XENOCRM_PORT", "http"), ("ASPNETCORE_URLS", "")));

    [Fact]
    public async Task On_a_port_that_is_in_use()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var address = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{((IPEndPoint)other.LocalEndpoint).Port}");
        Assert.Contains(address, await SentenceAsync("XenoCrm.Api", ("ASPNETCORE_URLS", address)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task On_a_folder_that_is_in_use()
    {
        using var other = new VendorServer(folder: folder.Path);
        Assert.StartsWith(
            "Another vendor simulator is running on", await SentenceAsync("XenoCrm.VendorSimulator"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("XenoCrm.Api", "xenocrm.db")]
    [InlineData("XenoCrm.ReceiptWorker", "xenocrm.db")]
    [InlineData("XenoCrm.VendorSimulator", "vendor.db")]
    public async Task On_a_file_that_is_no_database(string project, string file)
    {
        await File.WriteAllTextAsync(folder.File(file), new string('?', 4096), TestContext.Current.CancellationToken);
        Assert.Contains($"{folder.File(file)} cannot be opened: ", await SentenceAsync(project), StringComparison.Ordinal);
    }

    [Fact]
    public void A_fault_of_ours_keeps_its_stack_trace() =>
        Assert.Null(ProcessDefaults.Sentence(Assert.Throws<InvalidOperationException>(() => Enumerable.Empty<int>().First())));

    [Fact]
    public async Task An_empty_environment_variable_is_one_that_is_not_set()
    {
        var address = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{FreePorts.Row(1)}"));
        using var vendor = new ServiceProcess(
            "XenoCrm.VendorSimulator",
            address,
            new Dictionary<string,
            string>
            { ["XENOCRM_DATA"] = folder.Path, ["Vendor__SuccessRate"] = "" });
        await vendor.StartAsync();
    }

    public void Dispose() => folder.Dispose();

    /// <summary>All that it printed as it failed.</summary>
    private async Task<string> SentenceAsync(string project, params (string Name, string Value)[] environment)
    {
        var (assembly, program) = ServiceOutput.Of(project);
        var start = new ProcessStartInfo(ServiceOutput.DotnetPath, [assembly])
        {
            WorkingDirectory = program,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment =
                { ["ASPNETCORE_ENVIRONMENT"] = "Development", ["ASPNETCORE_URLS"] = "http://127.0.0.1:0", ["XENOCRM_DATA"] = folder.Path,
                ["Logging__LogLevel__Default"] = "Error" },
        };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        var printed = await Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync())
            .WaitAsync(Poll.Limit, TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(("", 1), (printed[0], process.ExitCode));
        return Assert.Single(printed[1].ReplaceLineEndings("\n").TrimEnd('\n').Split('\n'));
    }
}
