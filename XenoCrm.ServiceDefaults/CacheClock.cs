using Microsoft.Extensions.Internal;

namespace XenoCrm.ServiceDefaults;

/// <summary>The one clock of the process, as a memory cache wants it.</summary>
public sealed class CacheClock(TimeProvider time) : ISystemClock
{
    public DateTimeOffset UtcNow => time.GetUtcNow();
}
