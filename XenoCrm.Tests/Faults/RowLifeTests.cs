using System.Globalization;
using System.Security.Cryptography;
using XenoCrm.Benchmarks.Faults.Model;
using XenoCrm.Tests.Mongo;

namespace XenoCrm.Tests.Faults;

/// <summary>
/// A few hundred random lives on the real stores against the model of a row's life (<see cref="RowLife"/>). With
/// <c>XENOCRM_TEST_SEED</c> others: a number, or <c>random</c>. <c>faults model</c> of the harness runs as many as one likes.
/// </summary>
public sealed class RowLifeTests
{
    private static readonly InterleavingSize Small = new();

    // Blocks of 500 have edges at the 500th and the 1,000th row.
    private static readonly InterleavingSize OverBlocks = new(People: 1_200, Batch: 1_200, CompareEvery: 5);

    private static int Seed => Environment.GetEnvironmentVariable("XENOCRM_TEST_SEED") switch
    {
        null or "" => 1,
        "random" => RandomNumberGenerator.GetInt32(1_000_000_000),
        var seed => int.Parse(seed, CultureInfo.InvariantCulture),
    };

    [Fact]
    public async Task The_embedded_store_does_what_the_model_says() => Assert.Equal(100, await ModelRun.CheckAsync(null, Seed, 100, Small));

    [Fact]
    public async Task The_embedded_store_does_what_the_model_says_over_the_edges_of_blocks() =>
        Assert.Equal(2, await ModelRun.CheckAsync(null, Seed, 2, OverBlocks));

    [Fact]
    public async Task MongoDB_does_what_the_model_says()
    {
        MongoFixture.RequireServer();
        Assert.Equal(10, await ModelRun.CheckAsync(MongoFixture.Server, Seed, 10, Small));
    }
}
