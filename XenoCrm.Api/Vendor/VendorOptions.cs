using System.ComponentModel.DataAnnotations;

namespace XenoCrm.Api.Vendor;

/// <summary>Where the vendor is and where it calls back: section <c>Vendor</c>.</summary>
internal sealed class VendorOptions
{
    public const string Section = "Vendor";

    /// <summary>By default the simulator's address beside this API.</summary>
    [Required]
    public Uri? BaseAddress { get; set; }

    /// <summary>The receipt route as the vendor sees it. By default this API's own.</summary>
    [Required]
    public Uri? CallbackUrl { get; set; }

    /// <summary>How long an answer may take. It must be shorter than <c>Campaigns:Lease</c>. Default 10 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:05:00")]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(10);
}
