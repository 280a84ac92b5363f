using XenoCrm.Core.Rows;

namespace XenoCrm.Core.Imports;

public enum ImportKind
{
    Customers,
    Orders,
    Suppressions,
}

public enum ImportStatus
{
    Running,
    Completed,
    Failed,
}

/// <summary>The import of one CSV file. <see cref="Tally"/> is its checkpoint too: a restart goes on after that many rows.</summary>
public sealed record Import
{
    public required string Id { get; init; }

    public required ImportKind Kind { get; init; }

    public required ImportStatus Status { get; init; }

    /// <summary>The data rows so far; an error's row is its line in the file.</summary>
    public RowTally Tally { get; init; } = RowTally.Zero;

    /// <summary>How the file is written. Null for one from before this was noted: UTF-8, commas, the columns' own names.</summary>
    public ImportForm? Form { get; init; }

    /// <summary>Whether its rows are only judged.</summary>
    public bool IsDryRun => Form?.DryRun == true;

    /// <summary>Where and why a failed import ended, for people.</summary>
    public string? Message { get; init; }

    /// <summary>Who has the file, where several replicas each keep their own; null where there is one.</summary>
    public string? Replica { get; init; }

    /// <summary>Who uploaded it, as the suppression list tells; null for other kinds.</summary>
    public string? By { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? CompletedAt { get; init; }
}
