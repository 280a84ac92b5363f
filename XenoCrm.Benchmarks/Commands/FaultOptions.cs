using System.CommandLine;
using XenoCrm.Benchmarks.Faults;
using XenoCrm.Benchmarks.Measuring;

namespace XenoCrm.Benchmarks.Commands;

/// <summary>The options that every proof has.</summary>
internal sealed class FaultOptions
{
    private readonly Option<int> seed = new("--seed") { Description = "Where the random numbers begin", DefaultValueFactory = _ => 1 };

    private readonly Option<bool> quick = new("--quick")
    {
        Description = "Small sizes: to see in a minute that it works, not for the document",
    };

    private readonly Option<string[]> stores = new("--store")
    {
        Description = $"Only these: {string.Join(", ", ProofSettings.AllStores)} [default: all that there are]",
        AllowMultipleArgumentsPerToken = true,
        DefaultValueFactory = _ => [],
    };

    private readonly MongoOption mongo = new();

    public FaultOptions() => stores.AcceptOnlyFromAmong([.. ProofSettings.AllStores]);

    public void AddTo(Command command)
    {
        foreach (var option in (Option[])[seed, quick, stores, mongo])
        {
            command.Options.Add(option);
        }
    }

    public bool IsQuick(ParseResult asked) => asked.GetValue(quick);

    public ProofSettings Settings(ParseResult asked, IReadOnlyDictionary<string, int> sizes)
    {
        var server = mongo.Server(asked);
        IReadOnlyList<string> all = server is null ? [ProofSettings.Embedded, ProofSettings.Redis] : ProofSettings.AllStores;
        var chosen = asked.GetRequiredValue(stores);
        return new(asked.GetValue(seed), sizes, chosen.Length == 0 ? all : chosen, Progress.Standard) { Mongo = server };
    }
}
