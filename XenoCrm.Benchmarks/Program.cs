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
    ["pages", "--customers", var count, "--rows", var rows, .. var rest]
        when int.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out var customers) && customers > 0
        && int.TryParse(rows, NumberStyles.None, CultureInfo.InvariantCulture, out var logged) && logged >= customers
        && rest is [] or ["--write", _]
        => await PageLoad.RunAsync(customers, logged, rest is [_, var file] ? file : null),
    ["nl2segment", var sentences, .. var rest] => SentenceCommand.Run(sentences, rest, Console.Out, Console.Error),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("""
        campaign --recipients N [--redis]    one campaign from end to end, with its throughput and each process's peak memory
        receipts [--redis] [--recipients N] [--batch 1,100,1000] [--connections N] [--rounds N] [--one-core] [--set NAME=VALUE]
                                             receipts a second, acknowledged and applied, with latencies; NAME is a service's environment
        pages --customers N --rows M [--write FILE.md]
                                             each page's time to its first byte, with M rows in the log
        sizes --recipients N                 bytes a row in each table and index, and as documents
        nl2segment FILE.jsonl --at DATE [--out RESULT.jsonl] [--customers CUSTOMERS.jsonl]
                                             the built-in engine's rules for a file of sentences, scored where it has answers
        """);
    return 1;
}
