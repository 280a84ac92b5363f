using XenoCrm.Core;
using XenoCrm.Core.Audit;

namespace XenoCrm.Api.Audit;

/// <summary>Reads what was written down, for the API's route and the page.</summary>
internal sealed class AuditService(IAuditStore audit)
{
    /// <summary>Newest first.</summary>
    public async Task<Page<AuditResponse>> ListAsync(AuditFilter filter, PageRequest page, CancellationToken cancellationToken) =>
        (await audit.ListAsync(filter, page, cancellationToken)).Select(AuditResponse.Of);
}
