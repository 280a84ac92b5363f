using Microsoft.AspNetCore.Http.HttpResults;
using XenoCrm.Api.Access;
using XenoCrm.Api.Campaigns;
using XenoCrm.Api.Customers;
using XenoCrm.Api.Overview;
using XenoCrm.Api.Pages.Shell;
using XenoCrm.Api.Segments;
using XenoCrm.Core;
using XenoCrm.Core.Campaigns;
using XenoCrm.Core.Customers;

namespace XenoCrm.Api.Pages.Find;

/// <summary>One box for everything that has a name, and how many campaigns run: both from every page.</summary>
internal static class FindPages
{
    private const int MostOfEach = 5;
    private const int MaxTextLength = 200;

    public static void MapFindPages(this IEndpointRouteBuilder pages)
    {
        pages.MapGet("/app/find", FindAsync).RequirePermission(Permission.Read);
        pages.MapGet("/app/running", CountRunningAsync).RequirePermission(Permission.Read);
    }

    private static async Task<RazorComponentResult> FindAsync(
        string? q, bool? part, CustomerService customers, SegmentService segments, CampaignService campaigns, TimeProvider time,
        CancellationToken cancellationToken)
    {
        var text = q?.Trim() ?? "";
        var model = new FindModel(text);
        if (text.Length is > 0 and <= MaxTextLength)
        {
            // Of segments and campaigns the newest few hundred: older ones are found in their lists.
            var newest = new PageRequest(PageRequest.MaxLimit, null);
            bool IsFound(string name) => name.Contains(text, StringComparison.CurrentCultureIgnoreCase);
            var people = await customers.ListAsync(
                new CustomerQuery { Text = text, Now = time.GetUtcNow() }, new PageRequest(MostOfEach, null), cancellationToken);
            model = model with
            {
                Customers = people.Items,
                HasMoreCustomers = people.NextCursor is not null,
                Campaigns = [.. (await campaigns.ListAsync(CampaignFilter.All, newest, cancellationToken)).Items
                    .Where(campaign => IsFound(campaign.Name)).Take(MostOfEach)],
                Segments = [.. (await segments.ListAsync(archived: false, newest, cancellationToken)).Items
                    .Where(segment => IsFound(segment.Name)).Take(MostOfEach)],
            };
        }

        return part == true ? Show.Page<FoundPart, FindModel>(model) : Show.Page<FindPage, FindModel>(model);
    }

    private static async Task<RazorComponentResult> CountRunningAsync(
        OverviewService overview, CancellationToken cancellationToken) =>
        Show.Page<RunningPart, RunningModel>(
            new RunningModel((await overview.CampaignsAsync(cancellationToken))?.Running.Count ?? 0));
}

/// <param name="Text">What is looked for; "" before anything was.</param>
public sealed record FindModel(string Text)
{
    public IReadOnlyList<CustomerResponse> Customers { get; init; } = [];

    public bool HasMoreCustomers { get; init; }

    public IReadOnlyList<CampaignResponse> Campaigns { get; init; } = [];

    public IReadOnlyList<SegmentResponse> Segments { get; init; } = [];

    public bool IsEmpty => Customers.Count + Campaigns.Count + Segments.Count == 0;
}

public sealed record RunningModel(int Campaigns);
