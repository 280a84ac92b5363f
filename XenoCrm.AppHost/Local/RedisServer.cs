using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using XenoCrm.ServiceDefaults;

namespace XenoCrm.AppHost.Local;

/// <summary>
/// A <c>redis-server</c> of our own: loopback only, with a password, in a folder of its own, and every write on disk
/// before it is answered, so that a receipt which we acknowledged survives its kill.
/// </summary>
internal sealed partial class RedisServer(string program, string folder, int port)
{
    // The stream reclaims with XAUTOCLAIM.
    private static readonly Version Oldest = new(6, 2);

    // redis-server does not watch its standard input, so a shell does: at the end of it, it stops the server. The server
    // gets a process group of its own, as it would not leave a terminal's Ctrl+C to us (macOS has no setsid command; its
    // shell makes groups without a terminal).
    private const string Watch = """
        trap '' INT QUIT HUP
        exec 3<&0
        if command -v setsid >/dev/null 2>&1; then
          setsid "$@" 3<&- </dev/null &
        else
          set -m
          "$@" 3<&- </dev/null &
          set +m
        fi
        server=$!
        { read -r _; kill -TERM "$server"; } <&3 >/dev/null 2>&1 3<&- &
        watch=$!
        exec 3<&-
        wait "$server"
        code=$?
        kill "$watch" 2>/dev/null
        exit "$code"
        """;

    private readonly string password = RandomNumberGenerator.GetHexString(32, lowercase: true);

    public string ConnectionString => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port},password={password},abortConnect=false");

    /// <returns>The program on the PATH, or nothing, with what to tell about it.</returns>
    public static (string? Program, string? Remark) Find()
    {
        if (OperatingSystem.IsWindows())
        {
            return (null, null);
        }

        var program = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .Where(Path.IsPathRooted)
            .Select(folder => Path.Combine(folder, "redis-server"))
            .FirstOrDefault(File.Exists);
        return program is null || VersionOf(program) is not { } version || version >= Oldest
            ? (program, null)
            : (null, $"{program} is version {version}; the receipt stream needs {Oldest}, so it is not used.");
    }

    public LocalService Describe()
    {
        DataFolder.Create(folder);
        var settings = Path.Combine(folder, "redis.conf");
        File.Delete(settings);
        LocalEnvironment.WritePrivate(settings, string.Create(CultureInfo.InvariantCulture, $"""
            bind 127.0.0.1
            port {port}
            pidfile redis.pid
            protected-mode yes
            requirepass {password}
            appendonly yes
            appendfsync always
            save ""
            maxmemory-policy noeviction
            loglevel warning

            """));
        return new LocalService(
            LocalApplication.Redis,
            "/bin/sh",
            ["-c", Watch, "sh", program, settings],
            folder,
            new Dictionary<string, string?>(),
            IsReadyAsync)
        {
            StartsSilently = true,
        };
    }

    /// <summary>Whether it answers; while it still reads its file it says so instead.</summary>
    private async Task<bool> IsReadyAsync(CancellationToken cancellationToken)
    {
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync(IPAddress.Loopback, port, cancellationToken);
            await using var stream = client.GetStream();
            await stream.WriteAsync(Encoding.ASCII.GetBytes($"AUTH {password}\r\nPING\r\nQUIT\r\n"), cancellationToken);
            using var reader = new StreamReader(stream, Encoding.ASCII);
            return (await reader.ReadToEndAsync(cancellationToken)).Contains("+PONG", StringComparison.Ordinal);
        }
        catch (Exception notYet) when (notYet is SocketException or IOException)
        {
            return false;
        }
    }

    private static Version? VersionOf(string program)
    {
        using var process = Process.Start(new ProcessStartInfo(program, ["--version"]) { RedirectStandardOutput = true });
        var text = process?.StandardOutput.ReadToEnd() ?? "";
        process?.WaitForExit();
        return VersionNumber().Match(text) is { Success: true } found ? Version.Parse(found.Groups["version"].Value) : null;
    }

    // Redis server v=7.0.15 sha=00000000:0 malloc=jemalloc-5.3.0 bits=64
    [GeneratedRegex(@"\bv=(?<version>\d+\.\d+(\.\d+)?)\b", RegexOptions.CultureInvariant)]
    private static partial Regex VersionNumber();
}
