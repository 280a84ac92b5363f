using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace XenoCrm.Data.Redis;

/// <summary>
/// One connection to Redis that never makes a caller wait long: a command is answered, or refused, within two seconds.
/// It connects in the background and goes on trying for ever, so that a server that was down is used again as soon as it
/// is back. All commands go by name through <c>ExecuteAsync</c>, which the old and the current client have in common.
/// </summary>
internal sealed partial class RedisConnection : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(2);

    private readonly ConfigurationOptions configuration;
    private readonly string purpose;
    private readonly ILogger logger;
    private readonly Lock gate = new();
    private Task<ConnectionMultiplexer> connecting;
    private bool lost;

    /// <param name="connectionString">As StackExchange.Redis reads it: <c>localhost:6379,password=…</c>.</param>
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
        connecting = ConnectAsync();
    }

    /// <exception cref="StoreUnavailableException">
    /// The server cannot be reached, did not answer in time or refused. Its refusal is the inner exception, see <see cref="Refused"/>.
    /// </exception>
    public async Task<RedisResult> ExecuteAsync(string command, object[] arguments, CancellationToken cancellationToken)
    {
        try
        {
            return await SendAsync(command, arguments).WaitAsync(Limit, cancellationToken);
        }
        catch (Exception e) when (e is RedisException or TimeoutException or IOException or ObjectDisposedException)
        {
            throw new StoreUnavailableException("Redis cannot take receipts now: " + e.Message, e);
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
        var multiplexer = await ConnectionAsync();

        // The current client would keep the command until the server is back: after the caller was told that it failed.
        return multiplexer.IsConnected
            ? await multiplexer.GetDatabase().ExecuteAsync(command, arguments)
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
        multiplexer.ConnectionFailed += (_, e) => Tell(e.ConnectionType, isLost: true, e.FailureType.ToString());
        multiplexer.ConnectionRestored += (_, e) => Tell(e.ConnectionType, isLost: false, "");
        if (!multiplexer.IsConnected)
        {
            Tell(ConnectionType.Interactive, isLost: true, "not connected yet");
        }

        return multiplexer;
    }

    // Each try that fails is an event, and the client's second connection, for subscriptions, has events of its own.
    private void Tell(ConnectionType type, bool isLost, string reason)
    {
        if (type != ConnectionType.Interactive || Interlocked.Exchange(ref lost, isLost) == isLost)
        {
            return;
        }

        if (isLost)
        {
            Log.Lost(logger, purpose, reason);
        }
        else
        {
            Log.Restored(logger, purpose);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "No connection to Redis for {Purpose} ({Reason}). Nothing is taken from or given to the receipt stream until it is back; it is tried again and again.")]
        public static partial void Lost(ILogger logger, string purpose, string reason);

        [LoggerMessage(Level = LogLevel.Information, Message = "The connection to Redis for {Purpose} is back.")]
        public static partial void Restored(ILogger logger, string purpose);
    }
}

internal static class RedisResults
{
    /// <summary>An array's elements; none where the server answered nil, which the old client does not take for an array.</summary>
    public static RedisResult[] Elements(this RedisResult result) => result.IsNull ? [] : (RedisResult[])result!;
}
