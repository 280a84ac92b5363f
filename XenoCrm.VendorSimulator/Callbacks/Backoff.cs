using Microsoft.Extensions.Options;

namespace XenoCrm.VendorSimulator.Callbacks;

/// <summary>How long to wait after a failure: doubling up to a limit, between half and all of it by chance, never less than the receiver asked for.</summary>
internal sealed class Backoff(IOptions<VendorOptions> options, RandomSource random)
{
    /// <summary>A receiver that asks for more is mistaken.</summary>
    private static readonly TimeSpan MaxRetryAfter = TimeSpan.FromHours(1);

    private const int MaxDoublings = 30;

    /// <param name="failures">In a row, from 1.</param>
    /// <param name="retryAfter">The receiver's own wish.</param>
    public TimeSpan After(int failures, TimeSpan? retryAfter)
    {
        var (first, most) = (options.Value.RetryDelay, options.Value.MaxRetryDelay);
        var full = first * Math.Pow(2, Math.Min(failures - 1, MaxDoublings));
        var delay = random.Retries.Between(0.5 * (full < most ? full : most), full < most ? full : most);
        var asked = retryAfter > MaxRetryAfter ? MaxRetryAfter : retryAfter ?? TimeSpan.Zero;
        return delay > asked ? delay : asked;
    }
}
