using XenoCrm.ServiceDefaults;
using XenoCrm.Tests.Graph;

namespace XenoCrm.Tests.AppHost;

/// <summary>The same whole loop, run by Aspire: in containers where something runs them, else on the embedded store, with two workers in any case.</summary>
public sealed class DistributedGraphTests : CampaignGraphTests
{
    private DistributedServices? services;

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        if (services is not null)
        {
            await services.DisposeAsync();
        }
    }

    private protected override ServiceGraph Create(params (string Key, string Value)[] settings)
    {
        DistributedServices.Require();
        services = new DistributedServices([.. settings, ("Vendor__Seed", "7")]);
        return new ServiceGraph(services.Service("api", offset: 0), services.Service("vendor", LocalEnvironment.VendorOffset), services.Service("worker", LocalEnvironment.WorkerOffset));
    }
}
