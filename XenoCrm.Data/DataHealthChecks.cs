using Microsoft.Extensions.Diagnostics.HealthChecks;
using XenoCrm.Core;
using XenoCrm.Core.Receipts;
using XenoCrm.Data.Sqlite;

namespace XenoCrm.Data;

/// <summary>The store's file can be read, and no newer program has taken it over.</summary>
internal sealed class StoreHealthCheck(SqliteDatabase database) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken)
    {
        try
        {
            await database.ReadAsync(
                connection =>
                {
                    SqliteMigrations.CheckNotNewer(connection);
                    return connection.Scalar<long>("SELECT count(*) FROM sqlite_schema");
                },
                cancellationToken);
            return HealthCheckResult.Healthy();
        }
        catch (Exception e) when (e is StoreUnavailableException or InvalidOperationException)
        {
            return HealthCheckResult.Unhealthy(e.Message);
        }
    }
}

/// <summary>The receipt stream answers.</summary>
internal sealed class StreamHealthCheck(IReceiptStream stream) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken)
    {
        try
        {
            await stream.InfoAsync(ReceiptConsumer.Workers, cancellationToken);
            return HealthCheckResult.Healthy();
        }
        catch (StoreUnavailableException e)
        {
            return HealthCheckResult.Unhealthy(e.Message);
        }
    }
}
