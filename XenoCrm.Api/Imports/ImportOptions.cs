using System.ComponentModel.DataAnnotations;
using XenoCrm.Core.Imports;

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

    /// <summary>
    /// This replica's name, the same after each restart, where several on one store keep their files apart: each goes on
    /// with its own imports only. Empty by default: one data folder, whose imports are all its own.
    /// </summary>
    public string Replica { get; init; } = "";

    /// <summary>Whether this replica has, or had, the file of <paramref name="import"/>.</summary>
    internal bool Has(Import import) => Replica.Length == 0 || import.Replica is null || import.Replica == Replica;
}
