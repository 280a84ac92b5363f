namespace XenoCrm.Tests.Support;

/// <summary>A clock that stands still until a test moves it; timers run as they do.</summary>
internal sealed class StillTime(DateTimeOffset start) : TimeProvider
{
    private long now = start.UtcTicks;

    public DateTimeOffset Now
    {
        get => new(Interlocked.Read(ref now), TimeSpan.Zero);
        set => Interlocked.Exchange(ref now, value.UtcTicks);
    }

    public override DateTimeOffset GetUtcNow() => Now;
}
