using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace XenoCrm.Tests.Sending;

/// <summary>A mail server that takes the first messages and then dies while it is given one.</summary>
public sealed class BreakingMailServer : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource stop = new();
    private readonly int taken;
    private readonly Task running;
    private int left;

    /// <param name="taken">So many messages are taken before.</param>
    public BreakingMailServer(int taken)
    {
        this.taken = left = taken;
        listener.Start();
        running = RunAsync();
    }

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    /// <summary>Every recipient whose message began to come.</summary>
    public ConcurrentQueue<string> Begun { get; } = new();

    public int Taken => taken - Math.Max(left, 0);

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        listener.Stop();
        await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        stop.Dispose();
        listener.Dispose();
    }

    private async Task RunAsync()
    {
        var sessions = new List<Task>();
        while (!stop.IsCancellationRequested)
        {
            sessions.Add(ServeAsync(await listener.AcceptTcpClientAsync(stop.Token)));
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using var _ = client;
        using var reader = new StreamReader(client.GetStream());
        await using var writer = new StreamWriter(client.GetStream()) { NewLine = "\r\n", AutoFlush = true };
        await writer.WriteLineAsync("220 mail.test");
        while (await reader.ReadLineAsync(stop.Token) is { } line)
        {
            switch (line.Split(' ', ':')[0].ToUpperInvariant())
            {
                case "EHLO" or "HELO" or "MAIL" or "NOOP" or "RSET":
                    await writer.WriteLineAsync("250 as you like");
                    break;
                case "RCPT":
                    Begun.Enqueue(line.Split('<', '>')[1]);
                    await writer.WriteLineAsync("250 as you like");
                    break;
                case "DATA":
                    await writer.WriteLineAsync("354 go on");
                    if (Interlocked.Decrement(ref left) < 0)
                    {
                        return;
                    }

                    while (await reader.ReadLineAsync(stop.Token) is not ("." or null))
                    {
                        // Dropped.
                    }

                    await writer.WriteLineAsync("250 taken");
                    break;
                default:
                    await writer.WriteLineAsync("221 bye");
                    return;
            }
        }
    }
}
