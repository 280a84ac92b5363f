using XenoCrm.Core.Campaigns;

namespace XenoCrm.Api.Pages.Campaigns;

/// <summary>Why a message was not sent, for people; what is no word of ours stays as it is.</summary>
internal static class ReasonWords
{
    public static string? Of(string? reason) => reason == SkipReason.Suppressed ? "on the suppression list" : reason;
}
