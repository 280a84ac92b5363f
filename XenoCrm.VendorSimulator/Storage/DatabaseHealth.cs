using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace XenoCrm.VendorSimulator.Storage;

/// <summary>Ready for work is who can write: a reader alone would not see a full disk or a stuck writer.</summary>
internal sealed class DatabaseHealth(VendorDatabase database) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            await database.WriteAsync(session => session.Prepare("UPDATE vendor SET epoch = epoch").Run(), cancellationToken);
            return HealthCheckResult.Healthy();
        }
        catch (StorageException e)
        {
            return HealthCheckResult.Unhealthy(e.Message);
        }
    }
}
