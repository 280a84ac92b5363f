using System.Globalization;

namespace XenoCrm.AppHost.Running;

/// <summary>
/// The data folder, held by one running application at a time: by an open file, which the system lets go of however
/// the process ends. The process id lies in a second file, as nobody can read the first.
/// </summary>
internal sealed class DataFolder : IDisposable
{
    private readonly FileStream held;

    private DataFolder(string path, FileStream held)
    {
        FullPath = path;
        this.held = held;
    }

    public string FullPath { get; }

    /// <exception cref="StartFailure">It cannot be made or written, or another application runs on it.</exception>
    public static DataFolder Open(string path)
    {
        var lockFile = Path.Combine(path, "apphost.lock");
        var pidFile = Path.Combine(path, "apphost.pid");
        try
        {
            Create(path);
            var held = Hold(lockFile) ?? throw new StartFailure(
                $"XenoCrm is running on {path} already{ProcessIn(pidFile)}: stop it first, or name another folder in XENOCRM_DATA.");
            File.WriteAllText(pidFile, Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
            return new DataFolder(path, held);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new StartFailure($"The data folder {path} cannot be written ({failure.Message}): name another one in XENOCRM_DATA.");
        }
    }

    /// <summary>Makes a folder that is missing; what is kept there concerns nobody else on the machine.</summary>
    public static void Create(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
        }
        else
        {
            Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    public void Dispose() => held.Dispose();

    /// <returns>Nothing if another process holds the file.</returns>
    private static FileStream? Hold(string lockFile)
    {
        try
        {
            return new FileStream(lockFile, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException) when (File.Exists(lockFile))
        {
            return null;
        }
    }

    private static string ProcessIn(string pidFile)
    {
        try
        {
            return $" (process {File.ReadAllText(pidFile)})";
        }
        catch (IOException)
        {
            // It has just started and not written it yet.
            return "";
        }
    }
}
