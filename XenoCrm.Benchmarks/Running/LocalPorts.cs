using System.Net;
using System.Net.Sockets;

namespace XenoCrm.Benchmarks.Running;

/// <summary>Ports that nobody listens on, several in a row: two harnesses may run at the same time.</summary>
internal static class LocalPorts
{
    private const int Lowest = 15_000;
    private const int Highest = 30_000;

    public static int FindFree(int count)
    {
        while (true)
        {
            var first = System.Security.Cryptography.RandomNumberGenerator.GetInt32(Lowest, Highest);
            if (Enumerable.Range(first, count).All(IsFree))
            {
                return first;
            }
        }
    }

    private static bool IsFree(int port)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
