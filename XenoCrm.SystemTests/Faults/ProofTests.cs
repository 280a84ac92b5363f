using System.Globalization;
using System.Security.Cryptography;
using XenoCrm.AppHost.Running;
using XenoCrm.Benchmarks.Commands;
using XenoCrm.Benchmarks.Faults;
using XenoCrm.Benchmarks.Measuring;

namespace XenoCrm.SystemTests.Faults;

/// <summary>
/// The short forms of the proofs behind docs/reliability.md: real processes, broken on purpose, with the same ledgers as the long runs of
/// <c>faults</c>. With <c>XENOCRM_TEST_SEED</c> others: a number, or <c>random</c>.
/// </summary>
public sealed class ProofTests
{
    public static TheoryData<string, string> ShortForms => new()
    {
        { "kills", ProofSettings.Redis },
        { "redis", ProofSettings.Redis },
        { "flood", ProofSettings.Redis },
        { "poison", ProofSettings.Redis },
        { "stops", ProofSettings.Embedded },
        { "storage", ProofSettings.Redis },
        { "backup", ProofSettings.Embedded },
        { "fuzz", ProofSettings.Embedded },
        { "clock", ProofSettings.Embedded },
    };

    private static int Seed => Environment.GetEnvironmentVariable("XENOCRM_TEST_SEED") switch
    {
        null or "" => 1,
        "random" => RandomNumberGenerator.GetInt32(1_000_000_000),
        var seed => int.Parse(seed, CultureInfo.InvariantCulture),
    };

    [Theory]
    [MemberData(nameof(ShortForms))]
    public async Task Nothing_is_lost_stuck_or_done_twice(string name, string store)
    {
        Assert.SkipWhen(store == ProofSettings.Redis && RedisServer.Find() is null, "There is no redis-server (6.2 or later) on the PATH.");
        var proof = FaultCommands.Proofs.Single(proof => proof.Command == name);
        var seed = Seed;
        try
        {
            var lines = await proof.RunAsync(new ProofSettings(
                seed, proof.Sizes.ToDictionary(size => size.Name, size => size.Quick), [store], new Progress(TextWriter.Null)));
            Assert.NotEmpty(lines);
        }
        catch (SkippedException e)
        {
            Assert.Skip(e.Message);
        }
        catch (LedgerException e)
        {
            throw new InvalidOperationException($"With XENOCRM_TEST_SEED={seed}: {e.Message}", e);
        }
    }
}
