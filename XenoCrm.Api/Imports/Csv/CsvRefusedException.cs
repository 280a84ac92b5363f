using System.Globalization;

namespace XenoCrm.Api.Imports.Csv;

/// <summary>A CSV file that cannot be taken as a whole; answered with a 400.</summary>
/// <param name="line">Where, from 1; null for the upload as such.</param>
/// <param name="column">The column at fault, or null for the file as such.</param>
/// <param name="message">What is wrong and how to mend it, without the line.</param>
internal sealed class CsvRefusedException(long? line, string? column, string message) : Exception(message)
{
    public const string WholeFile = "file";

    public long? Line => line;

    public string Field => column ?? WholeFile;

    /// <summary>What is wrong, after its place.</summary>
    public string Sentence => line is null ? Message : string.Create(CultureInfo.InvariantCulture, $"Line {line}: {Message}");
}
