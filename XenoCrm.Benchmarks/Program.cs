using System.Globalization;
using XenoCrm.Benchmarks.Load;

return args switch
{
    ["campaign", "--recipients", var count, .. var rest] when int.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out var recipients) && recipients > 0
        => await CampaignLoad.RunAsync(recipients, rest is ["--redis"]),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("""
        campaign --recipients N [--redis]    one campaign from end to end, with its throughput and each process's peak memory
        """);
    return 1;
}
