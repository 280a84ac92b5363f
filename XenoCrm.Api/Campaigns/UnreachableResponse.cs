using XenoCrm.Core.Segments;

namespace XenoCrm.Api.Campaigns;

/// <param name="Unsubscribed">Whoever does not want to be written to, with an address or without.</param>
/// <param name="Suppressed">Whoever else has an address that is on the suppression list.</param>
/// <param name="NoAddress">Whoever has neither an e-mail address nor a phone number.</param>
public sealed record UnreachableResponse(long Unsubscribed, long Suppressed, long NoAddress)
{
    internal static UnreachableResponse Of(AudienceCount count) => new(count.Unsubscribed, count.Suppressed, count.NoAddress);
}
