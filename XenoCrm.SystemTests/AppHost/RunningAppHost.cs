using XenoCrm.Tests.Support;

namespace XenoCrm.SystemTests.AppHost;

/// <summary>One AppHost with all that it can have without containers, for the tests that only look at it.</summary>
public sealed class RunningAppHost : IAsyncDisposable
{
    private readonly TempFolder folder = new();
    private AppHostProcess? host;

    internal string Folder => folder.Path;

    internal async Task<AppHostProcess> ReadyAsync()
    {
        Tools.RedisServer();
        return host ??= await AppHostProcess.StartReadyAsync(folder.Path, [], AppHostProcess.WithRedis);
    }

    public async ValueTask DisposeAsync()
    {
        if (host is not null)
        {
            await host.DisposeAsync();
        }

        folder.Dispose();
    }
}
