using System.Diagnostics;
using System.Globalization;
using StackExchange.Redis;
using XenoCrm.AppHost.Running;
using XenoCrm.Benchmarks.Measuring;

namespace XenoCrm.Benchmarks.Running;

/// <summary>This machine's redis-server, with every write on disk before it is answered, as the AppHost runs it.</summary>
internal static class LocalRedis
{
    /// <exception cref="SkippedException">There is none.</exception>
    public static async Task<MeasuredProcess> StartAsync(string folder, int port, string? cores)
    {
        var program = RedisServer.Find() ?? throw new SkippedException("There is no redis-server (6.2 or later) on the PATH.");
        string[] options =
        [
            "--port", port.ToString(CultureInfo.InvariantCulture), "--bind", "127.0.0.1", "--dir", folder, "--appendonly", "yes",
            "--appendfsync", "always", "--save", "", "--maxmemory-policy", "noeviction", "--loglevel", "warning",
            "--logfile", "redis.log",
        ];
        var server = MeasuredProcess.Start(
            "redis", cores is null ? new ProcessStartInfo(program, options) : Cores.On(cores, program, options));
        await Health.UntilAsync(server, async () =>
        {
            await using var redis = await ConnectionMultiplexer.ConnectAsync(
                string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port},connectTimeout=1000"));
            return true;
        });
        return server;
    }
}
