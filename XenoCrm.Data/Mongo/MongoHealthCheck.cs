using Microsoft.Extensions.Diagnostics.HealthChecks;
using XenoCrm.Core;

namespace XenoCrm.Data.Mongo;

/// <summary>The server answers, and the indexes are there.</summary>
internal sealed class MongoHealthCheck(MongoStore store) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken)
    {
        try
        {
            await store.PingAsync(cancellationToken);
            return HealthCheckResult.Healthy();
        }
        catch (StoreUnavailableException e)
        {
            return HealthCheckResult.Unhealthy("MongoDB cannot be reached.", e);
        }
    }
}
