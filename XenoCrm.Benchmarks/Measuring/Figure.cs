using System.Globalization;

namespace XenoCrm.Benchmarks.Measuring;

/// <summary>What a figure is counted in, and which way is better.</summary>
internal enum Unit
{
    /// <summary>More is better.</summary>
    PerSecond,

    /// <summary>Less is better, as with all that follow.</summary>
    Milliseconds,
    Seconds,
    MiB,
    Times,
}

/// <summary>One number of one run.</summary>
/// <param name="Name">The same in each run.</param>
/// <param name="Value">What was measured.</param>
/// <param name="Unit">Of the value, and of the limit.</param>
internal sealed record Figure(string Name, double Value, Unit Unit)
{
    public Goal? Goal { get; init; }

    /// <summary>What the machine can do at most, measured in the same run.</summary>
    public Bound? Limit { get; init; }

    /// <summary>Somebody else who does the same under the same promises, in the same run.</summary>
    public Bound? Peer { get; init; }

    /// <summary>What each process spent on a row, in microseconds.</summary>
    public IReadOnlyList<Spent> Processor { get; init; } = [];

    /// <summary>The share of the limit that was reached: 1 is all of it. Null where none was measured.</summary>
    public double? Ratio => Limit is null ? null : Unit == Unit.PerSecond ? Value / Limit.Value : Limit.Value / Value;

    /// <summary>The same ratio by processor time, which a machine that others use does not spoil.</summary>
    public double? ProcessorRatio
    {
        get
        {
            var mine = Processor.Where(spent => Limit?.Against == Bound.All || spent.Process == Limit?.Against).Sum(spent => spent.Total);
            return Limit?.Processor is { } limit && mine > 0 ? limit.Total / mine : null;
        }
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Name}: {Units.Text(Value, Unit)}")
        + (Limit is null ? "" : string.Create(
            CultureInfo.InvariantCulture, $"; {Limit.Name}: {Units.Text(Limit.Value, Unit)}, ratio {Ratio:0.000}"))
        + (ProcessorRatio is { } ratio ? string.Create(CultureInfo.InvariantCulture, $", by processor time {ratio:0.000}") : "")
        + (Peer is null ? "" : $"; {Peer.Name}: {Units.Text(Peer.Value, Unit)}")
        + (Processor.Count == 0 ? "" : $"; processor a row: {string.Join(", ", Processor)}")
        + (Limit?.Processor is { } bare ? $"; limit's: {bare}" : "")
        + (Peer is null or { Processor: null } ? "" : $"; peer's: {Peer.Processor}");
}

/// <summary>What a figure is held against.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Value">In the figure's unit.</param>
/// <param name="Processor">What it spent on a row itself.</param>
/// <param name="Against">The process of ours that does the same work, or <see cref="All"/>.</param>
internal sealed record Bound(string Name, double Value, Spent? Processor = null, string? Against = null)
{
    /// <summary>All processes together do it.</summary>
    public const string All = "all";
}

/// <summary>Microseconds of processor time, by a process, for one row.</summary>
internal sealed record Spent(string Process, double User, double System)
{
    public double Total => User + System;

    public static Spent PerRow(string process, TimeSpan user, TimeSpan system, long rows) =>
        new(process, user.TotalMicroseconds / rows, system.TotalMicroseconds / rows);

    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Process} {Total:0.0} µs ({User:0.0} + {System:0.0})");
}

/// <summary>What is to be reached at least, or not to be exceeded.</summary>
/// <param name="Value">The bound.</param>
/// <param name="OfRatio">Whether it is one of the ratio to the limit.</param>
internal sealed record Goal(double Value, bool OfRatio = false)
{
    public static Goal Ratio(double value) => new(value, OfRatio: true);

    public bool IsMet(double value, double? ratio, Unit unit) => OfRatio ? ratio >= Value
        : unit == Unit.PerSecond ? value >= Value : value <= Value;

    public string Text(Unit unit) => OfRatio ? string.Create(CultureInfo.InvariantCulture, $"ratio at least {Value:0.0#}")
        : (unit == Unit.PerSecond ? "at least " : "at most ") + Units.Text(Value, unit);
}

internal static class Units
{
    public static string Text(double value, Unit unit) => unit switch
    {
        Unit.PerSecond => string.Create(CultureInfo.InvariantCulture, $"{value:N0} / s"),
        Unit.Milliseconds => string.Create(CultureInfo.InvariantCulture, $"{Number(value)} ms"),
        Unit.Seconds => string.Create(CultureInfo.InvariantCulture, $"{value:0.00} s"),
        Unit.MiB => string.Create(CultureInfo.InvariantCulture, $"{value:0} MiB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{value:0.0#} ×"),
    };

    private static string Number(double value) => value.ToString(value < 10 ? "0.0#" : "0", CultureInfo.InvariantCulture);
}
