using System.Security.Claims;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.Extensions.Options;
using XenoCrm.Api.Audit;
using XenoCrm.Api.Http;
using XenoCrm.Core.Account;
using XenoCrm.Core.Campaigns;

namespace XenoCrm.Api.Campaigns.Drafts;

/// <summary>Campaigns before they start, for the API's routes and the pages: written, changed, launched, taken back.</summary>
internal sealed class DraftService(
    IDraftStore drafts,
    ICampaignStore campaigns,
    DraftReader reader,
    CampaignService service,
    StartSignal signal,
    AccountSettings account,
    AuditLog audit,
    TimeProvider time)
{
    /// <summary>Stores a campaign as a draft.</summary>
    /// <param name="request">The whole of it.</param>
    /// <param name="idempotencyKey">With it the same request again gives the same draft; null for none.</param>
    /// <param name="person">Who makes it.</param>
    /// <param name="cancellationToken">The caller's.</param>
    /// <exception cref="MessageTemplateException">The message cannot be sent.</exception>
    /// <exception cref="RefusedRequestException">400 with the member at fault; 409 or 422 where the key was used before.</exception>
    public async Task<CampaignResponse> CreateAsync(
        CampaignRequest request, string? idempotencyKey, ClaimsPrincipal person, CancellationToken cancellationToken)
    {
        var by = person.Identity?.Name ?? "";
        var key = IdempotencyKey.Of(by, idempotencyKey);
        var now = time.GetUtcNow();
        var draft = await reader.ReadAsync(request, now, cancellationToken) with { CreatedBy = by, CreatedAt = now };
        var hash = Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(request)));
        var outcome = await drafts.AddAsync(new NewDraft(draft, key, hash), cancellationToken);
        IdempotencyKey.Check(outcome.Status, "campaign");
        if (outcome.Status == BeginStatus.Begun)
        {
            if (await reader.FindFaultAsync(draft.Plan!, cancellationToken) is { } fault)
            {
                // Whoever archived the segment meanwhile has not seen the draft.
                await drafts.DeleteAsync(draft.Id, CancellationToken.None);
                throw RefusedRequestException.Invalid(fault.Place, fault.Message);
            }

            await audit.WriteAsync(person, AuditAction.CampaignDrafted, draft.Id);
        }

        return await FindAsync(outcome.CampaignId, cancellationToken);
    }

    /// <summary>Changes a draft; null if there is no such campaign.</summary>
    /// <exception cref="MessageTemplateException">The message cannot be sent.</exception>
    /// <exception cref="RefusedRequestException">400 with the member at fault; 409 if it is no draft any more.</exception>
    public Task<CampaignResponse?> ChangeAsync(
        string id, CampaignChange change, ClaimsPrincipal person, CancellationToken cancellationToken) =>
        ChangeAsync(id, change.Onto, person, cancellationToken);

    /// <summary>Puts another campaign in a draft's place; null if there is no such campaign.</summary>
    /// <inheritdoc cref="ChangeAsync(string, CampaignChange, ClaimsPrincipal, CancellationToken)"/>
    public Task<CampaignResponse?> ReplaceAsync(
        string id, CampaignRequest request, ClaimsPrincipal person, CancellationToken cancellationToken) =>
        ChangeAsync(id, _ => request, person, cancellationToken);

    private async Task<CampaignResponse?> ChangeAsync(
        string id, Func<CampaignRequest, CampaignRequest> change, ClaimsPrincipal person, CancellationToken cancellationToken)
    {
        // Whoever else changes it in between has changed another member, or is overwritten as in any other order.
        while (await campaigns.FindAsync(id, cancellationToken) is { } read)
        {
            CheckDraft(read, "changed");
            var changed = await reader.ReadAsync(change(DraftReader.RequestOf(read)), time.GetUtcNow(), cancellationToken, read);
            if (await drafts.ChangeAsync(read, changed, cancellationToken))
            {
                await audit.WriteAsync(person, AuditAction.CampaignChanged, id);
                return await FindAsync(id, cancellationToken);
            }
        }

        return null;
    }

    /// <summary>Removes a draft. False if there is no such campaign.</summary>
    /// <exception cref="RefusedRequestException">409: it is no draft any more.</exception>
    public async Task<bool> DeleteAsync(string id, ClaimsPrincipal person, CancellationToken cancellationToken)
    {
        if (!await drafts.DeleteAsync(id, cancellationToken))
        {
            if (await campaigns.FindAsync(id, cancellationToken) is not { } campaign)
            {
                return false;
            }

            CheckDraft(campaign, "deleted");
        }

        await audit.WriteAsync(person, AuditAction.CampaignDeleted, id);
        return true;
    }

    /// <summary>
    /// Starts a draft, at its time or at once; of one that was launched before only the state is told. Null if there is no such campaign.
    /// </summary>
    /// <exception cref="RefusedRequestException">409: its time is over, or it was cancelled.</exception>
    public async Task<CampaignResponse?> LaunchAsync(string id, ClaimsPrincipal person, CancellationToken cancellationToken)
    {
        while (await campaigns.FindAsync(id, cancellationToken) is { } campaign)
        {
            if (campaign.Status == CampaignStatus.Cancelled)
            {
                throw RefusedRequestException.Conflict("This campaign was cancelled. Make a new one.");
            }

            if (campaign.Status != CampaignStatus.Draft)
            {
                return await service.FindAsync(id, cancellationToken);
            }

            var now = time.GetUtcNow();
            if (ScheduleReader.EndOf(campaign.Plan!, account.Current) is { } end && end <= now)
            {
                throw RefusedRequestException.Conflict(
                    $"The time of this campaign, {UtcConverter.Format(end)}, is over. Give it another, or none to start at once.");
            }

            if (ScheduleReader.FaultOf(campaign.Plan!.Hours?.Quiet, campaign.Plan.Transactional, account.Current) is { } noHour)
            {
                throw RefusedRequestException.Conflict($"quietHours: {noHour} Give it other ones.");
            }

            if (await reader.FindFaultAsync(campaign.Plan, cancellationToken) is { } fault)
            {
                throw RefusedRequestException.Conflict($"{fault.Place}: {fault.Message}");
            }

            var step = new CampaignStep.Launch(campaign.Plan!.StartFrom(now) ?? now, campaign.Version);
            if ((await campaigns.StepAsync(id, step, now, cancellationToken)).Taken)
            {
                signal.Wake();
                await audit.WriteAsync(person, AuditAction.CampaignLaunched, id);
                return await service.FindAsync(id, cancellationToken);
            }

            // It was changed, or launched, since it was read.
        }

        return null;
    }

    /// <summary>Makes a draft again of a campaign that waits for its time. Null if there is no such campaign.</summary>
    /// <exception cref="RefusedRequestException">409: it does not wait any more.</exception>
    public Task<CampaignResponse?> UnscheduleAsync(string id, ClaimsPrincipal person, CancellationToken cancellationToken) =>
        service.StepAsync(id, new CampaignStep.Unschedule(), AuditAction.CampaignUnscheduled, person, cancellationToken);

    private static void CheckDraft(Campaign campaign, string done)
    {
        if (campaign.Status != CampaignStatus.Draft)
        {
            throw RefusedRequestException.Conflict(
                $"Only a draft can be {done}; this campaign is {CampaignResponse.Said(campaign.Status)}."
                    + (campaign.Status == CampaignStatus.Scheduled ? " Take it back first: POST /campaigns/{id}/unschedule." : ""));
        }
    }

    private async Task<CampaignResponse> FindAsync(string id, CancellationToken cancellationToken) =>
        await service.FindAsync(id, cancellationToken)
        ?? throw RefusedRequestException.Conflict("This campaign has just been deleted.");
}
