using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace XenoCrm.Data.Redis;

/// <summary>
/// One connection to Redis, to a server or to all nodes of a cluster, that never makes a caller wait long: a command is
/// answered, or refused, within two seconds.
/// It connects in the background and goes on trying for ever, so that a server that was down is used again as soon as it
/// is back. All commands go by name through <c>ExecuteAsync</c>, which the old and the current client have in common.
/// </summary>
internal sealed partial class RedisConnection : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(2);

    private readonly ConfigurationOptions configuration;
    private readonly string purpose;
    private readonly ILogger logger;
    private readonly RedisTelemetry telemetry;
    private readonly ConcurrentDictionary<string, bool> lost = new();
    private readonly Lock gate = new();
    private Task<ConnectionMultiplexer> connecting;

    /// <param name="connectionString">As StackExchange.Redis reads it: <c>localhost:6379,password=…</c>; of a cluster, some nodes.</param>
    /// <param name="purpose">Shows in the server's client list.</param>
    /// <param name="logger">Where a lost connection is told.</param>
    public RedisConnection(string connectionString, string purpose, ILogger logger)
    {
        this.purpose = purpose;
        this.logger = logger;
        configuration = ConfigurationOptions.Parse(connectionString);
        configuration.AbortOnConnectFail = false;
        configuration.ClientName = "xenocrm-" + purpose;
        configuration.ConnectTimeout = (int)Limit.TotalMilliseconds;
        configuration.SyncTimeout = (int)Limit.TotalMilliseconds;

        // The current client waits longer and longer between two tries, up to a minute.
        configuration.ReconnectRetryPolicy = new LinearRetry(1_000);
        var (server, port) = configuration.EndPoints.FirstOrDefault() switch
        {
            DnsEndPoint name => (name.Host, name.Port),
            IPEndPoint address => (address.Address.ToString(), address.Port),
            _ => ((string?)null, (int?)null),
        };
        telemetry = new RedisTelemetry(server, port, configuration.DefaultDatabase ?? 0);
        connecting = ConnectAsync();
    }

    /// <exception cref="StoreUnavailableException">
    /// The server cannot be reached, did not answer in time or refused. Its refusal is the inner exception, see <see cref="Refused"/>.
    /// </exception>
    public async Task<RedisResult> ExecuteAsync(string command, object[] arguments, CancellationToken cancellationToken)
    {
        using var activity = telemetry.Start(command);
        var started = Stopwatch.GetTimestamp();
        Exception? fault = null;
        try
        {
            return await SendAsync(command, arguments).WaitAsync(Limit, cancellationToken);
        }
        catch (Exception e) when (e is RedisException or TimeoutException or IOException or ObjectDisposedException
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

    public async ValueTask DisposeAsync()
    {
        try
        {
            // Whoever still waits is answered by an error; the old client would wait a second for nothing otherwise.
            var multiplexer = await connecting;
            await multiplexer.CloseAsync(allowCommandsToComplete: false);
            multiplexer.Dispose();
        }
        catch (RedisException)
        {
            // It never came to be.
        }
    }

    private async Task<RedisResult> SendAsync(string command, object[] arguments)
    {
        var database = (await ConnectionAsync()).GetDatabase();

        // The current client would keep the command until the server is back: after the caller was told that it failed.
        // In a cluster the server is the key's.
        return database.IsConnected(Array.Find(arguments, argument => argument is RedisKey) is RedisKey key ? key : default)
            ? await database.ExecuteAsync(command, arguments)
            : throw new IOException("there is no connection to the server.");
    }

    private Task<ConnectionMultiplexer> ConnectionAsync()
    {
        if (connecting.IsFaulted)
        {
            lock (gate)
            {
                if (connecting.IsFaulted)
                {
                    connecting = ConnectAsync();
                }
            }
        }

        return connecting;
    }

    private async Task<ConnectionMultiplexer> ConnectAsync()
    {
        var multiplexer = await ConnectionMultiplexer.ConnectAsync(configuration);
        multiplexer.ConnectionFailed += (_, e) => Tell(e.EndPoint, e.ConnectionType, isLost: true, e.FailureType.ToString());
        multiplexer.ConnectionRestored += (_, e) => Tell(e.EndPoint, e.ConnectionType, isLost: false, "");
        foreach (var server in multiplexer.GetEndPoints().Where(server => !multiplexer.GetServer(server).IsConnected))
        {
            Tell(server, ConnectionType.Interactive, isLost: true, "not connected yet");
        }

        return multiplexer;
    }

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
        [LoggerMessage(Level = LogLevel.Warning, Message = "No connection to Redis at {Server} for {Purpose} ({Reason}). Nothing is taken from or given to the part of the receipt stream that it keeps until it is back; it is tried again and again.")]
        public static partial void Lost(ILogger logger, string server, string purpose, string reason);

        [LoggerMessage(Level = LogLevel.Information, Message = "The connection to Redis at {Server} for {Purpose} is back.")]
        public static partial void Restored(ILogger logger, string server, string purpose);
    }
}

internal static class RedisResults
{
    /// <summary>An array's elements; none where the server answered nil, which the old client does not take for an array.</summary>
    public static RedisResult[] Elements(this RedisResult result) => result.IsNull ? [] : (RedisResult[])result!;
}
