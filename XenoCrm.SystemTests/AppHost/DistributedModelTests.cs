using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using XenoCrm.ServiceDefaults;

namespace XenoCrm.SystemTests.AppHost;

/// <summary>The model that Aspire runs and publishes, looked at, with nothing started.</summary>
public sealed class DistributedModelTests(DistributedModels models) : IClassFixture<DistributedModels>
{
    private static readonly string[] Services = ["api", "vendor", "worker"];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static TheoryData<string> Ways => ["published", "in containers", "without containers", "embedded"];

    [Theory]
    [InlineData("published", "api mongo redis vendor worker xenocrm")]
    [InlineData("in containers", "api mongo redis vendor worker worker-3 worker-4 xenocrm")]
    [InlineData("without containers", "api redis vendor worker worker-3 worker-4")]
    [InlineData("embedded", "api vendor worker worker-3 worker-4")]
    public async Task It_has_the_services_and_what_they_need(string way, string expected)
    {
        var app = await models.GetAsync(way);
        Assert.Equal(expected.Split(' '), Resources(app).Select(resource => resource.Name).Order());
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Two_workers_share_the_stream_and_there_is_one_of_each_other(string way)
    {
        var app = await models.GetAsync(way);
        Assert.Equal([1, 1, 2], Services.Select(service => Resource(app, service).GetReplicaCount()));
    }

    [Theory]
    [InlineData("in containers")]
    [InlineData("without containers")]
    [InlineData("embedded")]
    public async Task A_worker_that_stands_by_is_as_the_two_and_starts_when_it_is_asked_to(string way)
    {
        var app = await models.GetAsync(way);
        foreach (var spare in (string[])["worker-3", "worker-4"])
        {
            Assert.Single(Resource(app, spare).Annotations.OfType<ExplicitStartupAnnotation>());
            Assert.Equal(await SettingsAsync("worker"), await SettingsAsync(spare));
        }

        // But for their own names and addresses.
        async Task<IEnumerable<KeyValuePair<string, string>>> SettingsAsync(string worker) => (await EnvironmentAsync(app, worker))
            .Where(variable => !variable.Value.Contains(worker, StringComparison.Ordinal))
            .OrderBy(variable => variable.Key, StringComparer.Ordinal);
    }

    [Theory]
    [InlineData("published", "api", "redis vendor xenocrm")]
    [InlineData("published", "worker", "redis xenocrm")]
    [InlineData("in containers", "api", "redis vendor xenocrm")]
    [InlineData("in containers", "worker", "redis xenocrm")]
    [InlineData("without containers", "api", "redis vendor")]
    [InlineData("without containers", "worker", "redis")]
    [InlineData("embedded", "api", "vendor")]
    [InlineData("embedded", "worker", "")]
    [InlineData("embedded", "vendor", "")]
    public async Task A_service_waits_until_what_it_needs_is_healthy(string way, string service, string awaited)
    {
        var app = await models.GetAsync(way);
        var waits = Resource(app, service).Annotations.OfType<WaitAnnotation>().ToList();
        Assert.All(waits, wait => Assert.Equal(WaitType.WaitUntilHealthy, wait.WaitType));

        // To wait for a database is to wait for its server too.
        var names = waits.Select(wait => wait.Resource.Name).Distinct().Where(name => name != "mongo").Order();
        Assert.Equal(awaited, string.Join(' ', names));
    }

    [Theory]
    [InlineData("published", "api", "{xenocrm.connectionString}", "{redis.connectionString}")]
    [InlineData("published", "worker", "{xenocrm.connectionString}", "{redis.connectionString}")]
    [InlineData("published", "vendor", null, null)]
    [InlineData("in containers", "api", "{xenocrm.connectionString}", "{redis.connectionString}")]
    [InlineData("in containers", "worker", "{xenocrm.connectionString}", "{redis.connectionString}")]
    [InlineData("without containers", "api", null, "{redis.connectionString}")]
    [InlineData("without containers", "worker", null, "{redis.connectionString}")]
    [InlineData("embedded", "api", null, null)]
    [InlineData("embedded", "worker", null, null)]
    public async Task A_service_is_told_where_store_and_stream_are_and_nothing_else_of_them(
        string way, string service, string? store, string? stream)
    {
        var app = await models.GetAsync(way);
        var environment = await EnvironmentAsync(app, service);
        Assert.Equal(store, environment.GetValueOrDefault("ConnectionStrings__xenocrm"));
        Assert.Equal(stream, environment.GetValueOrDefault("ConnectionStrings__redis"));
        Assert.DoesNotContain(environment.Keys, name => name.StartsWith("XENOCRM_", StringComparison.Ordinal) && name != "XENOCRM_DATA");
        Assert.DoesNotContain(environment.Keys, name => name.StartsWith("REDIS_", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task The_API_knows_the_vendor_and_tells_it_where_to_call_back(string way)
    {
        var app = await models.GetAsync(way);
        var environment = await EnvironmentAsync(app, "api");
        Assert.Equal("{vendor.bindings.http.url}", environment["Vendor__BaseAddress"]);
        Assert.Equal("{api.bindings.http.url}/vendor/receipt", environment["Vendor__CallbackUrl"]);
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task API_and_vendor_share_the_secret_that_signs_and_nobody_else_has_it(string way)
    {
        var app = await models.GetAsync(way);
        Assert.Equal("{webhook-secret.value}", (await EnvironmentAsync(app, "api"))["Webhooks__Secrets__0"]);
        Assert.Equal("{webhook-secret.value}", (await EnvironmentAsync(app, "vendor"))["Webhooks__Secrets__0"]);
        Assert.DoesNotContain("{webhook-secret.value}", (await EnvironmentAsync(app, "worker")).Values);
        Assert.True(((ParameterResource)Resource(app, "webhook-secret")).Secret);
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Sign_in_and_language_model_are_the_APIs_alone_and_each_has_an_empty_value_so_that_nothing_waits_for_it(string way)
    {
        var app = await models.GetAsync(way);
        var optional = new Dictionary<string, string>
        {
            ["Authentication__Google__ClientId"] = "google-client-id",
            ["Authentication__Google__ClientSecret"] = "google-client-secret",
            ["Auth__AllowedDomains__0"] = "allowed-domain",
            ["Auth__AllowedEmails__0"] = "allowed-email",
            ["OpenAI__ApiKey"] = "openai-api-key",
            ["OpenAI__Model"] = "openai-model",
            ["OpenAI__Endpoint"] = "openai-endpoint",
        };
        var (api, worker) = (await EnvironmentAsync(app, "api"), await EnvironmentAsync(app, "worker"));
        foreach (var (variable, parameter) in optional)
        {
            Assert.Equal($"{{{parameter}.value}}", api[variable]);
            Assert.DoesNotContain(variable, worker.Keys);
            var resource = (ParameterResource)Resource(app, parameter);
            Assert.Equal("", await resource.GetValueAsync(Cancellation));
            Assert.Equal(parameter is "google-client-secret" or "openai-api-key", resource.Secret);
        }
    }

    [Theory]
    [InlineData("published", "/home/app")]
    [InlineData("in containers", null)]
    [InlineData("without containers", null)]
    [InlineData("embedded", null)]
    public async Task All_services_are_told_one_data_folder(string way, string? path)
    {
        var app = await models.GetAsync(way);
        foreach (var service in way == "published" ? ["api", "vendor"] : Services)
        {
            Assert.Equal(path ?? models.DataFolder, (await EnvironmentAsync(app, service))["XENOCRM_DATA"]);
        }
    }

    [Theory]
    [InlineData("api", 0, false)]
    [InlineData("vendor", LocalEnvironment.VendorOffset, false)]
    [InlineData("worker", LocalEnvironment.WorkerOffset, true)]
    public async Task Run_here_each_service_has_its_own_port_from_XENOCRM_PORT_on(string service, int offset, bool isShared)
    {
        var app = await models.GetAsync("embedded");
        var endpoint = Assert.Single(Resource(app, service).Annotations.OfType<EndpointAnnotation>());
        Assert.Equal(("http", DistributedModels.Port + offset, isShared), (endpoint.Name, endpoint.Port, endpoint.IsProxied));
    }

    [Fact]
    public async Task Published_each_service_listens_where_its_image_says()
    {
        var app = await models.GetAsync("published");
        Assert.All(Services, service =>
            Assert.Equal(8080, Assert.Single(Resource(app, service).Annotations.OfType<EndpointAnnotation>()).TargetPort));
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Only_the_API_is_open_to_the_outside(string way)
    {
        var app = await models.GetAsync(way);
        var open = from resource in Resources(app)
                   from endpoint in resource.Annotations.OfType<EndpointAnnotation>()
                   where endpoint.IsExternal
                   select resource.Name;
        Assert.Equal(["api"], open);
    }

    [Fact]
    public async Task Run_here_a_service_is_what_was_built_and_not_a_dotnet_run_around_it()
    {
        var app = await models.GetAsync("embedded");
        Assert.All(Services, service =>
            Assert.Matches(@"[/\\]dotnet(\.exe)?$", Resource(app, service).Annotations.OfType<ExecutableAnnotation>().Single().Command));
    }

    [Theory]
    [InlineData("published", "mongo", "/data/db")]
    [InlineData("published", "redis", "/data")]
    [InlineData("in containers", "mongo", "/data/db")]
    [InlineData("in containers", "redis", "/data")]
    public async Task What_a_container_stores_outlives_it(string way, string container, string target)
    {
        var app = await models.GetAsync(way);
        var mount = Resource(app, container).Annotations.OfType<ContainerMountAnnotation>().Single();
        Assert.Equal((target, ContainerMountType.Volume, false), (mount.Target, mount.Type, mount.IsReadOnly));
    }

    // What they can be given by hand is none of the application, nor what Aspire builds a project anew with.
    [Fact]
    public async Task A_browser_that_is_closed_on_an_open_form_is_no_error_on_the_console()
    {
        var app = await models.GetAsync("embedded");
        await using var services = app.Services.BuildServiceProvider();
        var rule = Assert.Single(
            services.GetRequiredService<IOptions<LoggerFilterOptions>>().Value.Rules,
            rule => rule.CategoryName == "Aspire.Hosting.Dashboard.ThirdParty.Microsoft.AspNetCore.Components");
        Assert.Equal(LogLevel.Critical, rule.LogLevel);
    }

    private static IEnumerable<IResource> Resources(IDistributedApplicationBuilder app) =>
        app.Resources.Where(resource =>
            resource is not ParameterResource && !resource.Name.EndsWith("-rebuilder", StringComparison.Ordinal));

    private static IResource Resource(IDistributedApplicationBuilder app, string name) =>
        app.Resources.Single(resource => resource.Name == name);

    /// <summary>As the model has it: a reference as the manifest writes it, <c>{redis.connectionString}</c>.</summary>
    private static async Task<Dictionary<string, string>> EnvironmentAsync(IDistributedApplicationBuilder app, string service)
    {
        var resource = Resource(app, service);
        var variables = new Dictionary<string, object>();
        var context = new EnvironmentCallbackContext(app.ExecutionContext, resource, variables, Cancellation);
        foreach (var annotation in resource.Annotations.OfType<EnvironmentCallbackAnnotation>())
        {
            await annotation.Callback(context);
        }

        return variables.ToDictionary(
            variable => variable.Key,
            variable => variable.Value is IManifestExpressionProvider reference ? reference.ValueExpression : $"{variable.Value}");
    }
}
