using XenoCrm.Core.Text;

namespace XenoCrm.Core.Campaigns;

/// <summary>Why a row of the log was not sent. What is true of a person when the message leaves counts, not what was true at
/// launch.</summary>
public static class SkipReason
{
    public const string Unsubscribed = "unsubscribed";
    public const string Erased = "erased";

    /// <summary>The address is on the suppression list.</summary>
    public const string Suppressed = "suppressed";

    /// <summary>The address that the row was written for is not the person's any more.</summary>
    public const string NoAddress = "no address";

    public const string EmptyText = "empty text";
    public const string Cancelled = "cancelled";

    /// <summary>The person has had as many messages as the account allows in a while.</summary>
    public const string Capped = "capped";

    public static readonly IReadOnlySet<string> All =
        new HashSet<string> { Unsubscribed, Erased, Suppressed, NoAddress, EmptyText, Cancelled, Capped };

    /// <summary>Why a person is not written to now; null if there is nothing against it.</summary>
    /// <param name="recipient">The address of the row, fixed at launch.</param>
    /// <param name="isThere">Whether the customer is there.</param>
    /// <param name="unsubscribed">The customer's wish.</param>
    /// <param name="suppressed">Whether the row's address is on the suppression list.</param>
    /// <param name="email">The customer's address now.</param>
    /// <param name="phone">The customer's number now, as it was typed.</param>
    /// <param name="phoneE164">The same as the world knows it, if that is known; a row may have been written for either.</param>
    public static string? Of(
        string recipient, bool isThere, bool unsubscribed, bool suppressed, string? email, string? phone, string? phoneE164) =>
        !isThere ? Erased
        : unsubscribed ? Unsubscribed
        : suppressed ? Suppressed
        : IsAddress(recipient, email) || IsNumber(recipient, phone) || IsNumber(recipient, phoneE164) ? null
        : NoAddress;

    private static bool IsAddress(string recipient, string? address) =>
        address is not null && (address == recipient || TextKey.Of(address) == TextKey.Of(recipient));

    // A number is the same however it is written: +91 98765 43210, +919876543210.
    private static bool IsNumber(string recipient, string? phone) =>
        IsAddress(recipient, phone)
        || (phone is not null && Digits(phone) is { Length: > 0 } digits && digits == Digits(recipient));

    private static string Digits(string number) =>
        number.Contains('@', StringComparison.Ordinal) ? "" : string.Concat(number.Where(char.IsAsciiDigit));
}
