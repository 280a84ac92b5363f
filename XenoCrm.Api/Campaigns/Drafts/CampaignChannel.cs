using XenoCrm.Api.Http;
using XenoCrm.Core.Customers;

namespace XenoCrm.Api.Campaigns.Drafts;

/// <summary>A campaign's channel by its word: <c>email</c>, <c>phone</c>.</summary>
internal static class CampaignChannel
{
    public static string? Word(AddressKind? channel) => channel?.ToString().ToLowerInvariant();

    /// <exception cref="RefusedRequestException">400: it is no channel.</exception>
    public static AddressKind? Read(string? word) => word switch
    {
        null => null,
        "email" => AddressKind.Email,
        "phone" => AddressKind.Phone,
        _ => throw RefusedRequestException.Invalid(
            "channel", "A channel is email or phone; without one each person is written to as they can be reached."),
    };
}
