using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using XenoCrm.Tests.Support;

namespace XenoCrm.Tests.AppHost;

/// <summary>What is committed under deploy/ and used where the application runs. DistributedPublishTests says that it is current.</summary>
public sealed partial class DeployTests
{
    private static readonly string[] Services = ["api", "vendor", "worker"];

    private static readonly (string Path, string Value)[] Secrets =
        [("secrets.api.webhook_secret", "W/1"), ("secrets.mongo.mongo_password", "M/1"), ("secrets.redis.redis_password", "R/1")];

    private static string Chart => InTree("kubernetes");

    [Fact]
    public void Compose_has_the_stores_the_services_and_two_workers()
    {
        var services = Compose()["services"]!.AsObject();
        Assert.Equal(["api", "compose-dashboard", "mongo", "redis", "vendor", "worker"], services.Select(service => service.Key).Order());
        Assert.Equal("2", services["worker"]!["deploy"]!["replicas"]!.GetValue<string>());
        Assert.All(services, service => Assert.Equal("unless-stopped", service.Value!["restart"]!.GetValue<string>()));
        Assert.Equal(["${XENOCRM_PORT:-5080}:8080"], services["api"]!["ports"]!.AsArray().Select(port => port!.GetValue<string>()));
        Assert.All(Services, service => Assert.Equal("8080", services[service]!["environment"]!["HTTP_PORTS"]!.GetValue<string>()));
    }

    [Theory]
    [InlineData("api")]
    [InlineData("worker")]
    public void In_Compose_whoever_needs_store_and_stream_is_told_both(string service)
    {
        var environment = Compose()["services"]![service]!["environment"]!;
        Assert.Matches(@"^mongodb://admin:\$\{MONGO_PASSWORD:\?[^}]+\}@mongo:27017/xenocrm\?", environment["ConnectionStrings__xenocrm"]!.GetValue<string>());
        Assert.Matches(@"^redis:6379,password=\$\{REDIS_PASSWORD:\?[^}]+\}$", environment["ConnectionStrings__redis"]!.GetValue<string>());
    }

    [Fact]
    public void Each_volume_that_Compose_mounts_is_declared_and_each_that_is_declared_is_mounted()
    {
        var mounted = Compose()["services"]!.AsObject().SelectMany(service => service.Value!["volumes"]?.AsArray().Select(volume => volume!["source"]!.GetValue<string>()) ?? []);
        Assert.Equal(Compose()["volumes"]!.AsObject().Select(volume => volume.Key).Order(), mounted.Order());
    }

    [Fact]
    public void Each_value_that_Compose_takes_from_outside_has_a_default_or_is_refused_when_empty_and_is_listed_without_a_value()
    {
        var text = File.ReadAllText(InTree("compose", "docker-compose.yaml"));
        var inputs = Input().Matches(text).ToLookup(input => input.Groups["name"].Value, input => input.Groups["empty"].Value);
        Assert.All(inputs, input => Assert.All(input, empty => Assert.Matches(":[-?]", empty)));
        Assert.Equal(["MONGO_PASSWORD", "REDIS_PASSWORD", "WEBHOOK_SECRET"], inputs.Where(input => input.Contains(":?")).Select(input => input.Key).Order());

        var listed = File.ReadAllLines(InTree("compose", ".env")).Where(line => line.Contains('=', StringComparison.Ordinal)).ToList();
        Assert.Equal(inputs.Select(input => input.Key + "=").Where(line => line != "XENOCRM_PORT=").Order(), listed.Order());
    }

    [Fact]
    public void The_chart_has_the_stores_the_services_with_their_probes_and_two_workers()
    {
        var objects = Helm.Template(Chart, Secrets);
        Assert.Equal("xenocrm", Yaml.Read(File.ReadAllText(Path.Combine(Chart, "Chart.yaml")))["name"]!.GetValue<string>());
        Assert.Equal(["mongo-statefulset", "redis-statefulset"], Names(objects, "StatefulSet"));
        Assert.Equal(["api-deployment", "kubernetes-dashboard-deployment", "vendor-deployment", "worker-deployment"], Names(objects, "Deployment"));
        Assert.Equal("2", Find(objects, "Deployment", "worker-deployment")["spec"]!["replicas"]!.GetValue<string>());
        foreach (var service in Services)
        {
            var pod = Find(objects, "Deployment", $"{service}-deployment")["spec"]!["template"]!["spec"]!;
            var container = pod["containers"]![0]!;
            Assert.Equal("true", pod["securityContext"]!["runAsNonRoot"]!.GetValue<string>());
            Assert.Equal(("/alive", "HTTP", "8080"), Probe(container["livenessProbe"]!));
            Assert.Equal(("/health", "HTTP", "8080"), Probe(container["readinessProbe"]!));
            Assert.Equal("8080", Find(objects, "ConfigMap", $"{service}-config")["data"]!["HTTP_PORTS"]!.GetValue<string>());
        }
    }

