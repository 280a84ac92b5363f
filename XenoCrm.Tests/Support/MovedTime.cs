namespace XenoCrm.Tests.Support;

/// <summary>The system's clock, put forward as far as a test says; timers run as they do.</summary>
internal sealed class MovedTime(DateTimeOffset start) : TimeProvider
{
    private long ahead = (start - System.GetUtcNow()).Ticks;

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow().AddTicks(Interlocked.Read(ref ahead));

    public void MoveTo(DateTimeOffset now) => Interlocked.Exchange(ref ahead, (now - System.GetUtcNow()).Ticks);
}
