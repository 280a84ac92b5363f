namespace XenoCrm.Core.Imports;

/// <summary>How a CSV file is written, found out when it was uploaded, so that a restart reads it in the same way.</summary>
public sealed record ImportForm
{
    /// <summary>As people call it: <c>UTF-8</c>, <c>UTF-16LE</c>, <c>UTF-16BE</c>, <c>Windows-1252</c>.</summary>
    public required string Encoding { get; init; }

    public required char Separator { get; init; }

    /// <summary>Whether the first line says <c>sep=;</c>, as spreadsheets write it, and the header comes after it.</summary>
    public bool HasHint { get; init; }

    /// <summary>The file's columns in their order.</summary>
    public required IReadOnlyList<ImportColumn> Columns { get; init; }

    /// <summary><c>dmy</c> or <c>mdy</c>, if the uploader said so.</summary>
    public string? Dates { get; init; }

    /// <summary>How many rows it has; null for one from before they were counted.</summary>
    public long? Rows { get; init; }

    /// <summary>Whether the rows are only judged.</summary>
    public bool DryRun { get; init; }
}

/// <param name="Name">As the file's header has it.</param>
/// <param name="Field">What it was taken for; null if it is passed over.</param>
public sealed record ImportColumn(string Name, string? Field);
