using System.Text.Json.Nodes;
using XenoCrm.Tests.Support;

namespace XenoCrm.SystemTests.AppHost;

/// <summary>What is committed under deploy/ and used where the application runs.</summary>
internal static class Deployed
{
    public static readonly string[] Services = ["api", "vendor", "worker"];

    /// <summary>What an operator has to give the chart, and nothing more.</summary>
    public static readonly (string Path, string Value)[] Secrets =
    [
        ("secrets.api.webhook_secret", "W/1"), ("secrets.mongo.mongo_password", "M/1"), ("secrets.redis.redis_password", "R/1"),
        ("secrets.kubernetes_dashboard.dashboard_token", "D/1"), ("secrets.kubernetes_dashboard.telemetry_key", "T/1"),
    ];

    public static string Chart => Path("kubernetes");

    public static string Path(params string[] path) => System.IO.Path.Combine([Repository.Root, "deploy", .. path]);

    public static JsonObject Compose() => Yaml.Read(File.ReadAllText(Path("compose", "docker-compose.yaml")));

    public static JsonObject Values() => Yaml.Read(File.ReadAllText(Path("kubernetes", "values.yaml")));

    public static string Text(this JsonNode? node) => node!.GetValue<string>();
}
