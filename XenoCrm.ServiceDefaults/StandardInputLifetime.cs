using System.Runtime.InteropServices;
using Microsoft.Extensions.Hosting;

namespace XenoCrm.ServiceDefaults;

/// <summary>
/// The life of a service that another process of ours started (see <see cref="LocalEnvironment.Lifetime"/>): it ends with its standard
/// input. Closed on purpose, that is an orderly stop, the same on every system; closed because the starter was killed,
/// it leaves no orphan behind. What a terminal sends to the whole group is left to the starter, who stops its services
/// in their order. SIGTERM is meant for one process and stops it.
/// </summary>
internal sealed class StandardInputLifetime(IHostApplicationLifetime application) : IHostLifetime, IDisposable
{
    private readonly List<PosixSignalRegistration> signals = [];

    public Task WaitForStartAsync(CancellationToken cancellationToken)
    {
        foreach (var signal in (PosixSignal[])[PosixSignal.SIGINT, PosixSignal.SIGQUIT, PosixSignal.SIGHUP])
        {
            signals.Add(PosixSignalRegistration.Create(signal, context => context.Cancel = true));
        }

        signals.Add(PosixSignalRegistration.Create(PosixSignal.SIGTERM, context =>
        {
            context.Cancel = true;
            application.StopApplication();
        }));

        // A thread, as a read of standard input cannot be cancelled; it does not keep the process alive.
        new Thread(StopAtEndOfInput) { IsBackground = true, Name = nameof(StandardInputLifetime) }.Start();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => signals.ForEach(signal => signal.Dispose());

    private void StopAtEndOfInput()
    {
        using var input = Console.OpenStandardInput();
        Span<byte> ignored = stackalloc byte[64];
        while (input.Read(ignored) > 0)
        {
        }

        application.StopApplication();
    }
}
