using System.Diagnostics;
using System.Text.Json.Nodes;
using XenoCrm.AppHost.Running;
using XenoCrm.Tests.Support;

namespace XenoCrm.Tests.Build;

/// <summary>What is compiled where the package feed has everything, and where it has not; .ci/run builds both.</summary>
public sealed class FeedTests
{
    [Theory]
    [InlineData("XenoCrm.AppHost", "Aspire.Hosting.MongoDB")]
    [InlineData("XenoCrm.Data", "Aspire.MongoDB.Driver")]
    public async Task A_build_has_either_the_package_or_its_stand_in(string project, string package)
    {
        var (packages, sources) = await ItemsAsync(project, fullFeed: true);
        Assert.Contains(package, packages);
        Assert.DoesNotContain(sources, source => source.Contains("/offline/", StringComparison.Ordinal));

        (packages, sources) = await ItemsAsync(project, fullFeed: false);
        Assert.DoesNotContain(package, packages);
        Assert.Contains(sources, source => source.Contains($"/offline/{package}/", StringComparison.Ordinal));
    }

    private static async Task<(List<string> Packages, List<string> Sources)> ItemsAsync(string project, bool fullFeed)
    {
        var start = new ProcessStartInfo(
            ServiceOutput.DotnetPath,
            [
                "msbuild",
                $"{project}/{project}.csproj",
                "-getItem:PackageReference",
                "-getItem:Compile",
                $"-p:FullFeed={(fullFeed ? "true" : "false")}",
                "-nodeReuse:false"
            ])
        {
            WorkingDirectory = Repository.Root,
            RedirectStandardOutput = true,
        };
        using var process = OwnProcesses.Start(start);
        var items = JsonNode.Parse(await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken))!["Items"]!;
        return (
            [.. items["PackageReference"]!.AsArray().Select(item => item!["Identity"]!.GetValue<string>())],
            [.. items["Compile"]!.AsArray().Select(item => item!["FullPath"]!.GetValue<string>().Replace('\\', '/'))]);
    }
}
