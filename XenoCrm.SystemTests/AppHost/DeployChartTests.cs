using k8s;
using k8s.Models;
using XenoCrm.Tests.Support;

namespace XenoCrm.SystemTests.AppHost;

/// <summary>The committed chart as an operator gets it. DistributedPublishTests says that it is current.</summary>
public sealed class DeployChartTests
{
    private static readonly (string Path, string Value)[] Ingress =
    [
        ("ingress.enabled", "true"), ("ingress.className", "nginx"), ("ingress.host", "crm.example.com"), ("ingress.tlsSecret", "crm-tls"),
    ];

    [Fact]
    public void Kubernetes_knows_each_field_of_each_object()
    {
        var objects = Read(Ingress);
        Assert.Equal(Helm.Render(Deployed.Chart, [.. Deployed.Secrets, .. Ingress]).Count, objects.Count);
        Assert.All(objects, found => Assert.NotEmpty(((IMetadata<V1ObjectMeta>)found).Metadata.Name));
        var unknown = "apiVersion: v1\nkind: Service\nmetadata:\n  name: s\nspec:\n  typ: ClusterIP\n";
        Assert.ThrowsAny<YamlDotNet.Core.YamlException>(() => KubernetesYaml.LoadAllFromString(unknown, strict: true));
    }

    [Fact]
    public void It_has_the_stores_the_services_and_the_dashboard()
    {
        var objects = Read();
        var chart = Yaml.Read(File.ReadAllText(Path.Combine(Deployed.Chart, "Chart.yaml")));
        Assert.Equal(("xenocrm", ">= 1.30.0-0"), (chart["name"].Text(), chart["kubeVersion"].Text()));
        Assert.Equal(["api-statefulset", "mongo-statefulset", "redis-statefulset", "vendor-statefulset"], Names<V1StatefulSet>(objects));
        Assert.Equal(["kubernetes-dashboard-deployment", "worker-deployment"], Names<V1Deployment>(objects));
        Assert.All(objects.OfType<V1Service>(), service => Assert.Equal("ClusterIP", service.Spec.Type));
        Assert.Empty(objects.OfType<V1Ingress>());
    }

    [Theory]
    [InlineData("api")]
    [InlineData("vendor")]
    [InlineData("worker")]
    public void A_service_is_probed_and_has_the_time_to_stop(string service)
    {
        var objects = Read();
        var pod = Pod(objects, service);
        var container = Assert.Single(pod.Spec.Containers);
        Assert.Equal(("/alive", "HTTP", "8080"), Probe(container.LivenessProbe));
        Assert.Equal(("/health", "HTTP", "8080"), Probe(container.ReadinessProbe));
        Assert.Equal("8080", Find<V1ConfigMap>(objects, $"{service}-config").Data["HTTP_PORTS"]);
        Assert.True(pod.Spec.SecurityContext.RunAsNonRoot);

        // Its own 30 s come after the pause.
        Assert.InRange(pod.Spec.TerminationGracePeriodSeconds!.Value, 30 + container.Lifecycle.PreStop.Sleep.Seconds + 1, 60);
        Assert.Equal($"xenocrm-{service}:latest", container.Image);
    }

    [Theory]
    [InlineData("api")]
    [InlineData("vendor")]
    public void A_service_that_keeps_files_has_a_volume_for_each_replica(string service)
    {
        var objects = Read();
        var set = Find<V1StatefulSet>(objects, $"{service}-statefulset");
        var claim = Assert.Single(set.Spec.VolumeClaimTemplates);
        var mount = Assert.Single(set.Spec.Template.Spec.Containers[0].VolumeMounts);
        var folder = Find<V1ConfigMap>(objects, $"{service}-config").Data["XENOCRM_DATA"];
        Assert.Equal((claim.Metadata.Name, folder), (mount.Name, mount.MountPath));
        Assert.Equal(["ReadWriteOnce"], claim.Spec.AccessModes);
        Assert.Null(set.Spec.Template.Spec.Volumes);
        Assert.Equal(Find<V1Service>(objects, set.Spec.ServiceName).Spec.Selector, set.Spec.Template.Metadata.Labels);
        Assert.Equal(set.Spec.Selector.MatchLabels, set.Spec.Template.Metadata.Labels);
    }

