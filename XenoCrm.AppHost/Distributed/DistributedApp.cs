using Projects;
using XenoCrm.ServiceDefaults;

namespace XenoCrm.AppHost.Distributed;

/// <summary>The application as Aspire runs and publishes it: what there is, who knows whom, and who waits for whom.</summary>
internal static class DistributedApp
{
    /// <exception cref="StartFailure">A setting makes no sense.</exception>
    public static Task RunAsync(string[] args)
    {
        var builder = DistributedApplication.CreateBuilder(args);
        Describe(builder);
        return builder.Build().RunAsync();
    }

    /// <exception cref="StartFailure">A setting makes no sense.</exception>
    public static void Describe(IDistributedApplicationBuilder builder)
    {
        builder.AddTarget();

        // Signs what we send to the vendor and what it calls back; made once and kept in the user's secrets.
        var secret = builder.AddParameter("webhook-secret", new GenerateParameterDefault { MinLength = 40, Special = false }, secret: true, persist: true);

        var vendor = builder.AddService<XenoCrm_VendorSimulator>("vendor", LocalEnvironment.VendorOffset)
            .WithDataFolder()
            .WithEnvironment("Webhooks__Secrets__0", secret);

        var api = builder.AddService<XenoCrm_Api>("api", offset: 0)
            .WithExternalHttpEndpoints()
            .WithDataFolder()
            .WithEnvironment("Webhooks__Secrets__0", secret)
            .WithEnvironment("Vendor__BaseAddress", vendor.GetEndpoint("http"))
            .WithOptionalSettings()
            .WaitFor(vendor);
        api.WithEnvironment("Vendor__CallbackUrl", ReferenceExpression.Create($"{api.GetEndpoint("http")}/vendor/receipt"));

        var worker = builder.AddService<XenoCrm_ReceiptWorker>("worker", offset: null, replicas: 2);

        builder.AddInfrastructure(api, worker);
    }
}
