using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace XenoCrm.Benchmarks.Load;

/// <summary>
/// Sends requests that are ready-made bytes over kept-alive connections, one at a time on each, and only looks for the
/// end of each answer: on a small machine a real HTTP client would take more of the processor than the server under test.
/// </summary>
internal sealed class CallbackSender : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private readonly byte[] answer = new byte[8 * 1024];
    private readonly TcpClient client = new() { NoDelay = true };

    /// <summary>
    /// The latency of each request, the shortest first, and how many were answered with 503. Those are made again, as a
    /// vendor would, and their latency is until they are taken.
    /// </summary>
    /// <exception cref="InvalidOperationException">One was answered with something else than 200 or 503.</exception>
    public static async Task<(TimeSpan[] Latencies, int Refused)> SendAllAsync(Uri api, byte[][] requests, int connections)
    {
        var latencies = new TimeSpan[requests.Length];
        var next = -1;
        var refused = 0;
        await Task.WhenAll(Enumerable.Range(0, Math.Min(connections, requests.Length)).Select(_ => Task.Run(async () =>
        {
            using var sender = new CallbackSender();
            await sender.client.ConnectAsync(api.Host, api.Port);
            for (var i = Interlocked.Increment(ref next); i < requests.Length; i = Interlocked.Increment(ref next))
            {
                var started = Stopwatch.GetTimestamp();
                while (!await sender.TrySendAsync(requests[i]))
                {
                    Interlocked.Increment(ref refused);
                    await Task.Delay(Pause);
                }

                latencies[i] = Stopwatch.GetElapsedTime(started);
            }
        })));
        Array.Sort(latencies);
        return (latencies, refused);
    }

    public void Dispose() => client.Dispose();

    private async Task<bool> TrySendAsync(byte[] request)
    {
        await client.Client.SendAsync(request);
        for (var length = 0; ;)
        {
            var read = await client.Client.ReceiveAsync(answer.AsMemory(length));
            length += read;
            if (read == 0 || length == answer.Length || IsWhole(answer.AsSpan(0, length)))
            {
                var status = answer.AsSpan(0, length);
                return status.StartsWith("HTTP/1.1 200 "u8) || (status.StartsWith("HTTP/1.1 503 "u8)
                    ? false
                    : throw new InvalidOperationException("The API did not take a callback: " + Encoding.UTF8.GetString(status)));
            }
        }
    }

    // Chunked, as Kestrel answers what it has not measured, or of a length that the head tells.
    private static bool IsWhole(ReadOnlySpan<byte> text)
    {
        var body = text.IndexOf("\r\n\r\n"u8) + 4;
        if (body < 4)
        {
            return false;
        }

        // Kestrel writes it so, Node in small letters.
        var field = text[..body].IndexOf("Content-Length: "u8);
        if (field < 0 && (field = text[..body].IndexOf("content-length: "u8)) < 0)
        {
            return text.EndsWith("\r\n0\r\n\r\n"u8);
        }

        var length = text[(field + 16)..body];
        return text.Length - body == int.Parse(length[..length.IndexOf((byte)'\r')], CultureInfo.InvariantCulture);
    }
}
