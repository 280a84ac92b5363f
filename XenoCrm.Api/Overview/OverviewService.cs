using XenoCrm.Api.Campaigns;
using XenoCrm.Api.Imports;
using XenoCrm.Api.Receipts;
using XenoCrm.Api.Vendor;
using XenoCrm.Core;
using XenoCrm.Core.Account;
using XenoCrm.Core.Campaigns;
using XenoCrm.Core.Customers;
using XenoCrm.Core.Imports;
using XenoCrm.Core.Rules;
using XenoCrm.Core.Segments;

namespace XenoCrm.Api.Overview;

/// <summary>How the account is, in figures that cost little however much there is of it: no log is read through.</summary>
internal sealed class OverviewService
{
    /// <summary>So many days are told, today included.</summary>
    public const int Days = 30;

    private const int Newest = 5;

    // Of an account that begins more than these within a month the older are left out of the days.
    private const int MostCampaigns = 4 * PageRequest.MaxLimit;

    private readonly CampaignService campaigns;
    private readonly ICustomerStore customers;
    private readonly ISegmentStore segments;
    private readonly IImportStore imports;
    private readonly DeadLetterService letters;
    private readonly Vendors vendors;
    private readonly AccountSettings account;
    private readonly TimeProvider time;
    private readonly Recent<AudienceCount> everybody;
    private readonly Recent<CampaignFigures> figures;

    public OverviewService(
        CampaignService campaigns, ICustomerStore customers, ISegmentStore segments, IImportStore imports, DeadLetterService letters,
        Vendors vendors, AccountSettings account, TimeProvider time)
    {
        this.customers = customers;
        (this.campaigns, this.segments, this.imports, this.letters) = (campaigns, segments, imports, letters);
        (this.vendors, this.account, this.time) = (vendors, account, time);
        everybody = new(CountAsync, time);
        figures = new(LookAsync, time);
    }

    /// <summary>All customers, and how many of them a message can reach; null while they are counted for the first time.</summary>
    public Task<AudienceCount?> EverybodyAsync(CancellationToken cancellationToken) => everybody.ReadAsync(cancellationToken);

    /// <summary>Null while it is read for the first time.</summary>
    public Task<CampaignFigures?> CampaignsAsync(CancellationToken cancellationToken) => figures.ReadAsync(cancellationToken);

    /// <summary>
    /// Whether there is any campaign, and any customer: known at once, however many there are, where the figures are not yet.
    /// </summary>
    public async Task<(bool Campaigns, bool Customers)> LookForAnyAsync(CancellationToken cancellationToken)
    {
        var first = new PageRequest(1, null);
        var campaign = campaigns.ListAsync(CampaignFilter.All, first, cancellationToken);
        var customer = customers.ListAsync((string?)null, first, cancellationToken);
        return ((await campaign).Items.Count > 0, (await customer).Items.Count > 0);
    }

    /// <summary>The imports that have not ended, the oldest first.</summary>
    public async Task<IReadOnlyList<ImportSummary>> ImportsAsync(CancellationToken cancellationToken) =>
        [.. (await imports.ListRunningAsync(cancellationToken)).Select(ImportSummary.Of)];

    /// <summary>How far the receipt workers are; null while the stream cannot be reached.</summary>
    public async Task<BacklogResponse?> BacklogAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await letters.BacklogAsync(cancellationToken);
        }
        catch (StoreUnavailableException)
        {
            return null;
        }
    }

    /// <summary>While a vendor is away, as far as this process knows; null otherwise.</summary>
    public WaitingResponse? VendorOutage() => vendors.Outage is { } outage ? new WaitingResponse(outage.Since, outage.Reason) : null;

    private Task<AudienceCount> CountAsync(CancellationToken cancellationToken) =>
        segments.CountAudienceAsync(new Everyone(), time.GetUtcNow(), cancellationToken);

    private async Task<CampaignFigures> LookAsync(CancellationToken cancellationToken)
    {
        var zone = account.Current.Zone;
        DateOnly DayOf(DateTimeOffset at) => DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(at, zone).DateTime);
        var today = DayOf(time.GetUtcNow());
        var first = today.AddDays(1 - Days);
        var seen = new List<CampaignResponse>();
        string? cursor = null;
        do
        {
            // Most accounts have fewer than a page of them in all.
            var page = await campaigns.ListAsync(CampaignFilter.All, new PageRequest(PageRequest.MaxLimit, cursor), cancellationToken);
            seen.AddRange(page.Items);
            cursor = page.NextCursor;
        }
        while (cursor is not null && seen.Count < MostCampaigns && DayOf(seen[^1].CreatedAt) >= first);

        // One that was made long ago may be due now.
        var scheduled = await campaigns.ListAsync(
            new CampaignFilter(CampaignStatus.Scheduled), new PageRequest(PageRequest.MaxLimit, null), cancellationToken);
        var byDay = seen.ToLookup(campaign => DayOf(campaign.CreatedAt), campaign => campaign.Stats);
        return new CampaignFigures(
            [.. seen.Take(Newest)],
            [.. seen.Where(campaign => campaign.CompletedAt is null && campaign.Status is "sending" or "cancelled")],
            [.. seen.Where(CampaignService.HasPausedItself)],
            [.. scheduled.Items.Where(campaign => campaign.StartProblem is not null)],
            [.. Enumerable.Range(0, Days).Select(first.AddDays).Select(day => new DayOfDeliveries(
                day, byDay[day].Sum(stats => stats.Sent), byDay[day].Sum(stats => stats.Failed)))]);
    }
}

/// <param name="Newest">The last few.</param>
/// <param name="Running">Those that send, or wait for what the vendor has yet to say.</param>
/// <param name="Stuck">Those that have paused themselves.</param>
/// <param name="NotStarted">Those whose time has come and that could not be started.</param>
/// <param name="Days">The last 30, the oldest first.</param>
public sealed record CampaignFigures(
    IReadOnlyList<CampaignResponse> Newest,
    IReadOnlyList<CampaignResponse> Running,
    IReadOnlyList<CampaignResponse> Stuck,
    IReadOnlyList<CampaignResponse> NotStarted,
    IReadOnlyList<DayOfDeliveries> Days);

/// <summary>What became of the messages of the campaigns that began on a day of the account's.</summary>
public sealed record DayOfDeliveries(DateOnly Day, long Sent, long Failed);
