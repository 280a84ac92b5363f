using System.Globalization;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using XenoCrm.ServiceDefaults;

namespace XenoCrm.AppHost.Local;

/// <summary>
/// Runs the application without Aspire and without containers: its services as child processes, one log, and an orderly
/// stop.
/// </summary>
internal sealed class LocalRunner(LocalApplication application, ConsoleLog log, TimeProvider time, StopSignals signals)
{
    /// <summary>Asks for this runner where Aspire is there too.</summary>
    public const string Argument = "--local";

    private const string Own = "xenocrm";

    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private readonly List<ChildProcess> running = [];

    /// <returns>The exit code.</returns>
    /// <exception cref="StartFailure">It cannot start, or a service ended by itself; whatever ran is stopped.</exception>
    public static async Task<int> RunAsync(string[] arguments, TimeProvider time)
    {
        if (arguments.FirstOrDefault(argument => argument != Argument) is { } unknown)
        {
            throw new StartFailure($"'{unknown}' is not understood: without Aspire the AppHost takes no arguments but {Argument}, and publishing needs Aspire.");
        }

        var environment = new ConfigurationBuilder().AddEnvironmentVariables().Build();
        var settings = LocalSettings.Read(environment);
        using var data = DataFolder.Open(settings.DataFolder);
        var log = ConsoleLog.Standard(time);
        var redis = FindRedis(settings, log);
        RequirePorts(settings, redis);

        var secret = string.IsNullOrEmpty(environment["Webhooks:Secrets:0"]) ? LocalEnvironment.SharedSecret(data.FullPath) : null;
        using var application = new LocalApplication(settings, redis, secret);
        using var signals = new StopSignals();
        Introduce(settings, redis, log);
        return await new LocalRunner(application, log, time, signals).RunAsync(settings) ? 0 : 1;
    }

    /// <returns>Whether all of it stopped by itself when it was asked to.</returns>
    private async Task<bool> RunAsync(LocalSettings settings)
    {
        try
        {
            await StartAsync(settings);
            await StopAskedOrExitAsync();
        }
        catch (OperationCanceledException) when (signals.Stop.IsCancellationRequested)
        {
            // Asked to stop while it was starting.
        }
        catch (StartFailure)
        {
            await StopAsync();
            throw;
        }

        return await StopAsync();
    }

    private async Task StartAsync(LocalSettings settings)
    {
        var started = time.GetTimestamp();
        foreach (var service in application.StartOrder)
        {
            var child = ChildProcess.Start(service, log);
            running.Add(child);
            await ReadyAsync(child);
            log.Write(service.Name, string.Create(CultureInfo.InvariantCulture, $"runs as process {child.Id}"));
        }

        log.Write(Own, string.Create(CultureInfo.InvariantCulture, $"ready in {time.GetElapsedTime(started).TotalSeconds:0.0} s: {settings.ApiAddress} (Ctrl+C stops it)"));
    }

    private async Task ReadyAsync(ChildProcess child)
    {
        var started = time.GetTimestamp();
        while (!await child.Service.IsReady(signals.Stop))
        {
            if (child.Exited.IsCompleted)
            {
                throw await EndedByItselfAsync(child);
            }

            if (time.GetElapsedTime(started) > StartLimit)
            {
                throw new StartFailure($"The {child.Service.Name} is not healthy {StartLimit.TotalSeconds} s after its start; its log above says more.");
            }

            await Task.Delay(Pause, time, signals.Stop);
        }

        child.IsReady = true;
    }

    private async Task StopAskedOrExitAsync()
    {
        var exits = running.Select(child => (Task)child.Exited);
        await Task.WhenAny([Task.Delay(Timeout.InfiniteTimeSpan, signals.Stop), .. exits]);
        if (!signals.Stop.IsCancellationRequested)
        {
            throw await EndedByItselfAsync(running.First(child => child.Exited.IsCompleted));
        }
    }

    private static async Task<StartFailure> EndedByItselfAsync(ChildProcess child)
    {
        var code = await child.Exited;
        var words = child.LastLines is { Count: > 0 } lines
            ? $"Its last words:{string.Concat(lines.Select(line => $"{Environment.NewLine}  {line}"))}"
            : "It said nothing.";
        return new StartFailure(string.Create(CultureInfo.InvariantCulture, $"The {child.Service.Name} ended by itself with exit code {code}; the others were stopped. {words}"));
    }

    private async Task<bool> StopAsync()
    {
        log.Write(Own, "stopping; Ctrl+C once more stops it at once");
        var clean = true;
        foreach (var name in LocalApplication.StopOrder)
        {
            if (running.Find(child => child.Service.Name == name) is not { } child)
            {
                continue;
            }

            var stopped = await child.StopAsync(StopLimit, signals.Hurry);
            log.Write(name, stopped ? new LogLine(LogLevel.Information, "stopped") : new LogLine(LogLevel.Warning, "killed: it had not stopped yet"));
            clean &= stopped;
            child.Dispose();
        }

        return clean;
    }

    private static RedisServer? FindRedis(LocalSettings settings, ConsoleLog log)
    {
        if (!settings.UseRedis || settings.Redis is not null)
        {
            return null;
        }

        var (program, remark) = RedisServer.Find();
        if (remark is not null)
        {
            log.Write(Own, remark);
        }

        return program is null ? null : new RedisServer(program, Path.Combine(settings.DataFolder, "redis"), settings.RedisPort);
    }

    private static void RequirePorts(LocalSettings settings, RedisServer? redis)
    {
        Ports.RequireFree(LocalApplication.Api, settings.Port, settings.Port);
        Ports.RequireFree(LocalApplication.Vendor, settings.Port + LocalEnvironment.VendorOffset, settings.Port);
        Ports.RequireFree(LocalApplication.Worker, settings.Port + LocalEnvironment.WorkerOffset, settings.Port);
        if (redis is not null)
        {
            Ports.RequireFree(LocalApplication.Redis, settings.RedisPort, settings.Port);
        }
    }

    private static void Introduce(LocalSettings settings, RedisServer? redis, ConsoleLog log)
    {
        var stream = redis is not null ? "Redis from this machine's redis-server"
            : settings is { UseRedis: true, Redis: not null } ? "the Redis of ConnectionStrings__redis"
            : "the embedded stream";
        log.Write(Own, $"Running without Aspire and containers, as processes of this machine on the embedded store in {settings.DataFolder} and {stream}; "
            + "for the dashboard, MongoDB and Redis in containers see docs/building.md.");
        log.Write(Own, $"open     {settings.ApiAddress}/swagger");
        if (settings.IsDevelopment)
        {
            log.Write(Own, $"sign in  curl -c cookies.txt -H 'Content-Type: application/json' -d '{{\"email\":\"you@example.com\"}}' {settings.ApiAddress}/auth/dev");
        }
    }
}
