using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace XenoCrm.SystemTests.AppHost;

/// <summary>The committed Compose file. DistributedPublishTests says that it is current.</summary>
public sealed partial class DeployComposeTests
{
    private static JsonObject Services => Deployed.Compose()["services"]!.AsObject();

    [Fact]
    public void It_has_the_stores_the_services_two_workers_and_the_dashboard()
    {
        var services = Services;
        Assert.Equal(["api", "compose-dashboard", "mongo", "redis", "vendor", "worker"], services.Select(service => service.Key).Order());
        Assert.Equal("2", services["worker"]!["deploy"]!["replicas"].Text());
        Assert.All(services, service => Assert.Equal("unless-stopped", service.Value!["restart"].Text()));
        Assert.Equal(["${XENOCRM_PORT:-5080}:8080"], services["api"]!["ports"]!.AsArray().Select(Deployed.Text));
        Assert.All(Deployed.Services, service => Assert.Equal("8080", services[service]!["environment"]!["HTTP_PORTS"].Text()));
        Assert.All(Deployed.Services, service =>
            Assert.Equal($"${{{service.ToUpperInvariant()}_IMAGE:-xenocrm-{service}:latest}}", services[service]!["image"].Text()));
    }

    [Theory]
    [InlineData("api")]
    [InlineData("worker")]
    public void Whoever_needs_store_and_stream_is_told_both_or_the_operators_own(string service)
    {
        var environment = Services[service]!["environment"]!;
        Assert.Matches(
            @"^\$\{EXTERNAL_MONGODB:-mongodb://admin:\$\{MONGO_PASSWORD:\?[^}]+\}@mongo:27017/xenocrm\?[^}]+\}$",
            environment["ConnectionStrings__xenocrm"].Text());
        Assert.Matches(
            @"^\$\{EXTERNAL_REDIS:-redis:6379,password=\$\{REDIS_PASSWORD:\?[^}]+\}\}$",
            environment["ConnectionStrings__redis"].Text());
    }

    [Theory]
    [InlineData("mongo", "mongosh")]
    [InlineData("redis", "redis-cli ping")]
    public void A_store_is_waited_for_until_it_works_and_can_be_left_out(string store, string asks)
    {
        var services = Services;
        Assert.Contains(asks, services[store]!["healthcheck"]!["test"]!.ToJsonString(), StringComparison.Ordinal);
        Assert.Equal("${" + store.ToUpperInvariant() + "_REPLICAS:-1}", services[store]!["deploy"]!["replicas"].Text());
        Assert.All((string[])["api", "worker"], service =>
            Assert.Equal("service_healthy", services[service]!["depends_on"]![store]!["condition"].Text()));
    }

    [Fact]
    public void The_dashboard_is_the_stable_one_wants_a_token_and_a_key_and_is_open_to_this_machine_only()
    {
        var services = Services;
        var dashboard = services["compose-dashboard"]!;
        var environment = dashboard["environment"]!;
        Assert.Matches(@"^mcr\.microsoft\.com/dotnet/aspire-dashboard:\d+\.\d+$", dashboard["image"].Text());
        Assert.Equal("BrowserToken", environment["DASHBOARD__FRONTEND__AUTHMODE"].Text());
        Assert.Equal("ApiKey", environment["DASHBOARD__OTLP__AUTHMODE"].Text());
        Assert.StartsWith("${DASHBOARD_TOKEN:?", environment["DASHBOARD__FRONTEND__BROWSERTOKEN"].Text(), StringComparison.Ordinal);
        Assert.StartsWith("${TELEMETRY_KEY:?", environment["DASHBOARD__OTLP__PRIMARYAPIKEY"].Text(), StringComparison.Ordinal);
        Assert.Equal(["127.0.0.1:${DASHBOARD_PORT:-18888}:18888"], dashboard["ports"]!.AsArray().Select(Deployed.Text));
        var sent = Deployed.Services.Select(service => services[service]!["environment"]!["OTEL_EXPORTER_OTLP_HEADERS"].Text());
        Assert.All(sent, header => Assert.StartsWith("x-otlp-api-key=${TELEMETRY_KEY:?", header, StringComparison.Ordinal));
    }

    [Fact]
    public void Only_the_API_and_the_dashboard_are_reached_from_outside() =>
        Assert.Equal(
            ["api", "compose-dashboard"],
            Services.Where(service => service.Value!["ports"] is not null).Select(service => service.Key).Order());

    [Fact]
    public void Each_has_memory_set_aside_and_a_limit() => Assert.All(Services, service =>
    {
        var resources = service.Value!["deploy"]!["resources"]!;
        Assert.InRange(Megabytes(resources["reservations"]!), 1, Megabytes(resources["limits"]!) - 1);
    });

    [Fact]
    public void Each_volume_that_is_mounted_is_declared_and_each_that_is_declared_is_mounted()
    {
        var mounted = Services.SelectMany(service => service.Value!["volumes"]?.AsArray().Select(volume => volume!["source"].Text()) ?? []);
        Assert.Equal(Deployed.Compose()["volumes"]!.AsObject().Select(volume => volume.Key).Order(), mounted.Order());
    }

    [Fact]
    public void Each_value_from_outside_has_a_default_or_is_refused_when_empty_and_is_listed_without_a_value()
    {
        var text = File.ReadAllText(Deployed.Path("compose", "docker-compose.yaml"));
        var inputs = Input().Matches(text).ToLookup(input => input.Groups["name"].Value, input => input.Groups["empty"].Value);
        Assert.All(inputs, input => Assert.All(input, empty => Assert.Matches(":[-?]", empty)));
        Assert.Equal(
            ["DASHBOARD_TOKEN", "MONGO_PASSWORD", "REDIS_PASSWORD", "TELEMETRY_KEY", "WEBHOOK_SECRET"],
            inputs.Where(input => input.Contains(":?")).Select(input => input.Key).Order());

        var listed = File.ReadAllLines(Deployed.Path("compose", ".env")).Where(line => line.Length > 0 && line[0] != '#');
        Assert.Equal(inputs.Select(input => input.Key + "=").Order(StringComparer.Ordinal), listed.Order(StringComparer.Ordinal));
    }

    private static int Megabytes(JsonNode resources) => int.Parse(resources["memory"].Text().TrimEnd('M'), CultureInfo.InvariantCulture);

    [GeneratedRegex(@"(?<!\$)\$\{(?<name>\w+)(?<empty>:[-?])?", RegexOptions.CultureInvariant)]
    private static partial Regex Input();
}
