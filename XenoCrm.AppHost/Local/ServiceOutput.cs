using System.Reflection;
using System.Runtime.InteropServices;

namespace XenoCrm.AppHost.Local;

/// <summary>What the build made of a service, and of the AppHost: the build wrote the paths into this assembly.</summary>
internal static class ServiceOutput
{
    /// <summary>The <c>dotnet</c> that runs this very process; one on the PATH may be another.</summary>
    public static string DotnetPath { get; } = Path.GetFullPath(Path.Combine(
        RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet"));

    /// <summary>The program and the folder in which it finds its settings and pages: as <c>dotnet run</c> would start it.</summary>
    /// <exception cref="StartFailure">The program is not there.</exception>
    public static (string Assembly, string Folder) Of(string project)
    {
        var assembly = Written(project);
        var folder = Path.GetDirectoryName(Written($"{project}.csproj"))!;
        return File.Exists(assembly) && Directory.Exists(folder)
            ? (assembly, folder)
            : throw new StartFailure($"{project} is not built: {assembly} is missing. Build it with: dotnet build XenoCrm.AppHost");
    }

    private static string Written(string key) =>
        typeof(ServiceOutput).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(attribute => attribute.Key == key).Value!;
}
