using Microsoft.Extensions.Options;
using XenoCrm.ServiceDefaults;

namespace XenoCrm.VendorSimulator.Callbacks;

/// <summary>How long to wait after a failure: never less than the receiver asked for.</summary>
internal sealed class Retries(IOptions<VendorOptions> options, RandomSource random)
{
    private readonly Backoff pauses = new(options.Value.RetryDelay, options.Value.MaxRetryDelay);

    /// <param name="failures">In a row, from 1.</param>
    /// <param name="retryAfter">The receiver's own wish.</param>
    public TimeSpan After(int failures, TimeSpan? retryAfter) =>
        RetryAfter.Honour(retryAfter, pauses.After(failures, random.Retries.Next()));
}
