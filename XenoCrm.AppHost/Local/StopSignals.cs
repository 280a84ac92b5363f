using System.Runtime.InteropServices;

namespace XenoCrm.AppHost.Local;

/// <summary>
/// The first signal asks for an orderly stop; Ctrl+C during it, for one at once. A second SIGTERM does not: whoever
/// stops a whole group sends several.
/// </summary>
internal sealed class StopSignals : IDisposable
{
    private readonly CancellationTokenSource stop = new();
    private readonly CancellationTokenSource hurry = new();
    private readonly List<PosixSignalRegistration> registrations = [];

    public StopSignals()
    {
        foreach (var signal in (PosixSignal[])[PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGQUIT, PosixSignal.SIGHUP])
        {
            registrations.Add(PosixSignalRegistration.Create(signal, On));
        }
    }

    public CancellationToken Stop => stop.Token;

    public CancellationToken Hurry => hurry.Token;

    public void Dispose()
    {
        registrations.ForEach(registration => registration.Dispose());
        stop.Dispose();
        hurry.Dispose();
    }

    private void On(PosixSignalContext context)
    {
        context.Cancel = true;
        if (stop.IsCancellationRequested && context.Signal == PosixSignal.SIGINT)
        {
            hurry.Cancel();
        }

        stop.Cancel();
    }
}
