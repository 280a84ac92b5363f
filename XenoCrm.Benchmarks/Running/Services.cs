using System.Diagnostics;
using XenoCrm.AppHost.Running;
using XenoCrm.Benchmarks.Measuring;

namespace XenoCrm.Benchmarks.Running;

/// <summary>Where the services' programs are: published, as an operator has them, once that was asked for; before, as built.</summary>
internal static class Services
{
    private static readonly string[] Projects = ["XenoCrm.Api", "XenoCrm.VendorSimulator", "XenoCrm.ReceiptWorker"];
    private static readonly Dictionary<string, string> Published = [];

    /// <summary>Publishes all of them for this machine, once as long as the harness runs.</summary>
    /// <exception cref="InvalidOperationException">One cannot be published; with what the command said.</exception>
    public static async Task PublishAsync(Progress progress)
    {
        if (Published.Count > 0)
        {
            return;
        }

        var folder = MeasuredProcess.CreateFolder("xenocrm-published-");
        foreach (var project in Projects)
        {
            progress.Say($"  dotnet publish {project} …");
            var output = Path.Combine(folder.FullName, project);
            await PublishAsync(ServiceOutput.Of(project).Folder, output);
            Published[project] = output;
        }
    }

    /// <summary>The program, and the folder in which it finds its settings.</summary>
    public static (string Assembly, string Folder) Of(string project) => Published.TryGetValue(project, out var folder)
        ? (Path.Combine(folder, project + ".dll"), folder)
        : ServiceOutput.Of(project);

    private static async Task PublishAsync(string project, string output)
    {
        var start = new ProcessStartInfo(
            ServiceOutput.DotnetPath,
            [
                "publish", project, "-c", "Release", "--use-current-runtime", "--no-self-contained", "-o", output,
                "-v", "q", "--nologo",
            ])
        {
            RedirectStandardOutput = true,
        };
        using var publish = Process.Start(start)!;
        var said = await publish.StandardOutput.ReadToEndAsync();
        await publish.WaitForExitAsync();
        if (publish.ExitCode != 0)
        {
            throw new InvalidOperationException("dotnet publish failed: " + said);
        }
    }
}
