using XenoCrm.Benchmarks.Measuring;

namespace XenoCrm.Benchmarks.Rows;

/// <summary>How large a run is, by an option of its command.</summary>
/// <param name="Name"><c>--recipients</c>.</param>
/// <param name="Description">What it counts.</param>
/// <param name="Full">For the table.</param>
/// <param name="Quick">To see in seconds that it works.</param>
internal sealed record Size(string Name, string Description, int Full, int Quick);

/// <summary>One row of the table of goals: a command of its own.</summary>
internal abstract class Benchmark
{
    /// <summary><c>P1</c>.</summary>
    public abstract string Row { get; }

    public abstract string Command { get; }

    /// <summary>What is measured and how, for the help and the table.</summary>
    public abstract string What { get; }

    public virtual IReadOnlyList<Size> Sizes => [];

    /// <summary>One run. The figures are the same ones in the same order each time.</summary>
    /// <exception cref="LedgerException">Something was lost, or done twice.</exception>
    /// <exception cref="SkippedException">It cannot be measured here.</exception>
    public abstract Task<IReadOnlyList<Figure>> RunAsync(RunSettings run);
}

/// <summary>What a run is asked to be.</summary>
/// <param name="Number">From 1.</param>
/// <param name="Sizes">By the option's name.</param>
/// <param name="Progress">Where to say how far it is.</param>
internal sealed record RunSettings(int Number, IReadOnlyDictionary<string, int> Sizes, Progress Progress)
{
    /// <summary>Whether campaigns run with Redis, without it, or with each in turn.</summary>
    public IReadOnlyList<bool> WithRedis { get; init; } = [false, true];

    /// <summary>A MongoDB server, or one that speaks its protocol.</summary>
    public string? Mongo { get; init; }

    /// <summary>Whether the peers run, too.</summary>
    public bool Peers { get; init; } = true;

    public int this[Size size] => Sizes[size.Name];
}
