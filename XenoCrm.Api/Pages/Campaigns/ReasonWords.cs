using XenoCrm.Core.Campaigns;

namespace XenoCrm.Api.Pages.Campaigns;

/// <summary>
/// Why a message was not sent, for people; what is no word of ours stays as it is. What the API calls the vendor, people who send
/// campaigns know as the delivery service.
/// </summary>
internal static class ReasonWords
{
    public static string? Of(string? reason) => reason switch
    {
        null => null,
        SkipReason.Suppressed => "on the suppression list",
        SkipReason.Capped => "had as many messages as the account allows",
        _ => OfService(reason),
    };

    /// <summary>What the delivery service, or the sending, says of itself.</summary>
    public static string OfService(string reason) => reason
        .Replace("the vendor", "the delivery service", StringComparison.Ordinal)
        .Replace("The vendor", "The delivery service", StringComparison.Ordinal);
}
