using Microsoft.Extensions.Options;
using XenoCrm.Api.Vendor.Http;
using XenoCrm.Core.Customers;

namespace XenoCrm.Api.Vendor;

/// <summary>By which way and from whom a campaign's messages go, in words, for whoever is about to send it.</summary>
internal sealed class SendingWays(Vendors vendors, IOptions<VendorsOptions> options)
{
    /// <param name="channel">The campaign's; null for by e-mail, or by SMS where there is no address.</param>
    public SendingWay Of(AddressKind? channel)
    {
        var email = options.Value.Email;
        var text = channel switch
        {
            AddressKind.Phone => $"By SMS, {Through(AddressKind.Phone)}.",
            AddressKind.Email => $"By e-mail, {Through(AddressKind.Email)}.",
            _ when vendors.All.Count == 1 =>
                $"By e-mail, and by SMS to whoever has no e-mail address; both {Through(AddressKind.Email)}.",
            _ => $"By e-mail, {Through(AddressKind.Email)}. By SMS to whoever has no e-mail address, {Through(AddressKind.Phone)}.",
        };
        return new SendingWay(text, channel != AddressKind.Phone && HasSubject(email), email.Subject);
    }

    private string Through(AddressKind kind) => options.Value.Of(kind) switch
    {
        { Kind: VendorKind.Smtp, Smtp: var server } => $"from {server.From}, through the mail server {server.Host}",
        _ => $"through the delivery service at {vendors.Of(kind).Vendor.Place}, with the sender that is set there",
    };

    private static bool HasSubject(ChannelOptions channel) => channel.Kind switch
    {
        VendorKind.Smtp => true,
        VendorKind.Http => new[] { channel.Http.Url?.OriginalString, channel.Http.Body, channel.Http.Item }
            .Any(part => part is not null && MessageFields.NamesIn(part).Contains(MessageFields.Subject)),
        _ => false,
    };
}

/// <param name="Text">Sentences.</param>
/// <param name="HasSubject">Whether its e-mails have a subject that we give.</param>
/// <param name="Subject">That of all campaigns; null for the campaign's name.</param>
public sealed record SendingWay(string Text, bool HasSubject, string? Subject)
{
    /// <summary>With the subject that a campaign of that name has.</summary>
    public string For(string? name) => HasSubject && (Subject ?? name) is { Length: > 0 } subject
        ? $"{Text} The subject of the e-mail is “{subject}”."
        : Text;
}
