using System.Net;
using System.Net.Sockets;

namespace XenoCrm.Tests.Support;

internal static class Loopback
{
    /// <summary>A port that is free now. Somebody else may take it before it is used; then the test that wanted it fails loudly.</summary>
    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
