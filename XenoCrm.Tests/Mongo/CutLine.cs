using System.Net;
using System.Net.Sockets;

namespace XenoCrm.Tests.Mongo;

/// <summary>A TCP line to a server that can be cut, whatever is under way on it, and mended.</summary>
internal sealed class CutLine : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource end = new();
    private readonly string host;
    private readonly int port;
    private readonly Task accepting;
    private CancellationTokenSource whole = new();

    public CutLine(string host, int port)
    {
        (this.host, this.port) = (host, port);
        listener.Start();
        accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    public void Cut() => whole.Cancel();

    public void Mend() => whole = new CancellationTokenSource();

    public async ValueTask DisposeAsync()
    {
        await end.CancelAsync();
        Cut();
        listener.Dispose();
        await accepting;
        whole.Dispose();
        end.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await listener.AcceptTcpClientAsync(end.Token);
                _ = ConnectAsync(client, whole.Token);
            }
        }
        catch (OperationCanceledException)
        {
            // The test is over.
        }
    }

    private async Task ConnectAsync(TcpClient client, CancellationToken cut)
    {
        using var server = new TcpClient();
        using (client)
        {
            try
            {
                await server.ConnectAsync(host, port, cut);
                await Task.WhenAny(
                    client.GetStream().CopyToAsync(server.GetStream(), cut), server.GetStream().CopyToAsync(client.GetStream(), cut));
            }
            catch (Exception e) when (e is OperationCanceledException or SocketException or IOException)
            {
                // Cut, or closed by one of the two.
            }
        }
    }
}
