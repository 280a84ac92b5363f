using System.Text.RegularExpressions;

namespace XenoCrm.Api.Pages.Shell;

/// <summary>How tables tell what became of a message, and what it says.</summary>
internal static partial class MessageWords
{
    public static string State(string status) => status == "PENDING" ? "waiting" : status.ToLowerInvariant();

    /// <summary>Without the ends of its links, which fill four lines and say nothing to a reader; the CSV file has them whole.</summary>
    public static string? Shown(string? message) => message is null ? null : LongLink().Replace(message, "$1…");

    [GeneratedRegex(@"(https?://\S{40})\S+", RegexOptions.CultureInvariant)]
    private static partial Regex LongLink();
}
