using System.Buffers.Text;
using System.Text;

namespace XenoCrm.Core;

/// <summary>
/// Where a page ended, opaque to clients: base64url of the list's name and the key of the page's last item. The name
/// keeps one list's cursor (<c>segments</c>, or one with its filter: <c>logs/ID/SENT</c>) from being taken for another's.
/// </summary>
public static class Cursor
{
    private const char Separator = '\n';
    private const int MaxLength = 2048;

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <param name="list">The list's name, without a line feed.</param>
    /// <param name="key">Of the last item of the page.</param>
    public static string Encode(string list, string key) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(list + Separator + key));

    /// <summary>A page of <paramref name="rows"/>, which were read with a limit of one more than <paramref name="limit"/>.</summary>
    public static Page<T> Page<T>(string list, IReadOnlyList<T> rows, int limit, Func<T, string> key) =>
        rows.Count <= limit ? new Page<T>(rows, null) : new Page<T>([.. rows.Take(limit)], Encode(list, key(rows[limit - 1])));

    /// <summary>The key that <see cref="Encode"/> was given.</summary>
    /// <exception cref="InvalidCursorException">It did not come from <see cref="Encode"/> with this list.</exception>
    public static string Decode(string list, string cursor)
    {
        if (cursor.Length <= MaxLength)
        {
            try
            {
                var text = StrictUtf8.GetString(Base64Url.DecodeFromChars(cursor));
                var key = text[(text.IndexOf(Separator, StringComparison.Ordinal) + 1)..];
                if (Encode(list, key) == cursor)
                {
                    return key;
                }
            }
            catch (Exception e) when (e is FormatException or ArgumentException)
            {
                // Not base64url, or not text: not ours.
            }
        }

        throw new InvalidCursorException();
    }
}
