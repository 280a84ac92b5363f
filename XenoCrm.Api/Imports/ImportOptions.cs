using System.ComponentModel.DataAnnotations;

namespace XenoCrm.Api.Imports;

/// <summary>How CSV files are taken in.</summary>
public sealed class ImportOptions
{
    public const string Section = "Imports";

    /// <summary>The largest file, in bytes. 4 GiB by default. It lies in the data folder until it is imported.</summary>
    [Range(1, long.MaxValue)]
    public long MaxFileBytes { get; init; } = 4L * 1024 * 1024 * 1024;

    /// <summary>So many rows are stored at a time. 5,000 by default: a fifth of a second in which nobody else writes.</summary>
    [Range(1, 100_000)]
    public int BatchRows { get; init; } = 5000;
}
