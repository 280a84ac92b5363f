using System.ComponentModel.DataAnnotations;

namespace XenoCrm.Api.Insights;

/// <summary>What is read out of the data: section <c>Insights</c>.</summary>
internal sealed class InsightOptions
{
    public const string Section = "Insights";

    /// <summary>The IANA id of the zone in which people's hours are told where a request names none. Default <c>UTC</c>.</summary>
    [Required, CustomValidation(typeof(ZoneId), nameof(ZoneId.Validate))]
    public string TimeZone { get; set; } = "UTC";
}
