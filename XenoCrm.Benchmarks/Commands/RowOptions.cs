using System.CommandLine;
using System.CommandLine.Parsing;
using XenoCrm.Benchmarks.Measuring;
using XenoCrm.Benchmarks.Rows;

namespace XenoCrm.Benchmarks.Commands;

/// <summary>The options that every row has.</summary>
internal sealed class RowOptions
{
    private const int FullRuns = 5;

    private readonly Option<int?> runs = new("--runs")
    {
        Description = $"Runs, of which the median and the range are told [default: {FullRuns}, quick: 1]",
    };

    private readonly Option<bool> quick = new("--quick")
    {
        Description = "Small sizes and one run: to see in a minute that it works, not for the table",
    };

    private readonly Option<bool> redis = new("--redis") { Description = "Campaigns with Redis only" };
    private readonly Option<bool> embedded = new("--embedded") { Description = "Campaigns on the embedded stream only" };
    private readonly Option<bool> noPeers = new("--no-peers") { Description = "Without the Node pipelines beside" };
    private readonly MongoOption mongo = new();

    private readonly Option<string?> results = new("--results")
    {
        Description = "The folder that keeps what was measured until the report is written [default: artifacts/performance, quick: none]",
    };

    public RowOptions()
    {
        runs.Validators.Add(AtLeastOne);
        redis.Validators.Add(result =>
        {
            if (result.GetValue(redis) && result.GetValue(embedded))
            {
                result.AddError("--redis and --embedded exclude each other; without either a campaign runs with each in turn.");
            }
        });
    }

    public void AddTo(Command command)
    {
        foreach (var option in (Option[])[runs, quick, redis, embedded, noPeers, mongo, results])
        {
            command.Options.Add(option);
        }
    }

    public bool IsQuick(ParseResult asked) => asked.GetValue(quick);

    public int Runs(ParseResult asked) => asked.GetValue(runs) ?? (IsQuick(asked) ? 1 : FullRuns);

    /// <summary>Null: nothing is kept.</summary>
    public string? Results(ParseResult asked, string usual) => asked.GetValue(results) ?? (IsQuick(asked) ? null : usual);

    public RunSettings Settings(ParseResult asked, int number, IReadOnlyDictionary<string, int> sizes) =>
        new(number, sizes, Progress.Standard)
        {
            WithRedis = asked.GetValue(redis) ? [true] : asked.GetValue(embedded) ? [false] : [false, true],
            Mongo = mongo.Server(asked),
            Peers = !asked.GetValue(noPeers),
        };

    public static void AtLeastOne(OptionResult result)
    {
        if (result.Tokens is [var token] && (!int.TryParse(token.Value, out var number) || number < 1))
        {
            result.AddError($"{result.Option.Name} is {token.Value}; it must be a whole number from 1.");
        }
    }
}
