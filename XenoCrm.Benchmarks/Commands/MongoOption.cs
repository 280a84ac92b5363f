using System.CommandLine;
using XenoCrm.Benchmarks.Rows;

namespace XenoCrm.Benchmarks.Commands;

/// <summary>Names a MongoDB server; left out, the environment does.</summary>
internal sealed class MongoOption : Option<string?>
{
    public MongoOption() : base("--mongo") =>
        Description = $"A MongoDB server, as mongodb://127.0.0.1:27017 [default: {CampaignOnMongo.Variable} of the environment]";

    /// <summary>Null for none.</summary>
    public string? Server(ParseResult asked) => asked.GetValue(this) ?? Environment.GetEnvironmentVariable(CampaignOnMongo.Variable);
}
