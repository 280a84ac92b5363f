using System.Globalization;
using XenoCrm.Benchmarks.Language;
using XenoCrm.Benchmarks.Load;

return args switch
{
    ["campaign", "--recipients", var count, .. var rest] when int.TryParse(
        count, NumberStyles.None, CultureInfo.InvariantCulture, out var recipients)
        && recipients > 0
        => await CampaignLoad.RunAsync(recipients, rest is ["--redis"]),
    ["receipts", .. var rest] when ReceiptLoadOptions.Parse(rest) is { } options => await ReceiptLoad.RunAsync(options),
    ["sizes", "--recipients", var count] when int.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out var recipients)
        && recipients > 0
        => await StoreSizes.RunAsync(recipients),
    ["nl2segment", var file, .. var rest] => SentenceCommand.Run(file, rest, Console.Out, Console.Error),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("""
        campaign --recipients N [--redis]    one campaign from end to end, with its throughput and each process's peak memory
        receipts [--redis] [--recipients N] [--batch 1,100,1000] [--connections N] [--rounds N] [--one-core] [--set NAME=VALUE]
                                             receipts a second, acknowledged and applied, with latencies; NAME is a service's environment
        sizes --recipients N                 bytes a row in each table and index, and as documents
        nl2segment FILE.jsonl --at DATE [--out RESULT.jsonl] [--customers CUSTOMERS.jsonl]
                                             the built-in engine's rules for a file of sentences, scored where it has answers
        """);
    return 1;
}
