using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using StackExchange.Redis;

namespace XenoCrm.Tests.Support;

/// <summary>
/// A real redis-server on a loopback port, with an append-only file in a folder of its own, started when it is first
/// asked for. Tests that need it are skipped where the program is missing.
/// </summary>
public sealed class RedisServer : IDisposable
{
    private readonly TempFolder folder = new();
    private readonly Lock gate = new();
    private readonly bool isOfCluster;
    private Process? process;
    private int port;

    public RedisServer()
    {
    }

    /// <param name="isOfCluster">One node of a cluster, whose others are reached at the port after its own.</param>
    internal RedisServer(bool isOfCluster) => this.isOfCluster = isOfCluster;

    /// <summary>0 until it was started.</summary>
    internal int Port => port;

    /// <summary>For the other nodes of its cluster.</summary>
    internal int ClusterPort => port + 1;

    /// <summary>The running server's; the same port after a restart.</summary>
    public string ConnectionString
    {
        get
        {
            EnsureStarted();
            return string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port}");
        }
    }

    /// <summary>What it keeps on disk, and its log.</summary>
    internal IEnumerable<string> Files => Directory.EnumerateFiles(folder.Path, "*", SearchOption.AllDirectories);

    /// <summary>Starts it, or starts it again on the same port and folder.</summary>
    public void EnsureStarted()
    {
        var program = Tools.RedisServer();
        lock (gate)
        {
            for (var attempt = 1; process is null or { HasExited: true }; attempt++)
            {
                port = port == 0 ? FreePorts.Row(isOfCluster ? 2 : 1) : port;
                process = Start(program);
                if (!WaitUntilItAnswers())
                {
                    Assert.True(attempt < 5, $"redis-server does not start: {File.ReadAllText(folder.File("redis.log"))}");
                    Kill();
                    port = 0;
                }
            }
        }
    }

    /// <summary>As kill -9 does.</summary>
    public void Kill()
    {
        process?.Kill();
        process?.WaitForExit();
    }

    /// <summary>It lives and does not answer, until <see cref="Thaw"/>. Not on Windows.</summary>
    public void Freeze() => Unix.Signal("STOP", process!.Id);

    public void Thaw() => Unix.Signal("CONT", process!.Id);

    /// <summary>One command, on a connection of its own.</summary>
    public async Task<RedisResult> ExecuteAsync(string command, params object[] arguments)
    {
        using var connection = await ConnectionMultiplexer.ConnectAsync(ConnectionString + ",allowAdmin=true");
        var answer = await connection.GetDatabase().ExecuteAsync(command, arguments);
        await connection.CloseAsync(allowCommandsToComplete: false);
        return answer;
    }

    /// <summary>A line as one would type it, past every client library, and what is answered: one line, or a text.</summary>
    internal string Ask(string command)
    {
        using var client = new TcpClient("127.0.0.1", port);
        using var stream = client.GetStream();
        stream.Write(System.Text.Encoding.ASCII.GetBytes(command + "\r\n"));
        using var reader = new StreamReader(stream);
        var line = reader.ReadLine()!;
        if (!line.StartsWith('$'))
        {
            return line;
        }

        var text = new char[int.Parse(line.AsSpan(1), CultureInfo.InvariantCulture)];
        reader.ReadBlock(text);
        return new string(text);
    }

    public void Dispose()
    {
        Kill();
        process?.Dispose();
        folder.Dispose();
    }

    private Process Start(string program) => Process.Start(new ProcessStartInfo(
        program,
        [
            "--port", port.ToString(CultureInfo.InvariantCulture), "--bind", "127.0.0.1", "--dir", folder.Path, "--logfile", "redis.log",
            "--appendonly", "yes", "--appendfsync", "always", "--save", "", "--daemonize", "no",
            .. isOfCluster ? ClusterOptions : [],
        ]))!;

    // With a node down, the others go on with the slots that they have.
    private string[] ClusterOptions =>
    [
        "--cluster-enabled", "yes", "--cluster-port", ClusterPort.ToString(CultureInfo.InvariantCulture),
        "--cluster-require-full-coverage", "no", "--cluster-node-timeout", "1000",
    ];

    private bool WaitUntilItAnswers()
    {
        Span<byte> answer = stackalloc byte[5];
        var started = Stopwatch.GetTimestamp();
        while (process is { HasExited: false } && Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(20))
        {
            try
            {
                using var client = new TcpClient("127.0.0.1", port);
                using var stream = client.GetStream();
                stream.Write("PING\r\n"u8);
                stream.ReadExactly(answer);
                if (answer.SequenceEqual("+PONG"u8))
                {
                    return true;
                }
            }
            catch (Exception e) when (e is SocketException or IOException)
            {
                // Not yet.
            }

            Thread.Sleep(10);
        }

        return false;
    }
}
