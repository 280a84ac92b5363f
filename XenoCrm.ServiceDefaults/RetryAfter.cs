using System.Net.Http.Headers;

namespace XenoCrm.ServiceDefaults;

/// <summary>The header <c>Retry-After</c> of an answer: seconds, or a date.</summary>
public static class RetryAfter
{
    // Who asks for more is mistaken.
    private static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    /// <summary>How long from now; null if it is not there, cannot be read, or names a time that is over.</summary>
    public static TimeSpan? Read(string? header, TimeProvider time) =>
        RetryConditionHeaderValue.TryParse(header, out var value) ? Read(value, time) : null;

    public static TimeSpan? Read(RetryConditionHeaderValue? header, TimeProvider time) => header switch
    {
        { Delta: { } delta } => delta,
        { Date: { } date } when date > time.GetUtcNow() => date - time.GetUtcNow(),
        _ => null,
    };

    /// <summary>Our own pause, or what was asked for if that is longer; of that an hour at most.</summary>
    public static TimeSpan Honour(TimeSpan? asked, TimeSpan pause)
    {
        var granted = asked > Longest ? Longest : asked ?? TimeSpan.Zero;
        return granted > pause ? granted : pause;
    }
}
