using System.Diagnostics;
using System.Net.Sockets;
using XenoCrm.AppHost.Running;
using XenoCrm.Benchmarks.Measuring;
using XenoCrm.Benchmarks.Running;

namespace XenoCrm.Benchmarks.Rows;

internal sealed class Start : Benchmark
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    public override string Row => "P12";

    public override string Command => "start";

    public override string What =>
        "the published API, from its process's start to /health 200, on a store that is there; limit: an empty ASP.NET Core application";

    public override async Task<IReadOnlyList<Figure>> RunAsync(RunSettings run)
    {
        await Services.PublishAsync(run.Progress);
        var data = MeasuredProcess.CreateFolder("xenocrm-start-");
        try
        {
            var first = await TimeAsync(port => Api(data.FullName, port));
            var again = await TimeAsync(port => Api(data.FullName, port));
            var empty = await TimeAsync(port => EmptyEndpoint.StartInfo(port, null));
            return
            [
                new("start to /health 200", again.TotalSeconds, Unit.Seconds)
                {
                    Goal = new(0.8),
                    Limit = new("empty application", empty.TotalSeconds),
                },
                new("the same with a store to be made", first.TotalSeconds, Unit.Seconds),
            ];
        }
        finally
        {
            data.Delete(recursive: true);
        }
    }

    private static ProcessStartInfo Api(string data, int port)
    {
        var (assembly, folder) = Services.Of("XenoCrm.Api");
        var start = new ProcessStartInfo(ServiceOutput.DotnetPath, [assembly]) { WorkingDirectory = folder };
        start.Environment["ASPNETCORE_ENVIRONMENT"] = "Production";
        start.Environment["ASPNETCORE_URLS"] = EmptyEndpoint.Address(port).ToString();
        start.Environment["XENOCRM_DATA"] = data;
        start.Environment["Webhooks__Secrets__0"] = "only to see how long a start takes";
        start.Environment["Logging__LogLevel__Default"] = "Error";
        return start;
    }

    private static async Task<TimeSpan> TimeAsync(Func<int, ProcessStartInfo> how)
    {
        var port = LocalPorts.FindFree(1);
        var start = how(port);
        var started = Stopwatch.GetTimestamp();
        await using var process = MeasuredProcess.Start("API", start);
        while (!await IsHealthyAsync(port))
        {
            if (process.HasExited || Stopwatch.GetElapsedTime(started) > Patience)
            {
                throw new InvalidOperationException("The published API did not start.");
            }

            await Task.Delay(2);
        }

        return Stopwatch.GetElapsedTime(started);
    }

    // By a bare socket: an HTTP client that starts would be measured, too.
    private static async Task<bool> IsHealthyAsync(int port)
    {
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync("localhost", port);
            await client.Client.SendAsync("GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"u8.ToArray());
            var answer = new byte[1024];
            var read = await client.Client.ReceiveAsync(answer);
            return answer.AsSpan(0, read).StartsWith("HTTP/1.1 200 "u8);
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
