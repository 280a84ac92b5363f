using Microsoft.Extensions.Logging;

namespace XenoCrm.ServiceDefaults;

/// <summary>
/// Until the service runs, the host's own account of why it does not start is left out of the log: with its stack trace
/// it hides the sentence of <see cref="ProcessDefaults"/>, which says the same.
/// </summary>
internal sealed class StartPhase
{
    public const string HostCategory = "Microsoft.Extensions.Hosting.Internal.Host";

    private volatile bool over;

    public void End() => over = true;

    // A filter of its own goes over the configured level: Debug says when the host starts and stops, and nothing more.
    public bool LetsPass(LogLevel level) => level >= LogLevel.Warning && (over || level != LogLevel.Error);
}
