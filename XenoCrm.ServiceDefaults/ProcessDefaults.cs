using System.Collections;
using Microsoft.AspNetCore.Connections;

namespace XenoCrm.ServiceDefaults;

/// <summary>What holds for a service's process before anything else runs.</summary>
public static class ProcessDefaults
{
    public const int StartFailed = 1;

    /// <summary>
    /// Takes an empty environment variable for one that is not set, as Docker Compose and Kubernetes cannot leave one out.
    /// And what the operator can mend (a setting, a port, a folder in use) ends the process with one sentence on standard
    /// error and exit code 1; everything else is a fault of ours and keeps its stack trace.
    /// </summary>
    public static void Apply()
    {
        foreach (
            var name in Environment.GetEnvironmentVariables()
                .Cast<DictionaryEntry>()
                .Where(variable => variable.Value is "")
                .Select(variable => (string)variable.Key)
                .ToList())
        {
            Environment.SetEnvironmentVariable(name, null);
        }

        // Not a catch around Program.cs: a test that starts the program in its own process is to see the exception itself.
        AppDomain.CurrentDomain.UnhandledException -= SayWhy;
        AppDomain.CurrentDomain.UnhandledException += SayWhy;
    }

    /// <returns>What to tell the operator, or null where only a stack trace helps.</returns>
    public static string? Sentence(Exception e) => SettingSentence.Of(e) ?? e switch
    {
        IOException { InnerException: AddressInUseException } or UnauthorizedAccessException => e.Message,

        // A folder that cannot be made.
        IOException { TargetSite.DeclaringType.FullName: "System.IO.FileSystem" } => e.Message + " XENOCRM_DATA names the data folder.",
        _ when e.TargetSite?.DeclaringType?.Assembly.GetName().Name is { } thrower
            && ((e is InvalidOperationException && thrower.StartsWith("XenoCrm.", StringComparison.Ordinal))
                || thrower.StartsWith("Microsoft.Extensions.Configuration", StringComparison.Ordinal)) => e.Message,
        _ => null,
    };

    private static void SayWhy(object sender, UnhandledExceptionEventArgs unhandled)
    {
        if (unhandled.ExceptionObject is Exception e && Sentence(e) is { } sentence)
        {
            Console.Error.WriteLine(sentence);
            Environment.Exit(StartFailed);
        }
    }
}
