using System.Diagnostics;
using System.Globalization;

namespace XenoCrm.Tests.Support;

/// <summary>What Windows has not: signals and file modes.</summary>
internal static class Unix
{
    public static void Require() => Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has neither signals nor file modes");

    /// <summary>Sends a signal by its name, for instance TERM.</summary>
    public static void Signal(string name, int process)
    {
        using var kill = Process.Start("/bin/sh", ["-c", string.Create(CultureInfo.InvariantCulture, $"kill -{name} {process}")]);
        kill.WaitForExit();
    }

    public static void AssertForOwnerOnly(string file)
    {
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        }
    }
}
