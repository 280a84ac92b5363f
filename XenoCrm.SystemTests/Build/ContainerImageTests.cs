using System.Diagnostics;
using System.Formats.Tar;
using System.IO.Compression;
using System.Reflection;
using System.Text.Json.Nodes;
using XenoCrm.AppHost.Running;
using XenoCrm.Tests.Support;

namespace XenoCrm.SystemTests.Build;

/// <summary>The services' images, as the SDK makes them.</summary>
public sealed class ContainerImageTests : IDisposable
{
    private static readonly string Configuration =
        typeof(ContainerImageTests).Assembly.GetCustomAttribute<AssemblyConfigurationAttribute>()!.Configuration;

    private readonly TempFolder folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("XenoCrm.Api", "xenocrm-api")]
    [InlineData("XenoCrm.VendorSimulator", "xenocrm-vendor")]
    [InlineData("XenoCrm.ReceiptWorker", "xenocrm-worker")]
    public async Task A_service_is_an_image_of_its_own_on_the_chiselled_base(string project, string name)
    {
        var evaluated = JsonNode.Parse(await DotnetAsync(
            "msbuild",
            Path.Combine(project, project + ".csproj"),
            "-t:ComputeContainerConfig",
            "-getProperty:ContainerRepository,ContainerBaseImage,ContainerUser",
            "-getItem:ContainerPort,ContainerLabel"))!;
        var properties = evaluated["Properties"]!;
        Assert.Equal(name, properties["ContainerRepository"]!.GetValue<string>());
        Assert.Matches(@"^mcr\.microsoft\.com/dotnet/aspnet:10\.0.*-noble-chiseled$", properties["ContainerBaseImage"]!.GetValue<string>());
        Assert.Equal("1654", properties["ContainerUser"]!.GetValue<string>());
        Assert.Equal(["8080/tcp"], evaluated["Items"]!["ContainerPort"]!.AsArray().Select(port => $"{port!["Identity"]}/{port["Type"]}"));
        var labels = evaluated["Items"]!["ContainerLabel"]!.AsArray()
            .ToDictionary(label => label!["Identity"]!.GetValue<string>(), label => label!["Value"]!.GetValue<string>());
        Assert.Equal(project, labels["org.opencontainers.image.title"]);
        Assert.Equal("MIT", labels["org.opencontainers.image.licenses"]);
        Assert.Contains("XenoCrm", labels["org.opencontainers.image.description"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_image_starts_the_service_without_root_and_without_a_shell()
    {
        await using var registry = await BaseImage.StartAsync(Cancellation);
        var archive = folder.File("worker.tar");
        await DotnetAsync(
            "publish", "XenoCrm.ReceiptWorker", "--no-build", "-c", Configuration, "-t:PublishContainer", "-nodeReuse:false",
            $"-p:ContainerBaseImage={registry.Registry}/dotnet/aspnet:10.0-noble-chiseled", $"-p:ContainerArchiveOutputPath={archive}");

        var files = await UnpackAsync(File.OpenRead(archive));
        var manifest = JsonNode.Parse(files["manifest.json"])![0]!;
        Assert.Equal("xenocrm-worker:latest", manifest["RepoTags"]![0]!.GetValue<string>());
        var config = JsonNode.Parse(files[manifest["Config"]!.GetValue<string>()])!["config"]!;
        Assert.Equal("1654", config["User"]!.GetValue<string>());
        Assert.Equal(["8080/tcp"], config["ExposedPorts"]!.AsObject().Select(port => port.Key));
        Assert.Equal("""["dotnet","/app/XenoCrm.ReceiptWorker.dll"]""", config["Entrypoint"]!.ToJsonString());
        Assert.Equal("MIT", config["Labels"]!["org.opencontainers.image.licenses"]!.GetValue<string>());

        var program = await UnpackAsync(
            new GZipStream(new MemoryStream(files[manifest["Layers"]!.AsArray()[^1]!.GetValue<string>()]), CompressionMode.Decompress));
        Assert.Contains("app/XenoCrm.ReceiptWorker.dll", program.Keys.Select(name => name.TrimStart('.', '/')));
    }

    public void Dispose() => folder.Dispose();

    private static async Task<string> DotnetAsync(params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(ServiceOutput.DotnetPath, arguments)
        {
            WorkingDirectory = Repository.Root,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["MSBUILDDISABLENODEREUSE"] = "1", ["DOTNET_CLI_USE_MSBUILD_SERVER"] = "0", ["DOTNET_NOLOGO"] = "1" },
        };
        using var process = Process.Start(start)!;
        var printed = await Task.WhenAll(
            process.StandardOutput.ReadToEndAsync(Cancellation), process.StandardError.ReadToEndAsync(Cancellation));
        await process.WaitForExitAsync(Cancellation);
        Assert.True(process.ExitCode == 0, string.Concat(printed));
        return printed[0];
    }

    private static async Task<Dictionary<string, byte[]>> UnpackAsync(Stream archive)
    {
        await using var reader = new TarReader(archive);
        var files = new Dictionary<string, byte[]>();
        while (await reader.GetNextEntryAsync(copyData: true, Cancellation) is { } entry)
        {
            if (entry.DataStream is { } data)
            {
                var copy = new MemoryStream();
                await data.CopyToAsync(copy, Cancellation);
                files[entry.Name] = copy.ToArray();
            }
        }

        return files;
    }
}
