using System.Globalization;
using System.Net;
using System.Text.Json;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Testing;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using XenoCrm.AppHost;
using XenoCrm.ServiceDefaults;
using XenoCrm.Tests.Support;

namespace XenoCrm.SystemTests.AppHost;

/// <summary>The application with its dashboard's commands, on the embedded store and stream, for tests that take turns with it.</summary>
public sealed class CockpitHost : IAsyncLifetime
{
    private readonly TempFolder folder = new();
    private readonly int port = FreePorts.Row(LocalPorts.Count);
    private readonly HttpClient http = new();
    private readonly Dictionary<string, string> replicas = [];
    private DistributedApplication app = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        var builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.XenoCrm_AppHost>(
            [
                "DcpPublisher:RandomizePorts=false",
                string.Create(CultureInfo.InvariantCulture, $"XENOCRM_PORT={port}"),
                $"XENOCRM_DATA={folder.Path}",
                "XENOCRM_CONTAINERS=off",
                "XENOCRM_REDIS=off",
                "Parameters:webhook-secret=the-secret-of-the-cockpits-tests",
            ],
            Cancellation);
        app = await builder.BuildAsync(Cancellation);
        await app.StartAsync(Cancellation);
        foreach (var service in (string[])["vendor", "api", "worker"])
        {
            await States.WaitForResourceHealthyAsync(service, Cancellation);
            replicas[service] = await ReplicaAsync(service);
        }
    }

    internal ResourceNotificationService States => app.ResourceNotifications;

    /// <summary>As the dashboard does it: with the form's own values where none is given.</summary>
    internal async Task<ExecuteCommandResult> CommandAsync(string service, string command, params (string Name, string Value)[] arguments)
    {
        var resource = Resource(service);
        var annotation = resource.Annotations.OfType<ResourceCommandAnnotation>().Single(one => one.Name == command);
#pragma warning disable ASPIREINTERACTION001 // As in the AppHost.
        var inputs = annotation.Arguments.Select(input => new InteractionInput
        {
            Name = input.Name,
            Label = input.Label,
            InputType = input.InputType,
            Options = input.Options,
            AllowCustomChoice = input.AllowCustomChoice,
            Required = input.Required,
            Value = arguments.Where(argument => argument.Name == input.Name).Select(argument => argument.Value).FirstOrDefault(input.Value),
        });

        // One of the replicas, as somebody pushes one button.
        return await app.ResourceCommands.ExecuteCommandAsync(
            replicas[service], command, new InteractionInputCollection([.. inputs]), Cancellation);
#pragma warning restore ASPIREINTERACTION001
    }

    internal ResourceCommandState StateOf(string service, string command) =>
        States.TryGetCurrentState(replicas[service], out var now)
            ? now.Snapshot.Commands.Single(one => one.Name == command).State
            : throw new InvalidOperationException($"{service} is not known.");

    internal (HealthStatus? Status, string? Words) HealthOf(string service) =>
        States.TryGetCurrentState(replicas[service], out var now)
            ? (now.Snapshot.HealthStatus, now.Snapshot.HealthReports.Single().Description)
            : default;

    /// <summary>A service's links in the order that the dashboard has them: what each says, and where it leads.</summary>
    internal IEnumerable<(string Words, Uri Address)> LinksOf(string service) =>
        States.TryGetCurrentState(replicas[service], out var now)
            ? now.Snapshot.Urls
                .OrderByDescending(url => url.DisplayProperties.SortOrder)
                .Select(url => (url.DisplayProperties.DisplayName, new Uri(url.Url)))
            : [];

    internal async Task<HttpStatusCode> LookAsync(Uri address)
    {
        using var answer = await http.GetAsync(address, Cancellation);
        return answer.StatusCode;
    }

    internal Task<JsonElement> VendorAsync(string path) => http.GetFromJsonAsync<JsonElement>(
        new Uri(
            string.Create(CultureInfo.InvariantCulture, $"http://localhost:{port + LocalEnvironment.VendorOffset}{path}")), Cancellation);

    public async ValueTask DisposeAsync()
    {
        await app.StopAsync(CancellationToken.None);
        await app.DisposeAsync();
        http.Dispose();
        folder.Dispose();
    }

    private IResource Resource(string name) =>
        app.Services.GetRequiredService<DistributedApplicationModel>().Resources.Single(resource => resource.Name == name);

    /// <summary>The name of one that runs: a replica has one of its own.</summary>
    private async Task<string> ReplicaAsync(string service)
    {
        await foreach (var change in States.WatchAsync(Cancellation))
        {
            if (change.Resource.Name == service && change.Snapshot.State?.Text == KnownResourceStates.Running)
            {
                return change.ResourceId;
            }
        }

        throw new InvalidOperationException($"{service} does not run.");
    }
}