    [Fact]
    public void In_the_chart_each_secret_is_given_once_and_reaches_all_who_share_it()
    {
        var objects = Helm.Template(Chart, Secrets);
        foreach (var service in (string[])["api", "worker"])
        {
            Assert.StartsWith("mongodb://admin:M%2F1@mongo-service:27017/xenocrm?", Secret(service, "ConnectionStrings__xenocrm"), StringComparison.Ordinal);
            Assert.Equal("redis-service:6379,password=R/1", Secret(service, "ConnectionStrings__redis"));
        }

        Assert.Equal("M/1", Secret("mongo", "MONGO_INITDB_ROOT_PASSWORD"));
        Assert.Equal("R/1", Secret("redis", "REDIS_PASSWORD"));
        Assert.Equal("W/1", Secret("api", "Webhooks__Secrets__0"));
        Assert.Equal("W/1", Secret("vendor", "Webhooks__Secrets__0"));

        string Secret(string owner, string key) => Find(objects, "Secret", $"{owner}-secrets")["stringData"]![key]!.GetValue<string>();
    }

    [Theory]
    [InlineData("secrets.api.webhook_secret")]
    [InlineData("secrets.mongo.mongo_password")]
    [InlineData("secrets.redis.redis_password")]
    public void The_chart_does_not_install_without_a_secret_and_says_which(string missing)
    {
        var refused = Assert.Throws<InvalidOperationException>(() => Helm.Template(Chart, [.. Secrets.Where(secret => secret.Path != missing)]));
        Assert.StartsWith($"Set {missing}.", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_chart_holds_no_secrets_value()
    {
        var secrets = Yaml.Read(File.ReadAllText(Path.Combine(Chart, "values.yaml")))["secrets"]!.AsObject();
        Assert.NotEmpty(secrets);
        Assert.All(secrets.SelectMany(owner => owner.Value!.AsObject()), secret => Assert.Equal("", secret.Value!.GetValue<string>()));
    }

    [Fact]
    public void The_manifest_has_the_stores_and_the_services_bound_to_each_other()
    {
        var resources = Manifest();
        Assert.Superset(new HashSet<string> { "api", "mongo", "redis", "vendor", "worker", "xenocrm" }, resources.Select(resource => resource.Key).ToHashSet());
        Assert.Equal("27017", resources["mongo"]!["bindings"]!["tcp"]!["targetPort"]!.ToString());
        Assert.Equal("6379", resources["redis"]!["bindings"]!["tcp"]!["targetPort"]!.ToString());
        Assert.Contains("--appendonly yes --appendfsync always", resources["redis"]!["args"]!.ToJsonString(), StringComparison.Ordinal);
        Assert.All(Services, service => Assert.Equal("8080", resources[service]!["bindings"]!["http"]!["targetPort"]!.ToString()));
        Assert.All(Services, service => Assert.True(File.Exists(InTree(resources[service]!["path"]!.GetValue<string>()))));
        foreach (var service in (string[])["api", "worker"])
        {
            Assert.Equal("{xenocrm.connectionString}", resources[service]!["env"]!["ConnectionStrings__xenocrm"]!.GetValue<string>());
            Assert.Equal("{redis.connectionString}", resources[service]!["env"]!["ConnectionStrings__redis"]!.GetValue<string>());
        }

        Assert.Equal("{vendor.bindings.http.url}", resources["api"]!["env"]!["Vendor__BaseAddress"]!.GetValue<string>());
        Assert.Equal("{api.bindings.http.url}/vendor/receipt", resources["api"]!["env"]!["Vendor__CallbackUrl"]!.GetValue<string>());
    }

    [Fact]
    public void A_secret_of_the_manifest_is_made_or_asked_for_and_never_written_down()
    {
        var secrets = Manifest().Select(resource => resource.Value!["inputs"]?["value"]).Where(input => input?["secret"]?.GetValue<bool>() == true).ToList();
        Assert.NotEmpty(secrets);
        Assert.All(secrets, secret => Assert.Null(secret!["default"]?["value"]));
    }

    private static JsonObject Compose() => Yaml.Read(File.ReadAllText(InTree("compose", "docker-compose.yaml")));

    private static JsonObject Manifest() => JsonNode.Parse(File.ReadAllText(InTree("aspire-manifest.json")))!["resources"]!.AsObject();

    private static string InTree(params string[] path) => Path.Combine([Repository.Root, "deploy", .. path]);

    private static IEnumerable<string> Names(IEnumerable<JsonObject> objects, string kind) =>
        objects.Where(found => found["kind"]!.GetValue<string>() == kind).Select(found => found["metadata"]!["name"]!.GetValue<string>()).Order();

    private static JsonObject Find(IEnumerable<JsonObject> objects, string kind, string name) =>
        objects.Single(found => found["kind"]!.GetValue<string>() == kind && found["metadata"]!["name"]!.GetValue<string>() == name);

    private static (string Path, string Scheme, string Port) Probe(JsonNode probe) =>
        (probe["httpGet"]!["path"]!.GetValue<string>(), probe["httpGet"]!["scheme"]!.GetValue<string>(), probe["httpGet"]!["port"]!.GetValue<string>());

    [GeneratedRegex(@"(?<!\$)\$\{(?<name>\w+)(?<empty>:[-?])?", RegexOptions.CultureInvariant)]
    private static partial Regex Input();
}
