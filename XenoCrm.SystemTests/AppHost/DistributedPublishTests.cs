using System.Diagnostics;
using XenoCrm.AppHost.Running;
using XenoCrm.Tests.Support;

namespace XenoCrm.SystemTests.AppHost;

/// <summary>What is committed under deploy/ is what the AppHost publishes.</summary>
public sealed class DistributedPublishTests : IDisposable
{
    private readonly TempFolder home = new();

    // Beside deploy/ in depth, as the manifest has paths relative to itself.
    private string output = Path.Combine(Repository.Root, "artifacts", "publish-" + Guid.NewGuid().ToString("N"));

    [Theory]
    [InlineData("aspire-manifest.json", "--publisher manifest", null)]
    [InlineData("compose", "--operation publish --step publish --target compose", "Aspire.Hosting.Docker")]
    [InlineData("kubernetes", "--operation publish --step publish --target kubernetes", "Aspire.Hosting.Kubernetes")]
    public async Task What_is_committed_is_current(string committed, string arguments, string? package)
    {
        if (package is not null)
        {
            BuildHas.Require(package);
        }

        output += Path.GetExtension(committed);
        await PublishAsync([.. arguments.Split(' '), "--output-path", output]);
        var remedy =
            $"deploy/{committed} is not what the AppHost publishes. Publish it anew: dotnet run --project XenoCrm.AppHost -- {arguments} "
            + $"--output-path ../deploy/{committed}";
        var (expected, actual) = (Read(output), Read(Path.Combine(Repository.Root, "deploy", committed)));
        Assert.True(
            expected.Keys.Order().SequenceEqual(actual.Keys.Order()),
            $"{remedy}\nFiles: {string.Join(", ", expected.Keys.Order())}\nCommitted: {string.Join(", ", actual.Keys.Order())}");
        Assert.All(expected, file => Assert.True(file.Value == actual[file.Key], $"{remedy}\n{file.Key} would be:\n{file.Value}"));
    }

    public void Dispose()
    {
        home.Dispose();
        if (File.Exists(output))
        {
            File.Delete(output);
        }
        else if (Directory.Exists(output))
        {
            Directory.Delete(output, recursive: true);
        }
    }

    private async Task PublishAsync(IReadOnlyList<string> arguments)
    {
        var (assembly, folder) = ServiceOutput.Of("XenoCrm.AppHost");
        var start = new ProcessStartInfo(ServiceOutput.DotnetPath, [assembly, .. arguments])
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,

            // Aspire keeps the parameters' values in the user's folder.
            Environment = { ["HOME"] = home.Path, ["USERPROFILE"] = home.Path, ["NO_COLOR"] = "1" },
        };
        using var process = Process.Start(start)!;
        try
        {
            var printed = await Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync())
                .WaitAsync(Poll.Limit, TestContext.Current.CancellationToken);
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
            Assert.True(process.ExitCode == 0, string.Concat(printed));
        }
        finally
        {
            process.Kill(entireProcessTree: true);
        }
    }

    private static Dictionary<string, string> Read(string path) => File.Exists(path)
        ? new() { [""] = Text(path) }
        : Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories)
            .ToDictionary(file => Path.GetRelativePath(path, file).Replace('\\', '/'), Text);

    private static string Text(string file) => File.ReadAllText(file).ReplaceLineEndings("\n");
}
