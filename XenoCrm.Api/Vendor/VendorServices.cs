using Microsoft.Extensions.Options;
using XenoCrm.ServiceDefaults;

namespace XenoCrm.Api.Vendor;

internal static class VendorServices
{
    public static WebApplicationBuilder AddVendor(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<VendorOptions>()
            .BindConfiguration(VendorOptions.Section)
            .PostConfigure<IConfiguration>((vendor, configuration) =>
            {
                var ours = LocalEnvironment.Address(configuration);
                vendor.BaseAddress ??= new Uri(LocalEnvironment.Address(configuration, LocalEnvironment.VendorOffset));
                vendor.CallbackUrl ??= new Uri(ours + "/vendor/receipt");
            })
            .ValidateDataAnnotations()
            .ValidateOnStart();
        builder.Services.AddSingleton<VendorGate>();
        builder.Services.AddHealthChecks().AddCheck<VendorHealthCheck>("vendor");

        // Whoever probes every few seconds would have the vendor's absence written each time; the gate says it once.
        builder.Logging.AddFilter("Microsoft.Extensions.Diagnostics.HealthChecks", LogLevel.Error);
        builder.Services.AddHttpClient<VendorClient>((services, client) =>
        {
            var options = services.GetRequiredService<IOptions<VendorOptions>>().Value;
            client.BaseAddress = options.BaseAddress;
            client.Timeout = options.Timeout;

            // A vendor gone mad must not fill our memory: 1,000 ids fit in a tenth of this.
            client.MaxResponseContentBufferSize = 4 * 1024 * 1024;
        });
        return builder;
    }
}
