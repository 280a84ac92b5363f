using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace XenoCrm.Api.Vendor;

/// <summary>A vendor's absence makes the API worse and not unready: everything but sending works. What the sender has found out is
/// told; the vendor is not asked.</summary>
internal sealed class VendorHealthCheck(VendorGate gate) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken) =>
        Task.FromResult(gate.Outage is { } outage ? HealthCheckResult.Degraded(outage.Reason) : HealthCheckResult.Healthy());
}
