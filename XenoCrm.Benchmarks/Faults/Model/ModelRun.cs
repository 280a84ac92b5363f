using System.Globalization;
using XenoCrm.Benchmarks.Measuring;

namespace XenoCrm.Benchmarks.Faults.Model;

/// <summary>Many interleavings one after the other, and the shortest form of one that fails.</summary>
internal static class ModelRun
{
    // A store that grows gets slow, and after so many lives there is nothing that another one could meet in it.
    private const int LivesOfAStore = 400;

    /// <param name="server">Of a MongoDB server; null for the embedded store.</param>
    /// <param name="first">The first life's seed; each further one has the next.</param>
    /// <param name="count">How many lives.</param>
    /// <param name="size">How large each is.</param>
    /// <param name="progress">Where to say how far it is; null to say nothing.</param>
    /// <param name="until">When to stop, even if there are more.</param>
    /// <returns>How many there were.</returns>
    /// <exception cref="LedgerException">One of them differed; it says its seed and its steps.</exception>
    public static async Task<int> CheckAsync(
        string? server, int first, int count, InterleavingSize size, Progress? progress = null, DateTimeOffset? until = null)
    {
        var done = 0;
        while (done < count && (until is null || TimeProvider.System.GetUtcNow() < until))
        {
            await using var place = new StorePlace(server);
            for (var left = LivesOfAStore; left > 0 && done < count && (until is null || TimeProvider.System.GetUtcNow() < until); left--)
            {
                var seed = first + done;
                var name = string.Create(CultureInfo.InvariantCulture, $"s{seed}");
                if (await Interleaving.RunAsync(place, name, Interleaving.StepsOf(seed, size.Steps), size) is { } difference)
                {
                    throw new LedgerException(await ShortenAsync(server, seed, size, difference));
                }

                done++;
                progress?.Count("interleavings", done, count);
            }
        }

        return done;
    }

    /// <summary>Leaves out what it can, as long as something still differs.</summary>
    private static async Task<string> ShortenAsync(string? server, int seed, InterleavingSize size, string difference)
    {
        var steps = Interleaving.StepsOf(seed, size.Steps).ToList();
        var each = size with { CompareEvery = 1 };
        for (var piece = Math.Max(1, steps.Count / 2); piece >= 1; piece /= 2)
        {
            for (var at = 0; at + piece <= steps.Count;)
            {
                List<int> fewer = [.. steps[..at], .. steps[(at + piece)..]];
                await using var place = new StorePlace(server);
                if (await Interleaving.RunAsync(place, "short", fewer, each) is { } still)
                {
                    (steps, difference) = (fewer, still);
                }
                else
                {
                    at += piece;
                }
            }
        }

        return string.Create(
            CultureInfo.InvariantCulture, $"Seed {seed}: store and model differ after {steps.Count} of {size.Steps} steps.\n{difference}");
    }
}
