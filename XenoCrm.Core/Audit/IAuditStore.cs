namespace XenoCrm.Core.Audit;

/// <summary>The audit log. It is only ever added to.</summary>
public interface IAuditStore
{
    /// <exception cref="StoreUnavailableException">It was not stored.</exception>
    Task AddAsync(AuditEntry entry, CancellationToken cancellationToken);

    /// <summary>Those that the filter lets pass, newest first.</summary>
    /// <exception cref="InvalidCursorException">The cursor is not this list's, or of another filter.</exception>
    Task<Page<AuditEntry>> ListAsync(AuditFilter filter, PageRequest page, CancellationToken cancellationToken);
}

/// <summary>Which entries a list has.</summary>
/// <param name="Action">Only this; null for all.</param>
/// <param name="Actor">Only theirs, as it is written down; null for everybody's.</param>
public sealed record AuditFilter(string? Action = null, string? Actor = null)
{
    public static readonly AuditFilter All = new();

    /// <summary>The list's name in its cursors.</summary>
    public string ListName => this == All ? "audit" : $"audit/{Action}/{Actor}";
}
