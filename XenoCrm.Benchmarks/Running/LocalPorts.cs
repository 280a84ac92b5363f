using System.Net.NetworkInformation;
using System.Security.Cryptography;

namespace XenoCrm.Benchmarks.Running;

/// <summary>Ports that nobody listens on, several in a row: two harnesses may run at the same time.</summary>
internal static class LocalPorts
{
    private const int Lowest = 15_000;
    private const int Highest = 30_000;

    public static int FindFree(int count)
    {
        var taken = IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpListeners().Select(listener => listener.Port).ToHashSet();
        while (true)
        {
            var first = RandomNumberGenerator.GetInt32(Lowest, Highest);
            if (!Enumerable.Range(first, count).Any(taken.Contains))
            {
                return first;
            }
        }
    }
}
