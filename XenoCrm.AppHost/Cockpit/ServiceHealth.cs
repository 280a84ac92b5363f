using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using XenoCrm.ServiceDefaults;

namespace XenoCrm.AppHost.Cockpit;

/// <summary>Asks a service how it is, and says on the dashboard which of its checks says what.</summary>
internal sealed class ServiceHealth(IResourceBuilder<ProjectResource> service) : IHealthCheck
{
    private static readonly HttpClient Client = new() { Timeout = TimeSpan.FromSeconds(10) };

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken)
    {
        try
        {
            using var answer = await Client.GetAsync(new Uri($"{service.GetEndpoint("http").Url}/health"), cancellationToken);
            return Read((await answer.Content.ReadFromJsonAsync<HealthBody>(cancellationToken))!);
        }
        catch (Exception failure) when (failure is HttpRequestException or JsonException)
        {
            return HealthCheckResult.Unhealthy($"It does not answer: {failure.Message}");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return HealthCheckResult.Unhealthy("It does not answer in time.");
        }
    }

    private static HealthCheckResult Read(HealthBody body)
    {
        var words = body.Entries.Select(entry => body.Reasons?.GetValueOrDefault(entry.Key) is { } why
            ? $"{entry.Key} is {entry.Value}: {why}"
            : $"{entry.Key} is {entry.Value}");
        return new HealthCheckResult(
            Enum.TryParse<HealthStatus>(body.Status, ignoreCase: true, out var status)
                ? status
                : HealthStatus.Unhealthy, string.Join("; ", words));
    }
}

internal static class ServiceHealthExtensions
{
    /// <summary>In place of the probes' own, which know a status code only.</summary>
    public static IResourceBuilder<ProjectResource> WithHealthInWords(this IResourceBuilder<ProjectResource> service)
    {
        foreach (var check in service.Resource.Annotations.OfType<HealthCheckAnnotation>().ToList())
        {
            service.Resource.Annotations.Remove(check);
        }

        var name = $"{service.Resource.Name}-health";
        service.ApplicationBuilder.Services.AddHealthChecks().AddCheck(name, new ServiceHealth(service));
        return service.WithHealthCheck(name);
    }
}
