using Microsoft.Extensions.Configuration;
using XenoCrm.ServiceDefaults;

namespace XenoCrm.AppHost.Local;

/// <summary>What the environment asks for.</summary>
/// <param name="Port">The API's port; the others follow it.</param>
/// <param name="DataFolder">Where everything is kept, absolute.</param>
/// <param name="Environment">The services' environment.</param>
/// <param name="UseRedis">False after <c>XENOCRM_REDIS=off</c>.</param>
/// <param name="Redis">A Redis that runs already, by <c>ConnectionStrings__redis</c>.</param>
internal sealed record LocalSettings(int Port, string DataFolder, string Environment, bool UseRedis, string? Redis)
{
    public string ApiAddress => $"http://localhost:{Port}";

    public string VendorAddress => $"http://localhost:{Port + LocalEnvironment.VendorOffset}";

    public string WorkerAddress => $"http://localhost:{Port + LocalEnvironment.WorkerOffset}";

    public int RedisPort => Port + LocalEnvironment.RedisOffset;

    public bool IsDevelopment => Environment.Equals("Development", StringComparison.OrdinalIgnoreCase);

    /// <exception cref="StartFailure">A value makes no sense.</exception>
    public static LocalSettings Read(IConfiguration environment)
    {
        var useRedis = environment["XENOCRM_REDIS"] switch
        {
            null or "" or "on" => true,
            "off" => false,
            var other => throw new StartFailure($"XENOCRM_REDIS is '{other}'; it must be 'on' or 'off'."),
        };

        try
        {
            return new LocalSettings(
                LocalEnvironment.Port(environment),
                LocalEnvironment.DataFolder(environment),
                NonEmpty(environment["ASPNETCORE_ENVIRONMENT"]) ?? NonEmpty(environment["DOTNET_ENVIRONMENT"]) ?? "Development",
                useRedis,
                NonEmpty(environment.GetConnectionString("redis")));
        }
        catch (InvalidOperationException invalid)
        {
            throw new StartFailure(invalid.Message);
        }
    }

    private static string? NonEmpty(string? text) => string.IsNullOrWhiteSpace(text) ? null : text;
}
