using System.ComponentModel;
using System.Diagnostics;
using Microsoft.Extensions.Configuration;

namespace XenoCrm.AppHost.Running;

/// <summary>Whether something here runs containers, asked as Aspire asks.</summary>
internal static class ContainerRuntime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    public static bool Answers(IConfiguration configuration) => configuration["ASPIRE_CONTAINER_RUNTIME"] is { Length: > 0 } named
        ? Answers(named)
        : Answers("docker") || Answers("podman");

    private static bool Answers(string runtime)
    {
        try
        {
            var question = new ProcessStartInfo(runtime, ["container", "ls", "-n", "1"])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            };
            using var process = Process.Start(question)!;
            if (process.WaitForExit(Patience))
            {
                return process.ExitCode == 0;
            }

            process.Kill(entireProcessTree: true);
            return false;
        }
        catch (Win32Exception)
        {
            // Not installed.
            return false;
        }
    }
}
