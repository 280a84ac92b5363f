using System.Diagnostics;
using System.Globalization;
using XenoCrm.AppHost;
using XenoCrm.Tests.Support;

namespace XenoCrm.SystemTests.AppHost;

/// <summary>README's tour, pasted into a shell paragraph by paragraph while the application runs, and what came out.</summary>
public sealed class ReadmeTour : IAsyncLifetime
{
    private static readonly string[] Sections = ["## Five minutes", "## A larger list"];

    private readonly TempFolder folder = new();
    private readonly List<(string Commands, string Output)> steps = [];

    public string ShopFolder => folder.File("shop");

    /// <summary>What the one paragraph printed in which this stands.</summary>
    public string OutputOf(string words) => Assert.Single(steps, step => step.Commands.Contains(words, StringComparison.Ordinal)).Output;

    public async ValueTask InitializeAsync()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no bash for the tour");
        var data = folder.File("data");
        await using var host = await AppHostProcess.StartReadyAsync(data, [AppHostOptions.NoDashboard], AppHostProcess.Embedded);
        foreach (var paragraph in Paragraphs())
        {
            var commands = paragraph
                .Replace("localhost:5080", $"localhost:{host.Port.ToString(CultureInfo.InvariantCulture)}", StringComparison.Ordinal)
                .Replace("/tmp/shop", ShopFolder, StringComparison.Ordinal)
                .Replace("samples/", Path.Combine(Repository.Root, "samples") + "/", StringComparison.Ordinal);
            steps.Add((paragraph, await PasteAsync(commands)));
        }
    }

    public ValueTask DisposeAsync()
    {
        folder.Dispose();
        return ValueTask.CompletedTask;
    }

    private static IEnumerable<string> Paragraphs()
    {
        var readme = File.ReadAllText(Path.Combine(Repository.Root, "README.md"));
        foreach (var section in Sections)
        {
            var from = readme.IndexOf(section + "\n", StringComparison.Ordinal);
            Assert.True(from >= 0, $"README has no {section}");
            var start = readme.IndexOf("```sh\n", from, StringComparison.Ordinal) + 6;
            foreach (var paragraph in readme[start..readme.IndexOf("\n```", start, StringComparison.Ordinal)].Split("\n\n"))
            {
                yield return paragraph;
            }
        }
    }

    private async Task<string> PasteAsync(string commands)
    {
        var start =
            new ProcessStartInfo("bash") { RedirectStandardInput = true, RedirectStandardOutput = true, WorkingDirectory = folder.Path };
        using var bash = OwnProcesses.Start(start);
        await bash.StandardInput.WriteAsync(commands);
        bash.StandardInput.Close();
        var output = bash.StandardOutput.ReadToEndAsync();
        await bash.WaitForExitAsync().WaitAsync(Poll.Limit);
        return await output;
    }
}
