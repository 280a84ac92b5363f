using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace XenoCrm.Tests.Support;

/// <summary>
/// Ports in a row that nobody listens on, below those that the system gives to outgoing connections. A lock file each,
/// held until the tests end, keeps test runs side by side on one machine from choosing the same.
/// </summary>
internal static class FreePorts
{
    private const int First = 10_000;
    private const int Count = 20_000;

    private static readonly string Folder = Directory.CreateDirectory(Path.Combine(Path.GetTempPath(), "xenocrm-test-ports")).FullName;
    private static readonly ConcurrentBag<FileStream> Held = [];

    // Test runs side by side on one machine begin in different places.
    private static int next = Environment.ProcessId * 97;

    public static int Row(int length)
    {
        while (true)
        {
            var first = First + (int)((uint)Interlocked.Add(ref next, length) % Count);
            if (Enumerable.Range(first, length).All(port => IsFree(port) && TryHold(port)))
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

    private static bool TryHold(int port)
    {
        try
        {
            Held.Add(
                new FileStream(
                    Path.Combine(Folder, port.ToString(CultureInfo.InvariantCulture)),
                    FileMode.OpenOrCreate,
                    FileAccess.ReadWrite,
                    FileShare.None));
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
