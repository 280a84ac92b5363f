using System.Buffers;
using System.Text;

namespace XenoCrm.Api.Rows.Csv;

/// <summary>
/// In which encoding a file is: by its mark, by its zero bytes, by what its client says of it, and at last by whether it is UTF-8.
/// </summary>
internal static class CsvEncodings
{
    public const string Utf8 = "UTF-8";
    public const string Utf16LE = "UTF-16LE";
    public const string Utf16BE = "UTF-16BE";
    public const string Windows1252 = "Windows-1252";

    private const int BufferBytes = 64 * 1024;

    // Bytes that Windows-1252 has no character for.
    private static readonly SearchValues<byte> Undefined = SearchValues.Create(0x81, 0x8D, 0x8F, 0x90, 0x9D);

    public static Encoding Of(string name) => name switch
    {
        Utf16LE => Encoding.Unicode,
        Utf16BE => Encoding.BigEndianUnicode,
        Windows1252 => CodePagesEncodingProvider.Instance.GetEncoding(1252)!,
        _ => Encoding.UTF8,
    };

    /// <summary>The encoding that a Content-Type names, <see cref="Utf8"/> where it names none, or null for one that is not read.</summary>
    public static string? Named(string? charset) => charset?.ToUpperInvariant() switch
    {
        null or "" or "UTF-8" or "UTF8" or "US-ASCII" => Utf8,
        "UTF-16" or "UTF-16LE" => Utf16LE,
        "UTF-16BE" => Utf16BE,
        "WINDOWS-1252" or "CP1252" or "ISO-8859-1" or "LATIN1" => Windows1252,
        _ => null,
    };

    /// <summary>What the first bytes tell, else <paramref name="named"/>.</summary>
    public static string Guess(ReadOnlySpan<byte> start, string named) => start switch
    {
        [0xEF, 0xBB, 0xBF, ..] => Utf8,
        [0xFF, 0xFE, ..] => Utf16LE,
        [0xFE, 0xFF, ..] => Utf16BE,

        // A header has letters of the alphabet, of which every other byte is 0 in UTF-16.
        [not 0, 0, not 0, 0, ..] => Utf16LE,
        [0, not 0, 0, not 0, ..] => Utf16BE,
        _ => named,
    };

    /// <summary>
    /// Whether a file that is not UTF-8 is Windows-1252. One that is UTF-8 for the most part is broken UTF-8, and reading it otherwise
    /// would garble the rest.
    /// </summary>
    public static async Task<bool> IsWindows1252Async(Stream file, CancellationToken cancellationToken)
    {
        var buffer = new byte[BufferBytes];
        var (kept, whole, others) = (0, 0L, 0L);
        while (await file.ReadAsync(buffer.AsMemory(kept), cancellationToken) is var count and > 0)
        {
            var text = buffer.AsMemory(0, kept + count);
            if (!Count(ref text, ref whole, ref others))
            {
                return false;
            }

            text.CopyTo(buffer);
            kept = text.Length;
        }

        return others + kept > whole && !buffer.AsSpan(0, kept).ContainsAny(Undefined);
    }

    // False at a byte that can be neither. What is left of the text is a character that goes on behind it.
    private static bool Count(ref Memory<byte> text, ref long whole, ref long others)
    {
        while (text.Span.IndexOfAnyInRange((byte)0x80, (byte)0xFF) is var next and >= 0)
        {
            text = text[next..];
            switch (Rune.DecodeFromUtf8(text.Span, out _, out var length))
            {
                case OperationStatus.Done:
                    whole++;
                    break;
                case OperationStatus.NeedMoreData:
                    return true;
                default:
                    if (text.Span[..length].ContainsAny(Undefined))
                    {
                        return false;
                    }

                    others++;
                    break;
            }

            text = text[length..];
        }

        text = default;
        return true;
    }
}
