using Dapper;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using XenoCrm.Data.Receipts;
using XenoCrm.Data.Sqlite;

namespace XenoCrm.Data;

/// <summary>The store's file can be read.</summary>
internal sealed class StoreHealthCheck(SqliteDatabase database) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken)
    {
        try
        {
            using var connection = database.OpenRead();
            connection.ExecuteScalar<long>("SELECT count(*) FROM sqlite_schema");
            return Task.FromResult(HealthCheckResult.Healthy());
        }
        catch (Exception e) when (e is StoreUnavailableException or SqliteException)
        {
            return Task.FromResult(HealthCheckResult.Unhealthy("The store cannot be read.", e));
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
            return HealthCheckResult.Unhealthy("The receipt stream cannot be reached.", e);
        }
    }
}
