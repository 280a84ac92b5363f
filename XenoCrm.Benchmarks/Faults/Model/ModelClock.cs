namespace XenoCrm.Benchmarks.Faults.Model;

/// <summary>Time that only the model moves. Ahead of every server's: MongoDB deletes by its own clock what was erased long ago.</summary>
internal sealed class ModelClock : TimeProvider
{
    private DateTimeOffset now = new(2126, 11, 22, 8, 0, 0, TimeSpan.Zero);

    public override DateTimeOffset GetUtcNow() => now;

    public DateTimeOffset Advance(TimeSpan by) => now += by;
}
