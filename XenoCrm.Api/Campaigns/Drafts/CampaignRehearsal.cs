using System.ComponentModel.DataAnnotations;
using System.Security.Claims;
using XenoCrm.Api.Audit;
using XenoCrm.Api.Campaigns.Messages;
using XenoCrm.Api.Http;
using XenoCrm.Api.Rows;
using XenoCrm.Api.Vendor;
using XenoCrm.Core.Account;
using XenoCrm.Core.Campaigns;
using XenoCrm.Core.Customers;
using XenoCrm.Core.Segments;
using XenoCrm.Core.Suppressions;

namespace XenoCrm.Api.Campaigns.Drafts;

/// <summary>Shows what would become of a campaign, and sends it to those who want to see it first.</summary>
internal sealed class CampaignRehearsal(
    DraftReader drafts,
    CampaignAudience audience,
    ICampaignStore campaigns,
    ISegmentStore segments,
    ICustomerStore customers,
    ISuppressionStore suppressions,
    Vendors vendors,
    UnsubscribeLinks links,
    AccountSettings account,
    AuditLog audit,
    TimeProvider time)
{
    private const int SampleSize = 5;

    private static readonly TimeSpan TestPatience = TimeSpan.FromSeconds(15);

    // Nobody: what stands for a person where the audience is empty.
    private static readonly Customer Somebody = new() { Id = "", Name = "Test", CreatedAt = DateTimeOffset.UnixEpoch };

    /// <summary>What would become of the campaign if it started now.</summary>
    /// <exception cref="MessageTemplateException">The message cannot be sent.</exception>
    /// <exception cref="RefusedRequestException">400 with the member at fault.</exception>
    public async Task<CampaignPreview> PreviewAsync(CampaignRequest request, CancellationToken cancellationToken) =>
        await PreviewAsync(await drafts.ReadAsync(request, time.GetUtcNow(), cancellationToken), cancellationToken);

    /// <summary>The same of one that was made as a draft; null if there is no such campaign.</summary>
    public async Task<CampaignPreview?> PreviewAsync(string id, CancellationToken cancellationToken) =>
        await campaigns.FindAsync(id, cancellationToken) is { Plan: not null } draft ? await PreviewAsync(draft, cancellationToken) : null;

    private async Task<CampaignPreview> PreviewAsync(Campaign draft, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var choice = await audience.OfAsync(draft, now, cancellationToken);
        var startsAt = draft.Plan!.StartFrom(now) ?? now;
        var hours = SendingHours.Of(draft.Plan.Hours, draft.Plan.Transactional, account.Current, startsAt);
        var count = await audience.CountAsync(choice, now, isCapped: !draft.Plan.Transactional, hours, cancellationToken);
        var gaps = new MessageGaps(links.Parse(draft.MessageTemplate), account.Current, links);
        var sample = new List<MessageSample>();
        await foreach (var (customer, text, _) in gaps.RenderAsync(audience.StreamAsync(choice, now, cancellationToken)))
        {
            if (sample.Count < SampleSize)
            {
                sample.Add(new MessageSample("", customer.Id, customer.Name, text));
            }
            else if (!gaps.IsNeeded)
            {
                break;
            }
        }

        return new CampaignPreview(
            count.Wanted.Matching,
            count.Audience - count.Capped,
            UnreachableResponse.Of(count.Wanted),
            count.Excluded,
            count.Capped,
            count.Later,
            startsAt,
            gaps.Fallbacks,
            gaps.Warnings(),
            sample);
    }

    /// <summary>Sends a campaign's message to a few addresses, outside all counts. Null if there is no such campaign.</summary>
    /// <exception cref="RefusedRequestException">400: an address is none, or on the suppression list, or the customer is not there.
    /// 503: the vendor is away.</exception>
    public async Task<CampaignTestResponse?> TestAsync(
        string id, CampaignTestRequest request, ClaimsPrincipal person, CancellationToken cancellationToken)
    {
        if (await campaigns.FindAsync(id, cancellationToken) is not { } campaign)
        {
            return null;
        }

        string[] addresses = [.. request.Addresses.Select(Address)];
        await CheckSuppressionsAsync(addresses, cancellationToken);
        var like = await LikeAsync(campaign, request.CustomerId, cancellationToken);

        // Nobody is unsubscribed by whoever tries the link in a test.
        var text = links.Parse(campaign.MessageTemplate).Render(like, account.Current, _ => links.Of(Somebody));
        if (MessageTemplate.IsEmpty(text))
        {
            throw RefusedRequestException.Invalid("customerId", $"The text is empty for {like.Name}; nothing was sent.");
        }

        var messages = addresses
            .Select(address => new VendorMessage(VendorMessage.TestPrefix + Guid.CreateVersion7(time.GetUtcNow()), address, text)
            {
                Subject = campaign.Name,
            });
        switch (await vendors.SendTestsAsync(messages, time.GetUtcNow() + TestPatience, cancellationToken))
        {
            case (0, SendAnswer.Rejected rejected):
                throw RefusedRequestException.Invalid("addresses", $"The vendor took none of them: {rejected.Reason}.");
            case (0, SendAnswer.Unavailable away):
                throw new RefusedRequestException(
                    $"Nothing was sent: {away.Reason}. Try again.", StatusCodes.Status503ServiceUnavailable);
            case var (taken, _):
                await audit.WriteAsync(person, AuditAction.CampaignTested, id, $"addresses: {addresses.Length}");
                return new CampaignTestResponse(text, taken);
        }
    }

    private string Address(string given, int index) => RowText.IsEmail(given.Trim())
        ? given.Trim()
        : CustomerForm.E164(CustomerForm.Line(given), account.Current.Country)
            ?? throw RefusedRequestException.Invalid(
                $"addresses[{index}]",
                "An e-mail address, or a telephone number with its country code such as +919876543210, was expected.");

    private async Task CheckSuppressionsAsync(string[] addresses, CancellationToken cancellationToken)
    {
        foreach (var (i, address) in addresses.Index())
        {
            // A number is in E.164.
            ContactAddress[] forms = [.. ContactAddress.FormsOfRecipient(address, address, address)];
            if (await suppressions.FindAsync(forms, cancellationToken) is not null)
            {
                throw RefusedRequestException.Invalid($"addresses[{i}]", "This address is on the suppression list: nothing is sent to it.");
            }
        }
    }

    private async Task<Customer> LikeAsync(Campaign campaign, string? customerId, CancellationToken cancellationToken)
    {
        if (customerId is not null)
        {
            return await customers.FindAsync(customerId, cancellationToken)
                ?? throw RefusedRequestException.Invalid("customerId", "There is no such customer.");
        }

        var now = time.GetUtcNow();
        if (campaign.Plan is not null)
        {
            var choice = await audience.OfAsync(campaign, now, cancellationToken);
            return await audience.StreamAsync(choice, now, cancellationToken).FirstOrDefaultAsync(cancellationToken) ?? Somebody;
        }

        return await segments.FindAsync(campaign.SegmentId, cancellationToken) is { } segment
            && await segments.SampleAudienceAsync(segment.Rule, now, 1, cancellationToken) is [var first, ..]
            ? first
            : Somebody;
    }
}