    [Fact]
    public void Two_replicas_of_the_API_each_know_their_imports_and_an_update_or_an_eviction_leaves_one()
    {
        var objects = Read();
        var set = Find<V1StatefulSet>(objects, "api-statefulset");
        Assert.Equal(2, set.Spec.Replicas);
        Assert.Null(set.Spec.UpdateStrategy);
        var replica = Assert.Single(set.Spec.Template.Spec.Containers[0].Env);
        Assert.Equal(("Imports__Replica", "metadata.name"), (replica.Name, replica.ValueFrom.FieldRef.FieldPath));

        var worker = Find<V1Deployment>(objects, "worker-deployment");
        Assert.Equal((2, "0"), (worker.Spec.Replicas, worker.Spec.Strategy.RollingUpdate.MaxUnavailable.Value));
        foreach (var (service, pod) in new[] { ("api", set.Spec.Template), ("worker", worker.Spec.Template) })
        {
            var budget = Find<V1PodDisruptionBudget>(objects, $"{service}-disruption-budget");
            Assert.Equal("1", budget.Spec.MaxUnavailable.Value);
            Assert.Equal(pod.Metadata.Labels, budget.Spec.Selector.MatchLabels);
        }
    }

    [Fact]
    public void How_many_there_are_is_a_value()
    {
        var objects = Read(("replicas.api", "3"), ("replicas.worker", "4"));
        Assert.Equal(3, Find<V1StatefulSet>(objects, "api-statefulset").Spec.Replicas);
        Assert.Equal(4, Find<V1Deployment>(objects, "worker-deployment").Spec.Replicas);
    }

    [Fact]
    public void Each_has_memory_set_aside_and_a_limit_by_value()
    {
        var objects = Read();
        Assert.All((string[])["api", "vendor", "worker", "mongo", "redis", "kubernetes-dashboard"], name =>
        {
            var resources = Assert.Single(Pod(objects, name).Spec.Containers).Resources;
            Assert.InRange(resources.Requests["memory"].ToDecimal(), 1, resources.Limits["memory"].ToDecimal() - 1);
            Assert.InRange(resources.Requests["cpu"].ToDecimal(), 0.01m, 1);
        });
        var limit = Pod(Read(("resources.api.limit", "2Gi")), "api").Spec.Containers[0].Resources.Limits["memory"];
        Assert.Equal(2m * 1024 * 1024 * 1024, limit.ToDecimal());
    }

    [Theory]
    [InlineData("mongo", "mongosh", 27017)]
    [InlineData("redis", "redis-cli ping", 6379)]
    public void A_store_is_probed(string store, string asks, int port)
    {
        var container = Assert.Single(Pod(Read(), store).Spec.Containers);
        Assert.Contains(asks, container.ReadinessProbe.Exec.Command[^1], StringComparison.Ordinal);
        Assert.Equal($"{port}", container.LivenessProbe.TcpSocket.Port.Value);
    }

    [Fact]
    public void The_dashboard_is_the_stable_one_and_wants_a_token_and_a_key_from_a_secret()
    {
        var objects = Read();
        var container = Assert.Single(Pod(objects, "kubernetes-dashboard").Spec.Containers);
        Assert.Matches(@"^mcr\.microsoft\.com/dotnet/aspire-dashboard:\d+\.\d+$", container.Image);
        var config = Find<V1ConfigMap>(objects, "kubernetes-dashboard-config").Data;
        Assert.Equal(("BrowserToken", "ApiKey"), (config["DASHBOARD__FRONTEND__AUTHMODE"], config["DASHBOARD__OTLP__AUTHMODE"]));
        var secret = Find<V1Secret>(objects, "kubernetes-dashboard-secrets").StringData;
        Assert.Equal(("D/1", "T/1"), (secret["DASHBOARD__FRONTEND__BROWSERTOKEN"], secret["DASHBOARD__OTLP__PRIMARYAPIKEY"]));
        Assert.All(Deployed.Services, service => Assert.Equal(
            "x-otlp-api-key=T/1", Find<V1Secret>(objects, $"{service}-secrets").StringData["OTEL_EXPORTER_OTLP_HEADERS"]));
    }

    [Fact]
    public void Each_secret_is_given_once_and_reaches_all_who_share_it()
    {
        var objects = Read();
        foreach (var service in (string[])["api", "worker"])
        {
            const string mongo = "mongodb://admin:M%2F1@mongo-service:27017/xenocrm?";
            Assert.StartsWith(mongo, Secret(service, "ConnectionStrings__xenocrm"), StringComparison.Ordinal);
            Assert.Equal("redis-service:6379,password=R/1", Secret(service, "ConnectionStrings__redis"));
        }

        Assert.Equal("M/1", Secret("mongo", "MONGO_INITDB_ROOT_PASSWORD"));
        Assert.Equal("R/1", Secret("redis", "REDIS_PASSWORD"));
        Assert.Equal("W/1", Secret("api", "Webhooks__Secrets__0"));
        Assert.Equal("W/1", Secret("vendor", "Webhooks__Secrets__0"));

        string Secret(string owner, string key) => Find<V1Secret>(objects, $"{owner}-secrets").StringData[key];
    }

