using Microsoft.Extensions.Options;
using XenoCrm.Api.Vendor;
using XenoCrm.Core.Customers;

namespace XenoCrm.Api.Campaigns;

/// <summary>
/// Whether a vendor that takes messages one by one answers the last of a batch before another sender takes its row over: nothing begins
/// in the second half of a lease.
/// </summary>
internal sealed class LeaseCheck(IOptions<CampaignOptions> campaigns) : IValidateOptions<VendorsOptions>
{
    public ValidateOptionsResult Validate(string? name, VendorsOptions options)
    {
        var longest = campaigns.Value.Lease / 2;
        var faults = Enum.GetValues<AddressKind>()
            .Select(kind => (Channel: options.Of(kind), Path: VendorsOptions.PathOf(kind)))
            .Select(one => one.Channel.Kind switch
            {
                VendorKind.Http => (one.Channel.Http.Timeout, Setting: one.Path + ":Http:Timeout"),
                VendorKind.Smtp => (one.Channel.Smtp.Timeout, Setting: one.Path + ":Smtp:Timeout"),
                _ => (Timeout: TimeSpan.Zero, Setting: ""),
            })
            .Where(one => one.Timeout > longest)
            .Select(one => $"{one.Setting} is '{one.Timeout:c}'; it must be half of Campaigns:Lease at most, {longest:c}. Set one of them.")
            .ToList();
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }
}
