using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;
using XenoCrm.Api.Vendor.Http;
using XenoCrm.Api.Vendor.Smtp;
using XenoCrm.Core.Customers;
using XenoCrm.ServiceDefaults;

namespace XenoCrm.Api.Vendor;

internal static class VendorServices
{
    // A vendor gone mad must not fill our memory: 1,000 ids fit in a tenth of this.
    private const int MaxAnswerBytes = 4 * 1024 * 1024;

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
        builder.Services.AddHttpClient(VendorOptions.Section, (services, client) =>
        {
            var options = services.GetRequiredService<IOptions<VendorOptions>>().Value;
            client.BaseAddress = options.BaseAddress;
            client.Timeout = options.Timeout;
            client.MaxResponseContentBufferSize = MaxAnswerBytes;
        });

        // One for all: receipts ask it a thousand times a second whom they come from.
        builder.Services.AddSingleton(services => ActivatorUtilities.CreateInstance<VendorClient>(
            services, services.GetRequiredService<IHttpClientFactory>().CreateClient(VendorOptions.Section)));
        builder.Services.AddOptions<VendorsOptions>()
            .BindConfiguration(VendorsOptions.Section)
            .ValidateDataAnnotations()
            .ValidateOnStart();
        builder.Services.AddSingleton<IValidateOptions<VendorsOptions>, VendorsCheck>();
        foreach (var kind in Enum.GetValues<AddressKind>())
        {
            // Its own logging would write addresses, and whatever stands in a query.
            builder.Services.AddHttpClient(VendorsOptions.PathOf(kind), (services, client) =>
                {
                    client.Timeout = services.GetRequiredService<IOptions<VendorsOptions>>().Value.Of(kind).Http.Timeout;
                    client.MaxResponseContentBufferSize = MaxAnswerBytes;
                })
                .ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false })
                .RemoveAllLoggers();
        }

        builder.Services.AddSingleton(Make);
        builder.Services.AddSingleton<SendingWays>();
        foreach (var (name, kind) in Names(builder.Configuration))
        {
            builder.Services.AddHealthChecks().Add(new HealthCheckRegistration(
                name, services => new VendorHealthCheck(services.GetRequiredService<Vendors>().Of(kind).Gate), null, null));
        }

        // Whoever probes every few seconds would have the vendor's absence written each time; the gate says it once.
        builder.Logging.AddFilter("Microsoft.Extensions.Diagnostics.HealthChecks", LogLevel.Error);
        return builder;
    }

    /// <summary>One vendor for both kinds of address, unless they are told apart. A value that is none ends the start elsewhere.</summary>
    private static (string Name, AddressKind Kind)[] Names(IConfiguration configuration) =>
        Enum.GetValues<AddressKind>().All(kind => IsDefault(configuration[VendorsOptions.PathOf(kind) + ":Kind"]))
            ? [("vendor", AddressKind.Email)]
            : [("vendor.email", AddressKind.Email), ("vendor.phone", AddressKind.Phone)];

    private static bool IsDefault(string? kind) =>
        string.IsNullOrEmpty(kind) || kind.Equals(nameof(VendorKind.Vendor), StringComparison.OrdinalIgnoreCase);

    private static Vendors Make(IServiceProvider services)
    {
        VendorGate Gate(string name) => ActivatorUtilities.CreateInstance<VendorGate>(services, name);
        var options = services.GetRequiredService<IOptions<VendorsOptions>>().Value;
        if (options is { Email.Kind: VendorKind.Vendor, Phone.Kind: VendorKind.Vendor })
        {
            var only = new VendorLine("vendor", services.GetRequiredService<VendorClient>(), Gate("vendor"));
            return new Vendors(only, only);
        }

        return new Vendors(
            new VendorLine("vendor.email", Make(services, AddressKind.Email), Gate("vendor for e-mail")),
            new VendorLine("vendor.phone", Make(services, AddressKind.Phone), Gate("vendor for SMS")));
    }

    private static IVendor Make(IServiceProvider services, AddressKind kind)
    {
        var path = VendorsOptions.PathOf(kind);
        var channel = services.GetRequiredService<IOptions<VendorsOptions>>().Value.Of(kind);
        var time = services.GetRequiredService<TimeProvider>();
        return channel.Kind switch
        {
            VendorKind.Smtp => new SmtpVendor(channel.Smtp, path + ":Smtp", channel.Subject, time),
            VendorKind.Http => new HttpVendor(
                services.GetRequiredService<IHttpClientFactory>().CreateClient(path), channel.Http, path + ":Http", channel.Subject, time),
            _ => services.GetRequiredService<VendorClient>(),
        };
    }
}
