namespace XenoCrm.VendorSimulator.Faults;

/// <summary>Puts the send faults that happen to this request around its answer.</summary>
internal sealed class SendFaultFilter(FaultSwitches faults, TimeProvider time, IHostApplicationLifetime host) : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next) =>
        await faults.Around(next, duration => PauseAsync(duration, context.HttpContext.RequestAborted))(context);

    // A vendor that is told to stop answers at once what it holds back.
    private async Task PauseAsync(TimeSpan duration, CancellationToken gone)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(gone, host.ApplicationStopping);
        await Task.Delay(duration, time, either.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
}
