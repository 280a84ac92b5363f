using System.Text.RegularExpressions;

namespace XenoCrm.Api.Pages.Shell;

/// <summary>How tables tell what became of a message, and what it says.</summary>
internal static partial class MessageWords
{
    private const int BeginningLength = 60;

    public static string State(string status) => status == "PENDING" ? "waiting" : status.ToLowerInvariant();

    /// <summary>Without the ends of its links, which fill four lines and say nothing to a reader; the CSV file has them whole.</summary>
    public static string? Shown(string? message) => message is null ? null : LongLink().Replace(message, "$1…");

    /// <summary>One line that tells a message from others: its first words, without links. The message itself where that is all.</summary>
    public static string Beginning(string message)
    {
        var words = Blanks().Replace(Link().Replace(message, "…"), " ").Trim();
        if (words.Length <= BeginningLength)
        {
            return words;
        }

        var end = words.LastIndexOf(' ', BeginningLength);
        end = end > BeginningLength / 2 ? end : BeginningLength;
        return words[..(char.IsHighSurrogate(words[end - 1]) ? end - 1 : end)].TrimEnd(' ', '.', ',', ';', ':', '…') + "…";
    }

    /// <summary>A message in pieces, those that are links by themselves.</summary>
    public static IEnumerable<(string Text, bool IsLink)> Parts(string message)
    {
        var end = 0;
        foreach (Match link in Link().Matches(message))
        {
            if (link.Index > end)
            {
                yield return (message[end..link.Index], false);
            }

            yield return (link.Value, true);
            end = link.Index + link.Length;
        }

        if (end < message.Length)
        {
            yield return (message[end..], false);
        }
    }

    [GeneratedRegex(@"(https?://\S{40})\S+", RegexOptions.CultureInvariant)]
    private static partial Regex LongLink();

    // What ends a sentence, or brackets, is not its link's.
    [GeneratedRegex("""https?://[^\s<>"“”]*[^\s<>"“”.,;:!?)\]]""", RegexOptions.CultureInvariant)]
    private static partial Regex Link();

    [GeneratedRegex(@"\s+", RegexOptions.CultureInvariant)]
    private static partial Regex Blanks();
}
