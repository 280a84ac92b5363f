using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using XenoCrm.ServiceDefaults;
using XenoCrm.Tests.Support;

namespace XenoCrm.Tests.AppHost;

public sealed class LocalRedisTests : IDisposable
{
    private static readonly (string, string) On = ("XENOCRM_REDIS", "on");

    private readonly TempFolder folder = new();

    public LocalRedisTests() => Tools.RedisServer();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_redis_server_on_the_PATH_is_started_and_stopped_with_the_services()
    {
        await using var host = await AppHostProcess.StartReadyAsync(folder.Path, On);
        Assert.Contains("+PONG", await AskAsync(host, Password(), "PING"), StringComparison.Ordinal);
        host.Signal("TERM");
        Assert.Equal(0, await host.ExitAsync());
        Assert.EndsWith("redis   stopped", host.Output.TrimEnd(), StringComparison.Ordinal);
        await host.GoneAsync();
    }

    [Fact]
    public async Task Nobody_gets_in_without_the_password()
    {
        await using var host = await AppHostProcess.StartReadyAsync(folder.Path, On);
        Assert.Contains("-NOAUTH", await AskAsync(host, null, "PING"), StringComparison.Ordinal);
        Unix.AssertForOwnerOnly(folder.File("redis/redis.conf"));
    }

    [Fact]
    public async Task What_was_written_survives_the_kill_of_everything()
    {
        await using (var host = await AppHostProcess.StartReadyAsync(folder.Path, On))
        {
            var server = int.Parse(await File.ReadAllTextAsync(folder.File("redis/redis.pid"), Cancellation), CultureInfo.InvariantCulture);
            Assert.Contains("+OK", await AskAsync(host, Password(), "SET kept yes"), StringComparison.Ordinal);
            Unix.Signal("KILL", server);
            Assert.Equal(1, await host.ExitAsync());
            Assert.StartsWith("The redis ended by itself with exit code 137", host.Errors, StringComparison.Ordinal);
            await host.GoneAsync();
        }

        await using var again = await AppHostProcess.StartReadyAsync(folder.Path, On);
        Assert.Contains("yes", await AskAsync(again, Password(), "GET kept"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_kill_of_the_AppHost_leaves_no_redis_server_behind()
    {
        await using var host = await AppHostProcess.StartReadyAsync(folder.Path, On);
        host.Signal("KILL");
        await host.GoneAsync();
    }

    [Fact]
    public async Task Where_a_Redis_is_named_none_is_started()
    {
        await using var host = await AppHostProcess.StartReadyAsync(folder.Path, On);
        await using var second = await AppHostProcess.StartReadyAsync(
            folder.File("second"), On, ("ConnectionStrings__redis", $"127.0.0.1:{host.Port + LocalEnvironment.RedisOffset},password={Password()}"));
        Assert.True(FreePorts.IsFree(second.Port + LocalEnvironment.RedisOffset));
        Assert.False(Directory.Exists(folder.File("second/redis")));
    }

    [Fact]
    public async Task Its_port_in_use_is_one_sentence()
    {
        var port = FreePorts.Row(4);
        using var occupier = new TcpListener(IPAddress.Loopback, port + LocalEnvironment.RedisOffset);
        occupier.Start();
        await using var host = AppHostProcess.Start(folder.Path, port, On);
        Assert.Equal(1, await host.ExitAsync());
        Assert.StartsWith($"Port {port + LocalEnvironment.RedisOffset}, which the redis needs, is in use", host.Errors, StringComparison.Ordinal);
    }

    public void Dispose() => folder.Dispose();

    private string Password() => File.ReadLines(folder.File("redis/redis.conf")).Single(line => line.StartsWith("requirepass ", StringComparison.Ordinal)).Split(' ')[1];

    private static async Task<string> AskAsync(AppHostProcess host, string? password, string command)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, host.Port + LocalEnvironment.RedisOffset, Cancellation);
        await using var stream = client.GetStream();
        var login = password is null ? "" : $"AUTH {password}\r\n";
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"{login}{command}\r\nQUIT\r\n"), Cancellation);
        using var reader = new StreamReader(stream, Encoding.ASCII);
        return await reader.ReadToEndAsync(Cancellation);
    }
}
