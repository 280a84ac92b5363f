using System.Globalization;
using System.Security.Cryptography;
using Xunit.Sdk;

namespace XenoCrm.Tests.Support;

/// <summary>
/// Runs a check on many random cases, the same ones every time, so that a run without a change has the same end. With
/// <c>XENOCRM_TEST_SEED=random</c> they are others each time. A failure names its case's seed; with the variable set to
/// it, that case alone runs again.
/// </summary>
internal static class Property
{
    private const string Variable = "XENOCRM_TEST_SEED";

    private static readonly string? Setting = Environment.GetEnvironmentVariable(Variable);

    private static readonly int? Wanted = int.TryParse(Setting, CultureInfo.InvariantCulture, out var seed) ? seed : null;

    /// <summary>Whether one case alone runs, which says nothing of how the cases are mixed.</summary>
    public static bool Replays => Wanted is not null;

    public static async Task CheckAsync(int cases, Func<Random, Task> check)
    {
        if (Wanted is { } wanted)
        {
            await check(new Random(wanted));
            return;
        }

        var first = Setting == "random" ? RandomNumberGenerator.GetInt32(int.MaxValue - cases) : 1;
        for (var seed = first; seed < first + cases; seed++)
        {
            try
            {
                await check(new Random(seed));
            }
            catch (Exception e) when (e is not SkipException)
            {
                throw new InvalidOperationException($"Failed with {Variable}={seed}. {e.Message}", e);
            }
        }
    }

    public static void Check(int cases, Action<Random> check) => CheckAsync(
        cases,
        random =>
        {
            check(random);
            return Task.CompletedTask;
        }).GetAwaiter().GetResult();

    public static T Pick<T>(this Random random, IReadOnlyList<T> from) => from[random.Next(from.Count)];

    /// <summary>True in one of <paramref name="times"/>.</summary>
    public static bool OneIn(this Random random, int times) => random.Next(times) == 0;
}
