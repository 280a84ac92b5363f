using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using XenoCrm.ServiceDefaults;

namespace XenoCrm.AppHost.Running;

/// <summary>What the console says: at the start what runs, and when all of it is healthy where to go, last.</summary>
internal sealed class Welcome(
    DistributedApplicationModel model,
    ResourceNotificationService states,
    IConfiguration configuration,
    IHostEnvironment environment,
    DistributedApplicationOptions options) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        Console.WriteLine($"XenoCrm starts on {Infrastructure()}.");
        try
        {
            foreach (
                var resource in model.Resources.Where(
                    resource => resource is ProjectResource && !resource.HasAnnotationOfType<ExplicitStartupAnnotation>()))
            {
                await states.WaitForResourceHealthyAsync(resource.Name, WaitBehavior.WaitOnResourceUnavailable, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            return;
        }

        var application = model.Resources.OfType<ProjectResource>().Single(resource => resource.Name == "api").GetEndpoint("http").Url;
        Console.WriteLine();
        Console.WriteLine("XenoCrm is ready. Ctrl+C stops it.");
        if (!options.DisableDashboard)
        {
            Console.WriteLine(
                $"  Dashboard    {configuration["ASPNETCORE_URLS"]?.Split(';')[0]}/login?t={configuration["AppHost:BrowserToken"]}");
        }

        Console.WriteLine($"  Application  {application}");
        if (environment.IsDevelopment() && string.IsNullOrEmpty(configuration["Parameters:google-client-id"]))
        {
            Console.WriteLine(
                $"  Sign in      curl -c jar -H 'Content-Type: application/json' -d '{{\"email\":\"you@example.com\"}}' "
                    + $"{application}/auth/dev");
        }
    }

    private string Infrastructure()
    {
        if (model.Resources.Any(resource => resource is MongoDBServerResource))
        {
            return "MongoDB and Redis in containers";
        }

        var stream = model.Resources.Any(resource => resource is RedisServerResource) ? "this machine's redis-server"
            : string.IsNullOrEmpty(configuration.GetConnectionString("redis")) ? "the embedded stream"
            : "the Redis of ConnectionStrings__redis";
        return $"the embedded store in {LocalEnvironment.DataFolder(configuration)} and {stream}; start Docker or Podman to have MongoDB "
            + $"and Redis in containers";
    }
}
