using System.Collections.Concurrent;
using Microsoft.Extensions.Options;
using XenoCrm.Core;
using XenoCrm.Core.Keys;

namespace XenoCrm.Api.Keys;

/// <summary>Remembers when keys were used, and stores it every minute: no request waits for it.</summary>
internal sealed partial class KeyUses(
    IKeyStore store, IOptions<ApiKeyOptions> options, TimeProvider time, ILogger<KeyUses> logger) : BackgroundService
{
    private ConcurrentDictionary<string, DateTimeOffset> uses = new();

    public void Note(string id) => uses[id] = time.GetUtcNow();

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.Value.NoteUsesEvery, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                await StoreAsync();
            }
        }
        catch (OperationCanceledException)
        {
            // What was used since is stored on the way out.
            await StoreAsync();
        }
    }

    private async Task StoreAsync()
    {
        if (uses.IsEmpty)
        {
            return;
        }

        var noted = Interlocked.Exchange(ref uses, new());
        try
        {
            await store.NoteUsesAsync(noted, CancellationToken.None);
        }
        catch (StoreUnavailableException e)
        {
            Log.NotStored(logger, noted.Count, e.Message);
            foreach (var (id, at) in noted)
            {
                uses.TryAdd(id, at);
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(
            Level = LogLevel.Warning, Message = "When {Count} keys were last used could not be stored; it is tried again. {Reason}")]
        public static partial void NotStored(ILogger logger, int count, string reason);
    }
}
