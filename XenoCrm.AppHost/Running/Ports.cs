using System.Net;
using System.Net.Sockets;

namespace XenoCrm.AppHost.Running;

internal static class Ports
{
    /// <summary>Looks before anything is started: a service that finds its port taken would say it less clearly.</summary>
    /// <exception cref="StartFailure">Somebody listens there.</exception>
    public static void RequireFree(string service, int port, int first)
    {
        // The services listen on both.
        foreach (var address in (IPAddress[])[IPAddress.Loopback, IPAddress.IPv6Loopback])
        {
            try
            {
                using var listener = new TcpListener(address, port);
                listener.Start();
            }
            catch (SocketException failure) when (failure.SocketErrorCode is SocketError.AddressAlreadyInUse or SocketError.AccessDenied)
            {
                var why = failure.SocketErrorCode == SocketError.AccessDenied ? "may not be used" : "is in use";
                throw new StartFailure(
                    $"Port {port}, which the {service} needs, {why}: free it, or name another first port than {first} in XENOCRM_PORT.");
            }
            catch (SocketException)
            {
                // A machine without IPv6: nothing of ours listens there either.
            }
        }
    }
}
