using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;
using XenoCrm.Core;

namespace XenoCrm.Data.Redis;

/// <summary>
/// Looks once, as soon as the server answers, whether what it has taken survives a crash: a receipt is answered with 2xx
/// when Redis has it, and never sent again after that. What is wrong is said in the log and nothing is refused, because
/// the settings are the operator's.
/// </summary>
internal sealed partial class RedisDurability(RedisReceiptStream stream, TimeProvider time, ILogger<RedisDurability> logger)
    : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (!await TryCheckAsync(stoppingToken))
            {
                await Task.Delay(Pause, time, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops.
        }
    }

    private async Task<bool> TryCheckAsync(CancellationToken cancellationToken)
    {
        try
        {
            var appendOnly = await stream.SettingAsync("appendonly", cancellationToken);
            var fsync = await stream.SettingAsync("appendfsync", cancellationToken);
            if (appendOnly != "yes")
            {
                Log.NoAppendOnlyFile(logger);
            }
            else if (fsync != "always")
            {
                Log.LateFsync(logger, fsync ?? "unknown");
            }

            var policy = await stream.SettingAsync("maxmemory-policy", cancellationToken);
            if (policy?.StartsWith("allkeys", StringComparison.Ordinal) == true
                && await stream.SettingAsync("maxmemory", cancellationToken) != "0")
            {
                Log.Evicts(logger, policy);
            }

            return true;
        }
        catch (StoreUnavailableException e) when (e.InnerException is RedisServerException)
        {
            // A managed server may not let us look.
            Log.Unknown(logger, e.InnerException.Message);
            return true;
        }
        catch (StoreUnavailableException)
        {
            return false;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message =
            "Redis keeps no append-only file: a crash of the server loses receipts that the vendor was told we have. "
            + "Set: appendonly yes, appendfsync always.")]
        public static partial void NoAppendOnlyFile(ILogger logger);

        [LoggerMessage(Level = LogLevel.Warning, Message =
            "Redis has appendfsync {Value}: a loss of power may lose the last receipts that the vendor was told we have. "
            + "Set: appendfsync always.")]
        public static partial void LateFsync(ILogger logger, string value);

        [LoggerMessage(Level = LogLevel.Warning, Message =
            "Redis has maxmemory-policy {Policy} and may throw the receipt stream away when its memory is full. "
            + "Set: maxmemory-policy noeviction.")]
        public static partial void Evicts(ILogger logger, string policy);

        [LoggerMessage(Level = LogLevel.Warning, Message =
            "Redis does not say how durable it is ({Reason}). "
            + "Make sure of: appendonly yes, appendfsync always, maxmemory-policy noeviction.")]
        public static partial void Unknown(ILogger logger, string reason);
    }
}
