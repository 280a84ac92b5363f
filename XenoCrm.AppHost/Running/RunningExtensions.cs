using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace XenoCrm.AppHost.Running;

internal static class RunningExtensions
{
    /// <summary>What is so while the application runs here: its addresses, an orderly start and stop, and a quiet console.</summary>
    /// <exception cref="StartFailure"><c>XENOCRM_PORT</c> is not a port.</exception>
    public static void AddRunning(this IDistributedApplicationBuilder builder)
    {
        if (!builder.ExecutionContext.IsRunMode)
        {
            return;
        }

        builder.UseLocalAddresses();
        builder.Services.AddHostedService<Groundwork>();
        builder.Services.AddHostedService<OrderlyStop>();
        builder.Services.AddHostedService<ServiceWatch>();
        builder.Services.AddHostedService<Welcome>();

        // Each service may take 30 s, one after the other.
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromMinutes(3));

        // The addresses are Welcome's to say, why it does not start is StartFailure's, and no certificate is used. The dashboard's
        // pages call it an error when somebody closes the browser while a form is open.
        builder.Services.AddLogging(logging => logging
            .AddFilter("Aspire.Hosting", LogLevel.Warning)
            .AddFilter("Aspire.Hosting.Dcp.DcpHost", LogLevel.Error)
            .AddFilter("Aspire.Hosting.Dashboard.ThirdParty.Microsoft.AspNetCore.Components", LogLevel.Critical)
            .AddFilter("Microsoft.AspNetCore", LogLevel.Warning)
            .AddFilter("Microsoft.AspNetCore.DataProtection", LogLevel.Error)
            .AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.Critical)
            .AddConfiguration(builder.Configuration.GetSection("Logging")));
    }
}
