using System.Security.Claims;
using System.Security.Cryptography;
using System.Text.Json;
using XenoCrm.Api.Audit;
using XenoCrm.Api.Campaigns;
using XenoCrm.Api.Campaigns.Messages;
using XenoCrm.Api.Http;
using XenoCrm.Core;
using XenoCrm.Core.Account;
using XenoCrm.Core.Campaigns;
using XenoCrm.Core.Customers;
using XenoCrm.Core.Rules;
using XenoCrm.Core.Segments;
using XenoCrm.Core.Text;

namespace XenoCrm.Api.Segments;

/// <summary>What can be done with segments, for the API's routes and the pages.</summary>
internal sealed class SegmentService(
    ISegmentStore segments,
    CampaignLauncher launcher,
    CampaignService campaigns,
    IDraftStore drafts,
    AccountSettings account,
    UnsubscribeLinks links,
    AuditLog audit,
    TimeProvider time)
{
    // Of the campaigns of a few segments: enough for years.
    private const int MostCampaigns = 1_000;

    private const int SampleSize = 5;

    // Of campaigns, in saying who needs a segment.
    private const int MostNamed = 5;

    /// <summary>Newest first; those in use, or those that are archived.</summary>
    public async Task<Page<SegmentResponse>> ListAsync(bool archived, PageRequest page, CancellationToken cancellationToken) =>
        (await segments.ListAsync(archived, page, cancellationToken)).Select(SegmentResponse.Of);

    /// <summary>Null if there is no such segment.</summary>
    public async Task<SegmentResponse?> FindAsync(string id, CancellationToken cancellationToken) =>
        await segments.FindAsync(id, cancellationToken) is { } segment ? SegmentResponse.Of(segment) : null;

    /// <summary>The campaigns of some segments, newest first.</summary>
    public async Task<IReadOnlyList<CampaignResponse>> ListCampaignsAsync(
        IReadOnlyCollection<string> segmentIds, CancellationToken cancellationToken)
    {
        var filter = new CampaignFilter(SegmentIds: segmentIds);
        return await Paging.AllAsync((page, token) => campaigns.ListAsync(filter, page, token), cancellationToken)
            .Take(MostCampaigns)
            .ToListAsync(cancellationToken);
    }

    /// <summary>Whom a rule selects: how many, how many a message can reach, and the first five.</summary>
    /// <param name="rule">Whom to select.</param>
    /// <param name="message">What they would be sent, if it is to be told where that has nothing to say.</param>
    /// <param name="cancellationToken">The caller's.</param>
    /// <exception cref="MessageTemplateException">The message cannot be sent.</exception>
    public async Task<PreviewResponse> PreviewAsync(Rule rule, string? message, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var gaps = message is null ? null : new MessageGaps(links.Parse(message), account.Current, links);
        var counting = segments.CountAudienceAsync(rule, now, cancellationToken);
        var sampling = segments.SampleAudienceAsync(rule, now, SampleSize, cancellationToken);
        await Task.WhenAll(counting, sampling);
        var warnings = gaps is null ? null : await WarningsAsync(gaps, segments.StreamAudienceAsync(rule, now, cancellationToken));
        return PreviewResponse.Of(await counting, await sampling, warnings);
    }

    /// <summary>Stores a segment, and starts its campaign unless it is not to be sent.</summary>
    /// <param name="request">The segment and its campaign.</param>
    /// <param name="idempotencyKey">With it the same request again gives the same answer; null for none.</param>
    /// <param name="person">Who starts it.</param>
    /// <param name="cancellationToken">The caller's.</param>
    /// <exception cref="MessageTemplateException">The message cannot be sent.</exception>
    /// <exception cref="RefusedRequestException">400: the key has a wrong length. 409: the first request with it is still being worked on.
    /// 422: it came with another request before.</exception>
    public async Task<LaunchResponse> LaunchAsync(
        LaunchRequest request, string? idempotencyKey, ClaimsPrincipal person, CancellationToken cancellationToken)
    {
        var by = person.Identity?.Name ?? "";
        var key = IdempotencyKey.Of(by, idempotencyKey);
        if (request.Send == false)
        {
            return await StoreAsync(request, by, key, person, cancellationToken);
        }

        var outcome = await launcher.LaunchAsync(Order(request, by, key), cancellationToken);
        IdempotencyKey.Check(outcome.Status, "segment");
        if (outcome.Status == BeginStatus.Begun)
        {
            await audit.WriteAsync(person, AuditAction.SegmentCreated, outcome.SegmentId);
            await audit.WriteAsync(person, AuditAction.CampaignCreated, outcome.CampaignId, $"recipients: {outcome.Audience}");
        }

        return new LaunchResponse(outcome.SegmentId, outcome.CampaignId, outcome.Audience, outcome.Warnings);
    }

    /// <summary>Gives a segment another name, puts it away or takes it out again. Null if there is no such segment.</summary>
    /// <exception cref="RefusedRequestException">400: nothing to change, or no name. 409: a campaign that has not started yet needs
    /// it.</exception>
    public async Task<SegmentResponse?> ChangeAsync(
        string id, SegmentChange change, ClaimsPrincipal person, CancellationToken cancellationToken)
    {
        var name = change.Name is null ? null : NameOf(change.Name);
        if (name is null && change.Archived is null)
        {
            throw RefusedRequestException.Invalid("name", "There is nothing to change. Give a name, or archived as true or false.");
        }

        if (change.Archived == true && await FindUsersAsync(id, cancellationToken) is { } users)
        {
            throw RefusedRequestException.Conflict(users);
        }

        if (await segments.ChangeAsync(id, name, change.Archived, cancellationToken) is not { } changed)
        {
            return null;
        }

        if (change.Archived == true && await FindUsersAsync(id, cancellationToken) is { } late)
        {
            // Whoever made a draft of it meanwhile has seen it as it was.
            await segments.ChangeAsync(id, null, archived: false, CancellationToken.None);
            throw RefusedRequestException.Conflict(late);
        }

        await audit.WriteAsync(person, AuditAction.SegmentChanged, id, change.Archived switch
        {
            true => "archived",
            false => "taken out of the archive",
            null => "renamed",
        });
        return SegmentResponse.Of(changed);
    }

    private static string NameOf(string given) => TextLine.Of(given) is var name && !MessageTemplate.IsEmpty(name)
        ? name
        : throw RefusedRequestException.Invalid("name", "A segment has a name.");

    /// <summary>Which campaigns that have not started yet need it, as a sentence; null for none.</summary>
    private async Task<string?> FindUsersAsync(string id, CancellationToken cancellationToken)
    {
        var users = await drafts.ListUsingAsync(id, cancellationToken);
        var names = string.Join(", ", users.Take(MostNamed).Select(user => $"“{user.Name}” ({CampaignResponse.Word(user.Status)})"));
        return users.Count == 0 ? null
            : $"{Plural.Of(users.Count, "campaign")} that {(users.Count == 1 ? "has" : "have")} not started yet "
                + $"{(users.Count == 1 ? "needs" : "need")} this segment: {names}{(users.Count > MostNamed ? ", …" : "")}. "
                + "Change or delete them first.";
    }

    /// <summary>Stores a segment that nothing is sent to yet.</summary>
    private async Task<LaunchResponse> StoreAsync(
        LaunchRequest request, string by, string? key, ClaimsPrincipal person, CancellationToken cancellationToken)
    {
        if (request.Message is not null || request.CampaignName is not null)
        {
            throw RefusedRequestException.Invalid(
                request.Message is not null ? "message" : "campaignName",
                "With send false there is no campaign. Leave it out, or make a draft: POST /campaigns.");
        }

        var name = NameOf(request.Name);
        var now = time.GetUtcNow();
        var count = await segments.CountAudienceAsync(request.Rule!, now, cancellationToken);
        var segment = new Segment(
            Guid.CreateVersion7(now).ToString(), name, request.Rule!, request.Prompt, by, now, count.Reachable);
        var stored = await segments.AddAsync(segment, key, cancellationToken);
        if (stored.Id == segment.Id)
        {
            await audit.WriteAsync(person, AuditAction.SegmentCreated, segment.Id);
        }
        else if (stored.Rule != segment.Rule || stored.Prompt != segment.Prompt)
        {
            IdempotencyKey.Check(BeginStatus.KeyReused, "segment");
        }

        return new LaunchResponse(stored.Id, null, stored.Audience, []);
    }

    private static async Task<IReadOnlyList<string>> WarningsAsync(MessageGaps gaps, IAsyncEnumerable<Customer> audience)
    {
        if (gaps.IsNeeded)
        {
            await foreach (var _ in gaps.RenderAsync(audience))
            {
            }
        }

        return gaps.Warnings();
    }

    private LaunchOrder Order(LaunchRequest request, string by, string? key)
    {
        var name = request.Name.Trim();
        var campaignName = string.IsNullOrWhiteSpace(request.CampaignName) ? name : request.CampaignName.Trim();
        var message = request.Message is null ? null : links.Parse(request.Message);
        var hash = SHA256.HashData(
            JsonSerializer.SerializeToUtf8Bytes<string?[]>(
                [name, RuleJson.Print(request.Rule!), request.Message, campaignName, request.Prompt]));
        return new LaunchOrder(name, request.Rule!, message, campaignName, request.Prompt, by, key, Convert.ToHexStringLower(hash));
    }
}
