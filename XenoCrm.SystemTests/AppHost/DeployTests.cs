using System.Text.Json.Nodes;

namespace XenoCrm.SystemTests.AppHost;

/// <summary>The committed manifest, for other tools. DistributedPublishTests says that it is current.</summary>
public sealed class DeployTests
{
    [Fact]
    public void The_manifest_has_the_stores_and_the_services_bound_to_each_other()
    {
        var resources = Manifest();
        Assert.Superset(
            new HashSet<string> { "api", "mongo", "redis", "vendor", "worker", "xenocrm" },
            resources.Select(resource => resource.Key).ToHashSet());
        Assert.Equal("27017", resources["mongo"]!["bindings"]!["tcp"]!["targetPort"]!.ToString());
        Assert.Equal("6379", resources["redis"]!["bindings"]!["tcp"]!["targetPort"]!.ToString());
        Assert.Contains("--appendonly yes --appendfsync always", resources["redis"]!["args"]!.ToJsonString(), StringComparison.Ordinal);
        Assert.All(Deployed.Services, service => Assert.Equal("8080", resources[service]!["bindings"]!["http"]!["targetPort"]!.ToString()));
        Assert.All(Deployed.Services, service => Assert.True(File.Exists(Deployed.Path(resources[service]!["path"]!.GetValue<string>()))));
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
        var secrets = Manifest()
            .Select(resource => resource.Value!["inputs"]?["value"])
            .Where(input => input?["secret"]?.GetValue<bool>() == true)
            .ToList();
        Assert.NotEmpty(secrets);
        Assert.All(secrets, secret => Assert.Null(secret!["default"]?["value"]));
    }

    private static JsonObject Manifest() =>
        JsonNode.Parse(File.ReadAllText(Deployed.Path("aspire-manifest.json")))!["resources"]!.AsObject();
}
