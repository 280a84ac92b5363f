using System.Security.Claims;
using XenoCrm.Api.Audit;
using XenoCrm.Api.Http;
using XenoCrm.Api.Vendor;
using XenoCrm.Core;
using XenoCrm.Core.Campaigns;
using XenoCrm.Core.Customers;

namespace XenoCrm.Api.Campaigns;

/// <summary>What can be done with campaigns that there are, for the API's routes and the pages.</summary>
internal sealed class CampaignService(
    ICampaignStore campaigns, ICustomerStore customers, Vendors vendors, SenderSignal signal, AuditLog audit, TimeProvider time)
{
    /// <summary>Of how many people a search in a log can be at most.</summary>
    public const int MostPeople = 200;

    private const string PausedBy = "Paused by ";

    /// <summary>Whether a campaign is paused and nobody did it: it stopped itself, after too many failures.</summary>
    public static bool HasPausedItself(CampaignResponse campaign) =>
        campaign.PausedReason is { } reason && !reason.StartsWith(PausedBy, StringComparison.Ordinal);

    /// <summary>Newest first.</summary>
    public async Task<Page<CampaignResponse>> ListAsync(CampaignFilter filter, PageRequest page, CancellationToken cancellationToken)
    {
        return (await campaigns.ListAsync(filter, page, cancellationToken))
            .Select(campaign => CampaignResponse.Of(campaign, vendors.OutageOf(campaign.Id)));
    }

    /// <summary>Null if there is no such campaign.</summary>
    public async Task<CampaignResponse?> FindAsync(string id, CancellationToken cancellationToken)
    {
        if (await campaigns.FindAsync(id, cancellationToken) is not { } campaign)
        {
            return null;
        }

        var waiting = campaign is { Status: CampaignStatus.Sending, Stats.Pending: > 0 }
            ? await campaigns.FindWaitingAsync(id, time.GetUtcNow(), cancellationToken)
            : null;
        return CampaignResponse.Of(campaign, vendors.OutageOf(campaign.Id), waiting);
    }

    /// <summary>The delivery log, in the order in which it was written; null if there is no such campaign.</summary>
    /// <exception cref="RefusedRequestException">400: what is searched for fits too many people.</exception>
    public async Task<Page<LogEntryResponse>?> ListLogAsync(
        string id, LogSearch search, PageRequest page, CancellationToken cancellationToken)
    {
        var filter = await FilterAsync(search, cancellationToken);
        return (await campaigns.ListLogAsync(id, filter, page, cancellationToken))?.Select(LogEntryResponse.Of);
    }

    /// <summary>The same with what a person who reads it wants besides: whose each row is by name, and in which round it is.</summary>
    /// <exception cref="RefusedRequestException">400: what is searched for fits too many people.</exception>
    public async Task<Page<LogLine>?> ReadLogAsync(
        string id, LogSearch search, PageRequest page, CancellationToken cancellationToken)
    {
        var filter = await FilterAsync(search, cancellationToken);
        if (await campaigns.ListLogAsync(id, filter, page, cancellationToken) is not { } log)
        {
            return null;
        }

        var names = await customers.FindNamesAsync([.. log.Items.Select(entry => entry.CustomerId)], cancellationToken);
        return log.Select(entry => new LogLine(LogEntryResponse.Of(entry), entry.Round, names.GetValueOrDefault(entry.CustomerId)));
    }

    /// <summary>Why messages of a campaign have failed, the most frequent reason first.</summary>
    public Task<IReadOnlyList<FailureCount>> CountFailuresAsync(string id, CancellationToken cancellationToken) =>
        campaigns.CountFailuresAsync(id, cancellationToken);

    /// <summary>How each round of a campaign had ended that a retry followed.</summary>
    public Task<IReadOnlyList<CampaignRound>> ListRoundsAsync(string id, CancellationToken cancellationToken) =>
        campaigns.ListRoundsAsync(id, cancellationToken);

    /// <summary>The whole log, page after page, written down as taken out; null if there is no such campaign.</summary>
    /// <exception cref="RefusedRequestException">400: what is searched for fits too many people.</exception>
    public async Task<IAsyncEnumerable<LogEntry>?> ExportLogAsync(
        string id, LogSearch search, ClaimsPrincipal person, CancellationToken cancellationToken)
    {
        if (await campaigns.FindAsync(id, cancellationToken) is null)
        {
            return null;
        }

        // Before the first byte: who breaks it off keeps what came.
        var filter = await FilterAsync(search, cancellationToken);
        await audit.WriteAsync(
            person, AuditAction.CampaignLogExported, id, search.Status is { } one ? "status: " + LogEntryResponse.Word(one) : "all");
        return Paging.AllAsync(
            async (page, token) => await campaigns.ListLogAsync(id, filter, page, token) ?? new Page<LogEntry>([], null),
            cancellationToken);
    }

    /// <summary>What a customer was sent, the newest campaign first; of one who was erased, without address and text.</summary>
    /// <exception cref="InvalidCursorException">The cursor is not this list's.</exception>
    public async Task<Page<CustomerMessageResponse>> ListMessagesAsync(
        string customerId, PageRequest page, CancellationToken cancellationToken) =>
        (await campaigns.ListMessagesAsync(customerId, page, cancellationToken)).Select(CustomerMessageResponse.Of);

    public Task<CampaignResponse?> PauseAsync(string id, ClaimsPrincipal person, CancellationToken cancellationToken) => StepAsync(
        id, new CampaignStep.Pause($"{PausedBy}{person.Identity?.Name}."), AuditAction.CampaignPaused, person, cancellationToken);

    public Task<CampaignResponse?> ResumeAsync(string id, ClaimsPrincipal person, CancellationToken cancellationToken) =>
        StepAsync(id, new CampaignStep.Resume(), AuditAction.CampaignResumed, person, cancellationToken);

    public Task<CampaignResponse?> CancelAsync(string id, ClaimsPrincipal person, CancellationToken cancellationToken) =>
        StepAsync(id, new CampaignStep.Cancel(), AuditAction.CampaignCancelled, person, cancellationToken);

    public Task<CampaignResponse?> RetryAsync(string id, ClaimsPrincipal person, CancellationToken cancellationToken) =>
        StepAsync(
            id, new CampaignStep.Retry(person.Identity?.Name ?? ""), AuditAction.CampaignRetried, person, cancellationToken);

    /// <summary>Takes a step, and writes down who did.</summary>
    /// <returns>The campaign after it; null if there is no such campaign.</returns>
    /// <exception cref="RefusedRequestException">409: the campaign's state does not allow the step.</exception>
    public async Task<CampaignResponse?> StepAsync(
        string id, CampaignStep step, string action, ClaimsPrincipal person, CancellationToken cancellationToken)
    {
        var outcome = await campaigns.StepAsync(id, step, time.GetUtcNow(), cancellationToken);
        if (outcome.Status is not { } found)
        {
            return null;
        }

        if (!outcome.Taken)
        {
            throw RefusedRequestException.Conflict(Refusal(step.Transition, found));
        }

        signal.Wake();
        await audit.WriteAsync(person, action, id);
        return await FindAsync(id, cancellationToken);
    }

    private async Task<LogFilter> FilterAsync(LogSearch search, CancellationToken cancellationToken)
    {
        IReadOnlyList<string>? people = null;
        if (!string.IsNullOrWhiteSpace(search.Person))
        {
            var found = await customers.ListAsync(
                new CustomerQuery { Text = search.Person }, new PageRequest(MostPeople, null), cancellationToken);
            people = found.NextCursor is null
                ? [.. found.Items.Select(customer => customer.Id)]
                : throw RefusedRequestException.Invalid(
                    "q", $"More than {MostPeople} customers have that in their name or address. Say more of it.");
        }

        return new LogFilter { Status = search.Status, Reason = search.Reason, CustomerIds = people };
    }

    private static string Refusal(CampaignTransition step, CampaignStatus found) =>
        step.Allows(found) ? "Nothing of this campaign failed; there is nothing to send again."
        : found == CampaignStatus.Starting ? "This campaign is just starting: its audience is being written. Try again in a moment."
        : $"Only a {string.Join(" or ", step.From.Select(CampaignResponse.Word))} campaign can be {step.Done}; "
            + $"this one is {CampaignResponse.Word(found)}.";
}

/// <summary>A row of the delivery log, for somebody who reads it.</summary>
/// <param name="Round">1, and one more with each retry.</param>
/// <param name="Name">The customer's; null for one who is not there any more.</param>
public sealed record LogLine(LogEntryResponse Entry, int Round, string? Name);

/// <summary>What of a delivery log somebody looks for.</summary>
/// <param name="Status">Null for all.</param>
/// <param name="Reason">Why it failed or was skipped, word for word.</param>
/// <param name="Person">Part of a customer's name or e-mail address.</param>
internal sealed record LogSearch(DeliveryStatus? Status, string? Reason, string? Person);
