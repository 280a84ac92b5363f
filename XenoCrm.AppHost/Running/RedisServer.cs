using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using XenoCrm.ServiceDefaults;

namespace XenoCrm.AppHost.Running;

/// <summary>A <c>redis-server</c> of this machine, with the connection string that a container's would have.</summary>
internal sealed class RedisServerResource(string name, string program, string folder, ParameterResource password)
    : ExecutableResource(name, program, folder), IResourceWithConnectionString
{
    public ParameterResource Password => password;

    /// <summary><c>localhost:5083,password=…</c></summary>
    public ReferenceExpression ConnectionStringExpression =>
        ReferenceExpression.Create(
            $"{new EndpointReference(this, RedisServer.Endpoint).Property(EndpointProperty.HostAndPort)},password={password}");
}

/// <summary>
/// Runs a <c>redis-server</c> of our own: loopback only, with a password, in a folder of its own, and every write on disk
/// before it is answered, so that a receipt which we acknowledged survives its kill.
/// </summary>
internal static partial class RedisServer
{
    public const string Endpoint = "tcp";

    private const string SettingsFile = "redis.conf";

    // The stream reclaims with XAUTOCLAIM.
    private static readonly Version Oldest = new(6, 2);

    /// <returns>The program on the PATH, or nothing; an older one than the stream needs is passed over.</returns>
    public static string? Find()
    {
        if (OperatingSystem.IsWindows())
        {
            return null;
        }

        var program = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .Where(Path.IsPathRooted)
            .Select(folder => Path.Combine(folder, "redis-server"))
            .FirstOrDefault(File.Exists);
        return program is not null && (VersionOf(program) is not { } version || version >= Oldest) ? program : null;
    }

    public static IResourceBuilder<RedisServerResource> Add(IDistributedApplicationBuilder builder, string name, string program)
    {
        var password = builder.AddParameter(
            $"{name}-password", new GenerateParameterDefault { MinLength = 32, Special = false }, secret: true)
            .WithDescription("Of the redis-server that runs with the application; made anew at each start.");
        var folder = Path.Combine(LocalEnvironment.DataFolder(builder.Configuration), "redis");
        var port = LocalPorts.First(builder.Configuration) + LocalEnvironment.RedisOffset;
        var server = new RedisServerResource(name, program, folder, password.Resource);

        string? connectionString = null;
        builder.Eventing.Subscribe<ConnectionStringAvailableEvent>(server, async (_, cancellationToken) =>
            connectionString = await server.ConnectionStringExpression.GetValueAsync(cancellationToken));
        builder.Services.AddHealthChecks()
            .AddRedis(
                _ => connectionString ?? throw new InvalidOperationException("The server has not been started yet."), $"{name}_check");

        return builder.AddResource(server)
            .WithIconName("DatabaseLightning")
            .WithArgs(SettingsFile)
            .WithEndpoint(port: port, targetPort: port, name: Endpoint, isProxied: false)
            .WithHealthCheck($"{name}_check")
            .ExcludeFromManifest()
            .OnBeforeResourceStarted(
                async (_, _, cancellationToken) => WriteSettings(folder, port, await password.Resource.GetValueAsync(cancellationToken)));
    }

    private static void WriteSettings(string folder, int port, string? password)
    {
        DataFolder.Create(folder);
        var settings = Path.Combine(folder, SettingsFile);
        File.Delete(settings);
        LocalEnvironment.WritePrivate(settings, string.Create(CultureInfo.InvariantCulture, $"""
            bind 127.0.0.1 -::1
            port {port}
            pidfile redis.pid
            protected-mode yes
            requirepass {password}
            appendonly yes
            appendfsync always
            save ""
            maxmemory-policy noeviction
            loglevel warning

            """));
    }

    private static Version? VersionOf(string program)
    {
        using var process = Process.Start(new ProcessStartInfo(program, ["--version"]) { RedirectStandardOutput = true });
        var text = process?.StandardOutput.ReadToEnd() ?? "";
        process?.WaitForExit();
        return VersionNumber().Match(text) is { Success: true } found ? Version.Parse(found.Groups["version"].Value) : null;
    }

    // Redis server v=7.0.15 sha=00000000:0 malloc=jemalloc-5.3.0 bits=64
    [GeneratedRegex(@"\bv=(?<version>\d+\.\d+(\.\d+)?)\b", RegexOptions.CultureInvariant)]
    private static partial Regex VersionNumber();
}