/// <param name="Count">All who match the audience.</param>
/// <param name="Recipients">Those of them who would get it.</param>
/// <param name="Unreachable">Why others cannot be reached; each is counted once.</param>
/// <param name="Excluded">Those who could be reached and are left out.</param>
/// <param name="Capped">Those who would be skipped because they have had as many messages as the account allows in a while.</param>
/// <param name="Later">Those who would get it not at the start but once it is the hour for it at their place.</param>
/// <param name="StartsAt">When it would start.</param>
/// <param name="Fallbacks">Each placeholder, and how many have no value for it; of the first 100,000 recipients.</param>
/// <param name="Warnings">Where the message has nothing to say to many, a sentence each.</param>
/// <param name="Sample">The texts of the first five by id.</param>
public sealed record CampaignPreview(
    long Count,
    long Recipients,
    UnreachableResponse Unreachable,
    long Excluded,
    long Capped,
    long Later,
    DateTimeOffset StartsAt,
    IReadOnlyList<FallbackCount> Fallbacks,
    IReadOnlyList<string> Warnings,
    IReadOnlyList<MessageSample> Sample);

/// <param name="Addresses">Up to ten e-mail addresses or telephone numbers.</param>
/// <param name="CustomerId">Whose text it is; by default the first recipient's.</param>
public sealed record CampaignTestRequest(
    [property: Required(ErrorMessage = CampaignTestRequest.AddressesMessage)]
    [property: MinLength(1, ErrorMessage = CampaignTestRequest.AddressesMessage)]
    [property: MaxLength(10, ErrorMessage = CampaignTestRequest.AddressesMessage)]
    IReadOnlyList<string> Addresses,
    string? CustomerId)
{
    private const string AddressesMessage = "One to ten addresses were expected, such as you@example.com or +919876543210.";
}

/// <param name="Text">What was sent.</param>
/// <param name="Accepted">How many messages the vendor took.</param>
public sealed record CampaignTestResponse(string Text, int Accepted);
