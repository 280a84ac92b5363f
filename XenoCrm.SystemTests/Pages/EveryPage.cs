namespace XenoCrm.SystemTests.Pages;

/// <summary>A page as somebody sees it.</summary>
/// <param name="Name">Also its pictures'.</param>
/// <param name="Path">With what of the showcase it shows.</param>
/// <param name="Role">Null for nobody.</param>
/// <param name="Status">What it answers.</param>
/// <param name="Title">What the browser's tab says, as a pattern.</param>
internal sealed record EveryPage(
    string Name, Func<Showcase, string> Path, string? Role = "admin", int Status = 200, string Title = "^.+ · XenoCrm$")
{
    public static IReadOnlyList<EveryPage> All { get; } =
    [
        new("sign-in", _ => "/app/sign-in", Role: null),
        new("home", _ => "/"),
        new("find", _ => "/app/find?q=ber"),
        new("customers", _ => "/app/customers?sort=-totalSpend"),
        new("customer", show => $"/app/customers/{show.CustomerId}"),
        new("imports", _ => "/app/imports"),
        new("new-import", _ => "/app/imports/new"),
        new("import", show => $"/app/imports/{show.ImportId}"),
        new("segments", _ => "/app/segments"),
        new("segment", show => $"/app/segments/{show.SegmentId}"),
        new("campaigns", _ => "/app/campaigns"),
        new("calendar", _ => "/app/calendar"),
        new("fatigue", _ => "/app/fatigue"),
        new("campaign", show => $"/app/campaigns/{show.CampaignId}"),
        new("draft", show => $"/app/campaigns/{show.DraftId}"),
        new("campaign-insight", show => $"/app/campaigns/{show.CampaignId}/insight"),
        new("campaign-retry", show => $"/app/campaigns/{show.CampaignId}/retry"),
        new("new-campaign", show => $"/app/campaigns/new?segment={show.SegmentId}"),
        new("deliveries", _ => "/app/deliveries"),
        new("account", _ => "/app/settings/account"),
        new("people", _ => "/app/settings/people"),
        new("keys", _ => "/app/settings/keys"),
        new("audit", _ => "/app/settings/audit"),
        new("suppressions", _ => "/app/settings/suppressions"),
        new("system", _ => "/app/settings/system"),
        new("unsubscribe", show => show.UnsubscribePath, Role: null, Title: "^Messages to you$"),
        new("forbidden", _ => "/app/settings/people", Role: "viewer", Status: 403),
        new("not-found", _ => "/app/no/such/page", Status: 404),
    ];

    public static TheoryData<string> Names => [.. All.Select(page => page.Name)];

    public static EveryPage Of(string name) => All.Single(page => page.Name == name);
}