    [Theory]
    [InlineData("external.mongodb", "mongodb://u:p%22@db.example.com/crm?tls=true", "mongo", "ConnectionStrings__xenocrm")]
    [InlineData("external.redis", "cache.example.com:6379,password=a\"b,ssl=true", "redis", "ConnectionStrings__redis")]
    public void One_value_puts_a_server_of_ones_own_in_the_place_of_ours(string path, string connection, string store, string key)
    {
        var secrets = Deployed.Secrets.Where(secret => secret.Path != $"secrets.{store}.{store}_password");
        var objects = Load(Helm.Render(Deployed.Chart, [.. secrets, (path, connection)]));
        Assert.All((string[])["api", "worker"], service =>
            Assert.Equal(connection, Find<V1Secret>(objects, $"{service}-secrets").StringData[key]));
        Assert.DoesNotContain(objects, found => ((IMetadata<V1ObjectMeta>)found).Metadata.Labels["app.kubernetes.io/component"] == store);
    }

    [Fact]
    public void An_ingress_with_TLS_is_there_by_value()
    {
        var ingress = Find<V1Ingress>(Read(Ingress), "api-ingress");
        Assert.Equal("nginx", ingress.Spec.IngressClassName);
        var tls = Assert.Single(ingress.Spec.Tls);
        Assert.Equal(("crm-tls", "crm.example.com"), (tls.SecretName, Assert.Single(tls.Hosts)));
        var rule = Assert.Single(ingress.Spec.Rules);
        Assert.Equal("crm.example.com", rule.Host);
        Assert.Equal("api-service", Assert.Single(rule.Http.Paths).Backend.Service.Name);
    }

    [Theory]
    [InlineData("secrets.api.webhook_secret")]
    [InlineData("secrets.mongo.mongo_password")]
    [InlineData("secrets.redis.redis_password")]
    [InlineData("secrets.kubernetes_dashboard.dashboard_token")]
    [InlineData("secrets.kubernetes_dashboard.telemetry_key")]
    [InlineData("ingress.host")]
    [InlineData("ingress.tlsSecret")]
    public void It_does_not_install_without_what_is_required_and_says_which(string missing)
    {
        var given = Deployed.Secrets.Concat(Ingress).Where(value => value.Path != missing);
        var refused = Assert.Throws<InvalidOperationException>(() => Helm.Template(Deployed.Chart, [.. given]));
        Assert.StartsWith($"Set {missing}", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void It_holds_no_secrets_value()
    {
        var secrets = Deployed.Values()["secrets"]!.AsObject();
        Assert.NotEmpty(secrets);
        Assert.All(secrets.SelectMany(owner => owner.Value!.AsObject()), secret => Assert.Equal("", secret.Value.Text()));
    }

    private static List<object> Read(params (string Path, string Value)[] values) =>
        Load(Helm.Render(Deployed.Chart, [.. Deployed.Secrets, .. values]));

    private static List<object> Load(IEnumerable<string> objects) =>
        [.. objects.SelectMany(text => KubernetesYaml.LoadAllFromString(text, strict: true))];

    private static IEnumerable<string> Names<T>(IEnumerable<object> objects)
        where T : IMetadata<V1ObjectMeta> => objects.OfType<T>().Select(found => found.Metadata.Name).Order();

    private static T Find<T>(IEnumerable<object> objects, string name)
        where T : IMetadata<V1ObjectMeta> => objects.OfType<T>().Single(found => found.Metadata.Name == name);

    private static V1PodTemplateSpec Pod(IReadOnlyList<object> objects, string name) =>
        objects.OfType<V1Deployment>().SingleOrDefault(found => found.Metadata.Name == $"{name}-deployment")?.Spec.Template
        ?? Find<V1StatefulSet>(objects, $"{name}-statefulset").Spec.Template;

    private static (string Path, string Scheme, string Port) Probe(V1Probe probe) =>
        (probe.HttpGet.Path, probe.HttpGet.Scheme, probe.HttpGet.Port.Value);
}
