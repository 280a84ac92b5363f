using XenoCrm.Data;
using XenoCrm.ServiceDefaults;

namespace XenoCrm.Api.Backups;

/// <summary>
/// <c>XenoCrm.Api backup FILE</c>: copies the embedded store while the services use it, and starts nothing. A command of the same
/// program, because its image has no shell and no other one, and the store is found by the same settings.
/// </summary>
internal static class BackupCommand
{
    private const string Word = "backup";

    public static bool IsAsked(string[] args) => args is [Word, ..];

    /// <exception cref="InvalidOperationException">What is wrong, for the operator.</exception>
    public static int Run(string[] args, IConfiguration configuration)
    {
        if (args is not [Word, { Length: > 0 } target])
        {
            throw new InvalidOperationException("A backup wants the file that it is written to, which is not there yet: backup FILE");
        }

        DataServices.BackUp(configuration, LocalEnvironment.DataFolder(configuration), target);
        Console.WriteLine($"Backed up to {Path.GetFullPath(target)}, and checked.");
        return 0;
    }
}
