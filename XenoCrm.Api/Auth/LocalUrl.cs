using System.Text;

namespace XenoCrm.Api.Auth;

/// <summary>
/// Where to go after signing in: a path on this host and nothing else, however it is written. Whatever a browser, a proxy
/// or a page on the way could read as another host or as a second header is refused, at the price of some odd local paths.
/// </summary>
internal static class LocalUrl
{
    public const string Root = "/";

    private const int MaxLength = 2_048;

    // Fraction, division, big and fullwidth slash; set minus, reverse solidus operator, big, small and fullwidth backslash; drawn
    // diagonals.
    private const string SlashLookalikes = "\u2044\u2215\u29F8\uFF0F\u2216\u29F5\u29F9\uFE68\uFF3C\u2571\u2572";

    public static string OrRoot(string? url) => url is not null && IsLocal(url) ? url : Root;

    /// <summary>Whether <paramref name="url"/> begins with a single slash and stays on this host however often it is decoded.</summary>
    public static bool IsLocal(string url)
    {
        // As it goes into a header: no blanks, nothing beyond ASCII.
        if (url.Length > MaxLength || !url.All(c => c is > ' ' and <= '~'))
        {
            return false;
        }

        while (IsPath(url))
        {
            var decoded = Uri.UnescapeDataString(url);
            if (decoded == url)
            {
                // What is still encoded is no UTF-8, and read differently by different readers.
                return !Enumerable.Range(0, url.Length).Any(i => Uri.IsHexEncoding(url, i));
            }

            url = decoded;
        }

        return false;
    }

    private static bool IsPath(string url) =>
        url.StartsWith('/')
        && !url.AsSpan(0, url.AsSpan().IndexOfAny('?', '#') is var end and >= 0 ? end : url.Length).Contains("//", StringComparison.Ordinal)
        && !url.EnumerateRunes().Any(IsRefused);

    private static bool IsRefused(Rune rune) =>
        rune.Value == '\\'
        || Rune.IsControl(rune)
        || Rune.GetUnicodeCategory(rune) is System.Globalization.UnicodeCategory.Format
            or System.Globalization.UnicodeCategory.LineSeparator
            or System.Globalization.UnicodeCategory.ParagraphSeparator
        || (rune.IsBmp && SlashLookalikes.Contains((char)rune.Value, StringComparison.Ordinal));
}
