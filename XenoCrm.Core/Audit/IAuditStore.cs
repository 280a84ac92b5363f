namespace XenoCrm.Core.Audit;

/// <summary>The audit log. It is only ever added to.</summary>
public interface IAuditStore
{
    /// <exception cref="StoreUnavailableException">It was not stored.</exception>
    Task AddAsync(AuditEntry entry, CancellationToken cancellationToken);

    /// <summary>Newest first.</summary>
    /// <exception cref="InvalidCursorException">The cursor is not this list's.</exception>
    Task<Page<AuditEntry>> ListAsync(PageRequest page, CancellationToken cancellationToken);
}
