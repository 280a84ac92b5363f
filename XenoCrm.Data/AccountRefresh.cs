using Microsoft.Extensions.Logging;
using XenoCrm.Core;
using XenoCrm.Core.Account;
using XenoCrm.ServiceDefaults;

namespace XenoCrm.Data;

/// <summary>Reads the account's settings again and again, so that what an admin sets at one server soon holds at all.</summary>
internal sealed class AccountRefresh(IAccountStore store, AccountSettings settings, TimeProvider time, ILogger<AccountRefresh> logger)
    : PollingService<StoreUnavailableException>(time, logger)
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);

    // Nothing is served before the first look, unless the store is away.
    private static readonly TimeSpan FirstLook = TimeSpan.FromSeconds(2);

    private readonly TaskCompletionSource looked = new(TaskCreationOptions.RunContinuationsAsynchronously);

    protected override Backoff Idle => Backoff.Constant(Every);

    protected override Backoff Failing => Idle;

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await base.StartAsync(cancellationToken);
        await Task.WhenAny(looked.Task, Task.Delay(FirstLook, Time, cancellationToken));
    }

    protected override async Task<TimeSpan?> PollOnceAsync(CancellationToken stoppingToken)
    {
        await settings.RefreshAsync(store, stoppingToken);
        looked.TrySetResult();
        return null;
    }
}
