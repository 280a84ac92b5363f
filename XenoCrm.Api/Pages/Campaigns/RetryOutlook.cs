using XenoCrm.Core.Campaigns;

namespace XenoCrm.Api.Pages.Campaigns;

/// <summary>What to expect of sending a failed message once more.</summary>
public enum RetryOutlook
{
    /// <summary>Nothing speaks against it.</summary>
    Open,

    /// <summary>It will almost surely fail again.</summary>
    Hopeless,

    /// <summary>The first may have arrived.</summary>
    Twice,

    /// <summary>It is not sent.</summary>
    Erased,
}

/// <summary>The outlook as far as the words of a reason tell it: delivery services write what they like.</summary>
internal static class RetryOutlooks
{
    private static readonly string[] Final =
    [
        "unknown recipient", "unknown user", "user unknown", "unknown address", "no such", "not exist", "not found", "invalid",
        "not a valid", "not in service", "disabled", "deactivated", "blocked", "blacklisted", "opted out", "unsubscribed", "complain",
        "spam", "5.1.1", "5.1.10",
    ];

    public static RetryOutlook Of(string reason) =>
        reason == SkipReason.Erased ? RetryOutlook.Erased
        : reason.Contains("may have got there", StringComparison.OrdinalIgnoreCase) ? RetryOutlook.Twice
        : Array.Exists(Final, words => reason.Contains(words, StringComparison.OrdinalIgnoreCase)) ? RetryOutlook.Hopeless
        : RetryOutlook.Open;

    public static string Words(RetryOutlook outlook) => outlook switch
    {
        RetryOutlook.Hopeless => "will almost surely fail again",
        RetryOutlook.Twice => "may reach them twice: the first may have arrived",
        RetryOutlook.Erased => "not sent: the person was erased",
        _ => "may arrive",
    };
}
