using XenoCrm.Core.Text;

namespace XenoCrm.Core.Campaigns;

/// <summary>Why a row of the log was not sent. What is true of a person when the message leaves counts, not what was true at
/// launch.</summary>
public static class SkipReason
{
    public const string Unsubscribed = "unsubscribed";
    public const string Erased = "erased";

    /// <summary>The address that the row was written for is not the person's any more.</summary>
    public const string NoAddress = "no address";

    public const string EmptyText = "empty text";
    public const string Cancelled = "cancelled";

    /// <summary>Why a person is not written to now; null if there is nothing against it.</summary>
    /// <param name="recipient">The address of the row, fixed at launch.</param>
    /// <param name="isThere">Whether the customer is there.</param>
    /// <param name="unsubscribed">The customer's wish.</param>
    /// <param name="email">The customer's address now.</param>
    /// <param name="phone">The customer's number now.</param>
    public static string? Of(string recipient, bool isThere, bool unsubscribed, string? email, string? phone) =>
        !isThere ? Erased
        : unsubscribed ? Unsubscribed
        : IsSame(recipient, email, phone) ? null
        : NoAddress;

    // A number is the same however it is written: +91 98765 43210, +919876543210.
    private static bool IsSame(string recipient, string? email, string? phone) =>
        (email is not null && TextKey.Of(email) == TextKey.Of(recipient))
        || (phone is not null
            && (TextKey.Of(phone) == TextKey.Of(recipient) || (Digits(phone) is { Length: > 0 } digits && digits == Digits(recipient))));

    private static string Digits(string number) =>
        number.Contains('@', StringComparison.Ordinal) ? "" : string.Concat(number.Where(char.IsAsciiDigit));
}
