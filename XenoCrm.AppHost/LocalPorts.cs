using Microsoft.Extensions.Configuration;
using XenoCrm.ServiceDefaults;

namespace XenoCrm.AppHost;

/// <summary>The ports in a row that <c>XENOCRM_PORT</c> begins, after those of <see cref="LocalEnvironment"/>.</summary>
internal static class LocalPorts
{
    public const int Dashboard = LocalEnvironment.RedisOffset + 1;
    public const int Telemetry = Dashboard + 1;
    public const int Resources = Telemetry + 1;

    /// <summary>How many there are.</summary>
    public const int Count = Resources + 1;

    /// <exception cref="StartFailure"><c>XENOCRM_PORT</c> is not a port.</exception>
    public static int First(IConfiguration configuration)
    {
        try
        {
            return LocalEnvironment.Port(configuration);
        }
        catch (InvalidOperationException invalid)
        {
            throw new StartFailure(invalid.Message);
        }
    }
}
