using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using XenoCrm.ServiceDefaults;

namespace XenoCrm.SystemTests.AppHost;

/// <summary>The redis-server that an AppHost runs, spoken to past every client library.</summary>
internal sealed class LocalRedis(AppHostProcess host, string folder)
{
    public string SettingsFile => Path.Combine(folder, "redis", "redis.conf");

    public string ConnectionString => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{Port},password={Password}");

    public int ProcessId => int.Parse(File.ReadAllText(Path.Combine(folder, "redis", "redis.pid")), CultureInfo.InvariantCulture);

    private int Port => host.Port + LocalEnvironment.RedisOffset;

    private string Password => File.ReadLines(SettingsFile)
        .Single(line => line.StartsWith("requirepass ", StringComparison.Ordinal))
        .Split(' ')[1];

    public Task<string> AskAsync(string command) => AskAsync(command, Password);

    public async Task<string> AskAsync(string command, string? password)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, Port, TestContext.Current.CancellationToken);
        await using var stream = client.GetStream();
        var login = password is null ? "" : $"AUTH {password}\r\n";
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"{login}{command}\r\nQUIT\r\n"), TestContext.Current.CancellationToken);
        using var reader = new StreamReader(stream, Encoding.ASCII);
        return await reader.ReadToEndAsync(TestContext.Current.CancellationToken);
    }
}
