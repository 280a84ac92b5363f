using System.ComponentModel.DataAnnotations;
using XenoCrm.Api.Vendor.Http;
using XenoCrm.Api.Vendor.Smtp;
using XenoCrm.Core.Customers;

namespace XenoCrm.Api.Vendor;

internal enum VendorKind
{
    /// <summary>The one that section <c>Vendor</c> names.</summary>
    Vendor,
    Http,
    Smtp,
}

/// <summary>Who takes which messages: section <c>Vendors</c>.</summary>
internal sealed class VendorsOptions
{
    public const string Section = "Vendors";

    public ChannelOptions Email { get; set; } = new();

    public ChannelOptions Phone { get; set; } = new();

    public ChannelOptions Of(AddressKind kind) => kind == AddressKind.Email ? Email : Phone;

    /// <summary>Where a channel's settings lie: <c>Vendors:Email</c>.</summary>
    public static string PathOf(AddressKind kind) => $"{Section}:{kind}";
}

/// <summary>Who takes the messages to one kind of address.</summary>
internal sealed class ChannelOptions
{
    /// <summary>Default: the vendor of section <c>Vendor</c>. <c>Smtp</c> for e-mail only.</summary>
    [EnumDataType(typeof(VendorKind))]
    public VendorKind Kind { get; set; } = VendorKind.Vendor;

    /// <summary>The subject of its messages. Default: the campaign's name.</summary>
    public string? Subject { get; set => field = Setting.OrNone(value); }

    public HttpVendorOptions Http { get; set; } = new();

    public SmtpOptions Smtp { get; set; } = new();
}
