using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;
using XenoCrm.Core;

namespace XenoCrm.Data.Redis;

/// <summary>
/// One client for one purpose, to a server or to all nodes of a cluster, that never makes a caller wait long: see
/// <see cref="RedisClients.Configure"/>.
/// </summary>
internal sealed partial class RedisConnection
{
    private readonly IConnectionMultiplexer multiplexer;
    private readonly string purpose;
    private readonly ILogger logger;
    private readonly RedisTelemetry telemetry;
    private readonly ConcurrentDictionary<string, bool> lost = new();

    /// <param name="multiplexer">The client; whoever made it closes it.</param>
    /// <param name="purpose">What it is for, for the log.</param>
    /// <param name="logger">Where a lost connection is told.</param>
    public RedisConnection(IConnectionMultiplexer multiplexer, string purpose, ILogger logger)
    {
        this.multiplexer = multiplexer;
        this.purpose = purpose;
        this.logger = logger;
        var (server, port) = multiplexer.GetEndPoints(configuredOnly: true).FirstOrDefault() switch
        {
            DnsEndPoint name => (name.Host, name.Port),
            IPEndPoint address => (address.Address.ToString(), address.Port),
            _ => ((string?)null, (int?)null),
        };
        telemetry = new RedisTelemetry(server, port, multiplexer.GetDatabase().Database);
        multiplexer.ConnectionFailed += (_, e) => Tell(e.EndPoint, e.ConnectionType, isLost: true, e.FailureType.ToString());
        multiplexer.ConnectionRestored += (_, e) => Tell(e.EndPoint, e.ConnectionType, isLost: false, "");
        foreach (var away in multiplexer.GetEndPoints().Where(away => !multiplexer.GetServer(away).IsConnected))
        {
            Tell(away, ConnectionType.Interactive, isLost: true, "not connected yet");
        }
    }

    /// <summary>Asks a server for one of its settings; null if it has none of that name.</summary>
    /// <exception cref="StoreUnavailableException">As of <see cref="AskAsync"/>.</exception>
    public async Task<string?> SettingAsync(string name, CancellationToken cancellationToken)
    {
        var server = multiplexer.GetServers().FirstOrDefault(server => server.IsConnected) ?? multiplexer.GetServers()[0];
        var settings = await AskAsync("CONFIG", _ => server.ConfigGetAsync(name), cancellationToken);
        return settings is [var setting] ? setting.Value : null;
    }

    /// <param name="command">Its name, for whoever watches.</param>
    /// <param name="ask">Sends it.</param>
    /// <param name="cancellationToken">Ends the wait; a command that is under way is carried out all the same.</param>
    /// <exception cref="StoreUnavailableException">
    /// The server cannot be reached, did not answer in time or refused. Its refusal is the inner exception, see <see cref="Refused"/>.
    /// </exception>
    public async Task<T> AskAsync<T>(string command, Func<IDatabase, Task<T>> ask, CancellationToken cancellationToken)
    {
        using var activity = telemetry.Start(command);
        var started = Stopwatch.GetTimestamp();
        Exception? fault = null;
        try
        {
            return await ask(multiplexer.GetDatabase()).WaitAsync(RedisClients.Limit, cancellationToken);
        }
        catch (Exception e) when (e is RedisException or TimeoutException or ObjectDisposedException
            || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            // The client cancels what is under way when it is closed.
            fault = e;
            throw new StoreUnavailableException("Redis cannot take receipts now: " + e.Message, e);
        }
        finally
        {
            telemetry.End(command, started, activity, fault);
        }
    }

    /// <summary>The server answered, with an error that begins with <paramref name="code"/>.</summary>
    public static bool Refused(StoreUnavailableException e, string code) =>
        e.InnerException is RedisServerException server && server.Message.StartsWith(code, StringComparison.Ordinal);

    // Each try that fails is an event, and the client's second connection, for subscriptions, has events of its own.
    private void Tell(EndPoint? endPoint, ConnectionType type, bool isLost, string reason)
    {
        var server = endPoint?.ToString() ?? "";
        if (type != ConnectionType.Interactive)
        {
            return;
        }

        if (isLost && lost.TryAdd(server, true))
        {
            Log.Lost(logger, server, purpose, reason);
        }
        else if (!isLost && lost.TryRemove(server, out _))
        {
            Log.Restored(logger, server, purpose);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message =
            "No connection to Redis at {Server} for {Purpose} ({Reason}). Nothing is taken from or given to the part of the "
            + "receipt stream that it keeps until it is back; it is tried again and again.")]
        public static partial void Lost(ILogger logger, string server, string purpose, string reason);

        [LoggerMessage(Level = LogLevel.Information, Message = "The connection to Redis at {Server} for {Purpose} is back.")]
        public static partial void Restored(ILogger logger, string server, string purpose);
    }
}
