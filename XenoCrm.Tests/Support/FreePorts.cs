using System.Net;
using System.Net.Sockets;

namespace XenoCrm.Tests.Support;

/// <summary>Ports in a row that nobody listens on, below those that the system gives to outgoing connections.</summary>
internal static class FreePorts
{
    private const int First = 10_000;
    private const int Count = 20_000;

    // Test runs side by side on one machine begin in different places.
    private static int next = Environment.ProcessId * 97;

    public static int Row(int length)
    {
        while (true)
        {
            var first = First + (int)((uint)Interlocked.Add(ref next, length) % Count);
            if (Enumerable.Range(first, length).All(IsFree))
            {
                return first;
            }
        }
    }

    public static bool IsFree(int port)
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
