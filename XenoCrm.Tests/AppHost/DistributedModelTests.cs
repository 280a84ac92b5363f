using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.DependencyInjection;
using XenoCrm.AppHost.Distributed;

namespace XenoCrm.Tests.AppHost;

/// <summary>The model that Aspire runs and publishes; looking at it needs neither containers nor Aspire's orchestrator.</summary>
public sealed class DistributedModelTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public void Published_it_has_the_store_the_stream_and_the_three_services()
    {
        using var app = Build();
        Assert.Equal(
            ["api", "mongo", "redis", "vendor", "worker", "xenocrm"],
            Resources(app).Where(resource => resource is not ParameterResource).Select(resource => resource.Name).Order());
    }

    [Fact]
    public void Two_workers_share_the_stream()
    {
        using var app = Build();
        Assert.Equal(2, Resource(app, "worker").Annotations.OfType<ReplicaAnnotation>().Single().Replicas);
    }

    [Theory]
    [InlineData("api")]
    [InlineData("worker")]
    public async Task Whoever_uses_store_and_stream_knows_both_and_waits_for_them(string service)
    {
        using var app = Build();
        var environment = await EnvironmentAsync(app, service);
        Assert.Equal("{xenocrm.connectionString}", environment["ConnectionStrings__xenocrm"]);
        Assert.Equal("{redis.connectionString}", environment["ConnectionStrings__redis"]);
        Assert.DoesNotContain("XENOCRM_PORT", environment.Keys);
        var awaited = Resource(app, service).Annotations.OfType<WaitAnnotation>().Select(wait => wait.Resource.Name).ToList();
        Assert.Superset(new HashSet<string> { "xenocrm", "redis" }, awaited.ToHashSet());
    }

    [Fact]
    public async Task The_API_knows_the_vendor_and_tells_it_where_to_call_back()
    {
        using var app = Build();
        var environment = await EnvironmentAsync(app, "api");
        Assert.Equal("{vendor.bindings.http.url}", environment["Vendor__BaseAddress"]);
        Assert.Equal("{api.bindings.http.url}/vendor/receipt", environment["Vendor__CallbackUrl"]);
        Assert.Equal("{webhook-secret.value}", environment["Webhooks__Secrets__0"]);
        Assert.Equal("{webhook-secret.value}", (await EnvironmentAsync(app, "vendor"))["Webhooks__Secrets__0"]);
    }

    [Fact]
    public async Task What_is_optional_has_an_empty_value_so_that_nothing_waits_for_it()
    {
        using var app = Build();
        foreach (var name in (string[])["google-client-id", "google-client-secret", "openai-api-key"])
        {
            Assert.Equal("", await ((ParameterResource)Resource(app, name)).GetValueAsync(Cancellation));
        }
    }

    [Theory]
    [InlineData("mongo", "/data/db")]
    [InlineData("redis", "/data")]
    public void What_a_container_stores_outlives_it(string container, string folder)
    {
        using var app = Build();
        var mount = Resource(app, container).Annotations.OfType<ContainerMountAnnotation>().Single();
        Assert.Equal((folder, ContainerMountType.Volume, false), (mount.Target, mount.Type, mount.IsReadOnly));
    }

    private static DistributedApplication Build()
    {
        var builder = DistributedApplication.CreateBuilder(new DistributedApplicationOptions
        {
            Args = ["--publisher", "manifest"],
            AssemblyName = typeof(DistributedApp).Assembly.GetName().Name,
        });
        DistributedApp.Describe(builder);
        return builder.Build();
    }

    private static IResourceCollection Resources(DistributedApplication app) => app.Services.GetRequiredService<DistributedApplicationModel>().Resources;

    private static IResource Resource(DistributedApplication app, string name) => Resources(app).Single(resource => resource.Name == name);

    private static async Task<Dictionary<string, string>> EnvironmentAsync(DistributedApplication app, string service)
    {
        var configuration = await ExecutionConfigurationBuilder.Create(Resource(app, service))
            .WithEnvironmentVariablesConfig()
            .BuildAsync(app.Services.GetRequiredService<DistributedApplicationExecutionContext>(), cancellationToken: Cancellation);
        return configuration.EnvironmentVariables.ToDictionary();
    }
}
