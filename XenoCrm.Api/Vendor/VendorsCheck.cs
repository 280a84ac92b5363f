using Microsoft.Extensions.Options;
using XenoCrm.Api.Vendor.Http;
using XenoCrm.Api.Vendor.Smtp;
using XenoCrm.Core.Customers;

namespace XenoCrm.Api.Vendor;

/// <summary>Whether what is configured of the vendors that are used can work.</summary>
internal sealed class VendorsCheck : IValidateOptions<VendorsOptions>
{
    public ValidateOptionsResult Validate(string? name, VendorsOptions options)
    {
        var faults = Enum.GetValues<AddressKind>().SelectMany(kind => Faults(kind, options.Of(kind))).ToList();
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }

    private static IEnumerable<string> Faults(AddressKind kind, ChannelOptions channel) => (channel.Kind, kind) switch
    {
        (VendorKind.Smtp, AddressKind.Phone) =>
            [$"{VendorsOptions.PathOf(kind)}:Kind is 'Smtp'; a telephone number gets no e-mail. Set it to Vendor or Http."],
        (VendorKind.Smtp, _) => SmtpCheck.Faults(channel.Smtp, VendorsOptions.PathOf(kind) + ":Smtp"),
        (VendorKind.Http, _) => HttpVendorCheck.Faults(channel.Http, VendorsOptions.PathOf(kind) + ":Http"),
        _ => [],
    };
}
