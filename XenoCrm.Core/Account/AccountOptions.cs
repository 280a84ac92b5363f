using System.ComponentModel.DataAnnotations;

namespace XenoCrm.Core.Account;

/// <summary>What is true of everything in this account: section <c>Account</c>.</summary>
public sealed class AccountOptions
{
    public const string Section = "Account";

    /// <summary>Of <see cref="Currency"/>.</summary>
    public const string CurrencyForm = @"^[A-Z]{3}\z";

    /// <summary>
    /// The shop's or the company's name, as its recipients know it: the page behind <c>{{unsubscribeUrl}}</c> says whose messages it is
    /// about. Default none.
    /// </summary>
    [StringLength(100, ErrorMessage = "Account:Name has at most 100 characters, such as Chai House, or is left out.")]
    public string? Name { get; set; }

    /// <summary>The IANA id of the zone in which a date is a day and an hour is told. Default <c>UTC</c>.</summary>
    [Required, CustomValidation(typeof(ZoneId), nameof(ZoneId.Validate))]
    public string TimeZone { get; set => field = ZoneId.Spelling(value) ?? value; } = "UTC";

    /// <summary>
    /// The ISO 4217 code of the currency in which orders are: <c>EUR</c>, <c>INR</c>. Default none: amounts are shown as numbers.
    /// </summary>
    [RegularExpression(
        CurrencyForm, ErrorMessage = "Account:Currency is an ISO 4217 code of three capital letters such as EUR or INR, or left out.")]
    public string? Currency { get; set; }

    /// <summary>The ISO 3166 code of the country whose telephone numbers are written without a country code, and whose way a date in a
    /// message is written: <c>IN</c>. Default none.</summary>
    [RegularExpression(
        "^[A-Z]{2}$", ErrorMessage = "Account:Country is an ISO 3166 code of two capital letters such as IN or DE, or left out.")]
    public string? Country { get; set; }

    /// <summary>
    /// The address at which recipients reach the API from outside, <c>https://crm.example.com</c>: links in messages begin with it.
    /// Default none, and in Development this machine's own.
    /// </summary>
    [RegularExpression(
        "^https?://[^/?#\\s]+/?$",
        ErrorMessage = "Account:PublicUrl is an address such as https://crm.example.com without a path, or left out.")]
    public string? PublicUrl { get; set; }

    /// <summary>
    /// How often one person is written to at most, over all campaigns but transactional ones. Default: as often as there are campaigns.
    /// </summary>
    [CustomValidation(typeof(FrequencyCap), nameof(FrequencyCap.ValidateAll))]
    public List<FrequencyCap> FrequencyCaps { get; } = [];

    /// <summary>
    /// When, by each person's own clock, nobody is written to but by transactional campaigns: messages wait. Default: at no hour.
    /// </summary>
    [CustomValidation(typeof(QuietHours), nameof(Account.QuietHours.Validate))]
    public QuietHours? QuietHours { get; set; }

    /// <summary>The zone that <see cref="TimeZone"/> names. Validation reads every property, so that this one must not throw.</summary>
    public TimeZoneInfo Zone => ZoneId.FindOr(TimeZoneInfo.Utc, TimeZone);
}
