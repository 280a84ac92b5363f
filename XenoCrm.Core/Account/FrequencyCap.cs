using System.ComponentModel.DataAnnotations;

namespace XenoCrm.Core.Account;

/// <summary>Nobody gets more than so many messages in so many days, whichever campaigns they are of.</summary>
public sealed class FrequencyCap
{
    public const int MostMessages = 1_000;
    public const int MostDays = 366;

    /// <summary>At most so many, from 1 to 1,000.</summary>
    public int Messages { get; set; }

    /// <summary>Of 24 hours each, back from the moment at which a message would leave; from 1 to 366.</summary>
    public int Days { get; set; }

    public static ValidationResult? ValidateAll(IReadOnlyList<FrequencyCap> caps, ValidationContext context) =>
        caps.All(cap => cap is { Messages: >= 1 and <= MostMessages, Days: >= 1 and <= MostDays })
            ? ValidationResult.Success
            : new ValidationResult(
                $"Each of Account:FrequencyCaps has Messages from 1 to {MostMessages} and Days from 1 to {MostDays}: "
                    + "Account__FrequencyCaps__0__Messages=3, Account__FrequencyCaps__0__Days=7.");
}
