using System.Globalization;

namespace XenoCrm.Api.Rows.Csv;

/// <summary>A CSV file that cannot be taken as a whole; answered with a 400.</summary>
/// <param name="line">Where, from 1; null for the upload as such.</param>
/// <param name="column">The column at fault, or null for the file as such.</param>
/// <param name="message">What is wrong and how to mend it, without the line.</param>
internal class CsvRefusedException(long? line, string? column, string message) : Exception(message)
{
    public const string WholeFile = "file";

    public long? Line => line;

    public string Field => column ?? WholeFile;

    /// <summary>What is wrong, after its place.</summary>
    public string Sentence => line is null ? Message : string.Create(CultureInfo.InvariantCulture, $"Line {line}: {Message}");
}

/// <summary>The file is not UTF-8; it may be Windows-1252.</summary>
internal sealed class CsvNotUtf8Exception(long line)
    : CsvRefusedException(
        line,
        null,
        "This row has bytes that are not UTF-8, while others are, or that are no text at all. "
            + "Save the file as UTF-8 (in a spreadsheet: \"CSV UTF-8\").");
