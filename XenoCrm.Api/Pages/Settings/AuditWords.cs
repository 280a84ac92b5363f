using XenoCrm.Api.Audit;

namespace XenoCrm.Api.Pages.Settings;

/// <summary>What the audit log writes down, for people.</summary>
internal static class AuditWords
{
    private static readonly Dictionary<string, string> Words = new()
    {
        [AuditAction.SegmentCreated] = "Made a segment",
        [AuditAction.CampaignCreated] = "Began a campaign",
        [AuditAction.CampaignPaused] = "Paused a campaign",
        [AuditAction.CampaignResumed] = "Resumed a campaign",
        [AuditAction.CampaignCancelled] = "Cancelled a campaign",
        [AuditAction.CampaignRetried] = "Sent again to the failed",
        [AuditAction.CampaignLogExported] = "Took a campaign’s log out",
        [AuditAction.CustomerErased] = "Erased a customer",
        [AuditAction.CustomersExported] = "Took customers out",
        [AuditAction.SuppressionAdded] = "Put an address on the suppression list",
        [AuditAction.SuppressionRemoved] = "Took an address off the suppression list",
        [AuditAction.SuppressionsImported] = "Imported a suppression list",
        [AuditAction.OrderDeleted] = "Deleted an order",
        [AuditAction.SignedOutEverywhere] = "Signed out everywhere",
        [AuditAction.ReceiptsReplayed] = "Replayed dead letters",
        [AuditAction.ReceiptsDiscarded] = "Discarded dead letters",
        [AuditAction.KeyCreated] = "Made an API key",
        [AuditAction.KeyRevoked] = "Revoked an API key",
        [AuditAction.RoleChanged] = "Changed a role",
        [AuditAction.PersonRemoved] = "Removed a person",
        [AuditAction.FirstSignIn] = "Came for the first time",
        [AuditAction.SignInRefused] = "Was not let in",
        [AuditAction.AccountChanged] = "Changed the account’s settings",
        [AuditAction.SampleShopLoaded] = "Loaded the sample shop",
        [AuditAction.SampleShopRemoved] = "Removed the sample shop",
    };

    public static string Of(string action) => Words.GetValueOrDefault(action, action);

    /// <summary>The page of what it was done to; null where there is none.</summary>
    public static string? Link(AuditResponse entry) => entry switch
    {
        { Subject: null } => null,
        { Action: AuditAction.CustomerErased } => null,
        { Subject: { } id } when entry.Action.StartsWith("campaign.", StringComparison.Ordinal) =>
            $"/app/campaigns/{Uri.EscapeDataString(id)}",
        { Subject: { } id } when entry.Action.StartsWith("segment.", StringComparison.Ordinal) =>
            $"/app/segments/{Uri.EscapeDataString(id)}",
        { Subject: { } id, Action: AuditAction.SuppressionsImported } => $"/app/imports/{Uri.EscapeDataString(id)}",
        _ => null,
    };
}
