using System.Diagnostics;
using System.Globalization;
using XenoCrm.Benchmarks.Measuring;
using XenoCrm.Benchmarks.Running;

namespace XenoCrm.Benchmarks.Faults;

/// <summary>A disk of a few MiB, in memory. Whoever mounts one must be root, on Linux.</summary>
internal sealed class SmallDisk : IAsyncDisposable
{
    private SmallDisk(string folder) => Folder = folder;

    public string Folder { get; }

    /// <exception cref="SkippedException">None can be mounted here.</exception>
    public static async Task<SmallDisk> MountAsync(int mebibytes)
    {
        var disk = new SmallDisk(MeasuredProcess.CreateFolder("xenocrm-disk-").FullName);
        return OperatingSystem.IsLinux() && await RunAsync("mount", "-t", "tmpfs", "-o", Size(mebibytes), "tmpfs", disk.Folder)
            ? disk
            : throw new SkippedException("A small disk can be mounted by root only.");
    }

    public Task GrowAsync(int mebibytes) => RunAsync("mount", "-o", "remount," + Size(mebibytes), Folder);

    public async ValueTask DisposeAsync() => await RunAsync("umount", Folder);

    private static string Size(int mebibytes) => string.Create(CultureInfo.InvariantCulture, $"size={mebibytes}m");

    private static async Task<bool> RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        await process.WaitForExitAsync();
        return process.ExitCode == 0;
    }
}
