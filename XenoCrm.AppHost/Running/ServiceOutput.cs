using System.Runtime.InteropServices;

namespace XenoCrm.AppHost.Running;

/// <summary>What the build made of a service, in the configuration that runs now.</summary>
internal static class ServiceOutput
{
    /// <summary>The <c>dotnet</c> that runs this very process; one on the PATH may be another.</summary>
    public static string DotnetPath { get; } = Path.GetFullPath(Path.Combine(
        RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet"));

    /// <summary>The program, and the project's folder, in which it finds its settings: as <c>dotnet run</c> would start it.</summary>
    /// <param name="project">A project of the solution by its name: <c>XenoCrm.Api</c>.</param>
    public static (string Assembly, string Folder) Of(string project)
    {
        var solution = Path.GetDirectoryName(Path.GetDirectoryName(new Projects.XenoCrm_Api().ProjectPath))!;
        var folder = Path.Combine(solution, project);

        // …/bin/Debug/net10.0, as this program itself.
        var built = Path.GetRelativePath(
            Path.Combine(AppContext.BaseDirectory, "..", "..", ".."), AppContext.BaseDirectory);
        return (Path.Combine(folder, built, project + ".dll"), folder);
    }
}
