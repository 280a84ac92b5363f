using System.Globalization;
using XenoCrm.Benchmarks.Measuring;
using XenoCrm.Benchmarks.Rows;
using XenoCrm.Benchmarks.Running;

namespace XenoCrm.Benchmarks.Faults;

/// <summary>One way to break the application on purpose, with a ledger: a command of its own.</summary>
internal abstract class Proof
{
    /// <summary><c>R1</c>.</summary>
    public abstract string Row { get; }

    public abstract string Command { get; }

    /// <summary>What is broken and what must hold, for the help and the document.</summary>
    public abstract string What { get; }

    public abstract IReadOnlyList<Size> Sizes { get; }

    /// <summary>What was done and what came of it, a line each.</summary>
    /// <exception cref="LedgerException">Something was lost, stuck, or done twice.</exception>
    /// <exception cref="SkippedException">It cannot be run here.</exception>
    public abstract Task<IReadOnlyList<string>> RunAsync(ProofSettings run);

    protected static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

/// <summary>What a run is asked to be.</summary>
/// <param name="Seed">Where its random numbers begin.</param>
/// <param name="Sizes">By the option's name.</param>
/// <param name="Stores">Which of <c>embedded</c>, <c>redis</c> and <c>mongo</c>.</param>
/// <param name="Progress">Where to say how far it is.</param>
internal sealed record ProofSettings(int Seed, IReadOnlyDictionary<string, int> Sizes, IReadOnlyList<string> Stores, Progress Progress)
{
    public const string Embedded = "embedded";
    public const string Redis = "redis";
    public const string MongoName = "mongo";

    public static readonly IReadOnlyList<string> AllStores = [Embedded, Redis, MongoName];

    /// <summary>A MongoDB server, or one that speaks its protocol; null without.</summary>
    public string? Mongo { get; init; }

    public int this[Size size] => Sizes[size.Name];

    /// <summary>The application on one of the stores, with short waits: what has died is taken up soon.</summary>
    /// <param name="store">Which.</param>
    /// <param name="batch">How many messages a sender takes at once.</param>
    public ApplicationOptions Application(string store, int batch) => new()
    {
        Redis = store != Embedded,
        Store = store == MongoName ? $"{Mongo}/xenocrm_faults_{Guid.NewGuid():N}" : null,
        Apis = store == MongoName ? 2 : 1,
        Settings =
        [
            ("Campaigns__BatchSize", batch.ToString(CultureInfo.InvariantCulture)),
            ("Campaigns__Concurrency", "1"),
            ("Campaigns__Lease", "00:00:15"),
            ("Campaigns__ReceiptTimeout", "00:00:20"),
            ("Vendor__Timeout", "00:00:05"),
            ("Vendor__MaxRetryDelay", "00:00:05"),
            ("Vendor__Seed", Seed.ToString(CultureInfo.InvariantCulture)),
            ("Logging__LogLevel__Default", "Critical"),
        ],
    };
}
