namespace XenoCrm.Api.Rows.Csv;

/// <summary>Files that people take for CSV, told by their first bytes.</summary>
internal static class FileSignature
{
    /// <summary>So many bytes at the beginning are looked at.</summary>
    public const int Length = 4;

    /// <summary>What the file is and what to do, if it is no text that is read; else null.</summary>
    public static string? Recognise(ReadOnlySpan<byte> start) => start switch
    {
        [0xFF, 0xFE, 0, 0, ..] or [0, 0, 0xFE, 0xFF, ..] => "The file is UTF-32 text. Save it as UTF-8 (in a spreadsheet: \"CSV UTF-8\").",
        [0x1F, 0x8B, ..] => "The file is compressed with gzip. Unpack it first, or send it with the header Content-Encoding: gzip.",
        [(byte)'P', (byte)'K', 3, 4, ..] => "The file is a zip archive or a spreadsheet. Save the sheet as CSV (\"CSV UTF-8\").",
        _ => null,
    };
}
