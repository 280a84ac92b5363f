using System.Security.Cryptography;
using Microsoft.Extensions.Options;

namespace XenoCrm.VendorSimulator;

/// <summary>Random numbers from a seed, for any thread.</summary>
internal sealed class Dice(int seed)
{
    private readonly Random random = new(seed);

    public double Next()
    {
        lock (random)
        {
            return random.NextDouble();
        }
    }

    public int Next(int below) => (int)(Next() * below);

    public TimeSpan Between(TimeSpan least, TimeSpan most) => least + ((most - least) * Next());

    /// <summary>True in that share of the calls. A rate of 0 draws nothing.</summary>
    public bool Hits(double rate) => rate > 0 && Next() < rate;

    public Guid NextId()
    {
        Span<byte> bytes = stackalloc byte[16];
        lock (random)
        {
            random.NextBytes(bytes);
        }

        return new Guid(bytes);
    }
}

/// <summary>One seed, a sequence a purpose: a fault that is turned on does not change which messages succeed.</summary>
internal sealed partial class RandomSource
{
    public RandomSource(IOptions<VendorOptions> options, ILogger<RandomSource> logger)
    {
        var seed = options.Value.Seed ?? RandomNumberGenerator.GetInt32(int.MaxValue);
        Log.Seeded(logger, seed);
        var seeds = new Random(seed);
        Outcomes = new Dice(seeds.Next());
        Faults = new Dice(seeds.Next());
        Retries = new Dice(seeds.Next());
    }

    public Dice Outcomes { get; }

    public Dice Faults { get; }

    public Dice Retries { get; }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "Outcomes are drawn from the seed {Seed}")]
        public static partial void Seeded(ILogger logger, int seed);
    }
}
