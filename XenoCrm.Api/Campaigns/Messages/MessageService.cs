using System.Security.Claims;
using XenoCrm.Api.Http;
using XenoCrm.Core.Account;
using XenoCrm.Core.Campaigns;
using XenoCrm.Core.Customers;
using XenoCrm.Core.Rules;
using XenoCrm.Core.Segments;

namespace XenoCrm.Api.Campaigns.Messages;

/// <summary>Suggests messages, and shows one as real people would get it, for the API's routes and the pages.</summary>
internal sealed class MessageService(
    MessageWriter writer, ISegmentStore segments, AccountSettings account, UnsubscribeLinks links, TimeProvider time)
{
    private const int PlainSamples = 2;

    /// <summary>Three messages for an objective.</summary>
    /// <exception cref="RefusedRequestException">400: an unknown tone or segment, or two audiences.</exception>
    public async Task<MessageResponse> SuggestAsync(MessageRequest request, ClaimsPrincipal person, CancellationToken cancellationToken)
    {
        if (MessageTones.Find(request.Tone) is not { } tone)
        {
            throw RefusedRequestException.Invalid("tone", $"There is no such tone. There are: {string.Join(", ", MessageTones.All)}.");
        }

        if (request is { Rule: not null, SegmentId: not null })
        {
            throw RefusedRequestException.Invalid("rule", "The audience is a segment or a rule, not both. Leave one of them out.");
        }

        var rule = request.Rule;
        if (request.SegmentId is { } id)
        {
            rule = (await segments.FindAsync(id, cancellationToken))?.Rule
                ?? throw RefusedRequestException.Invalid("segmentId", "There is no such segment.");
        }

        var audience = rule is null ? null : await segments.SummarizeAudienceAsync(rule, time.GetUtcNow(), cancellationToken);
        var suggestions = await writer.WriteAsync(request.Objective, tone, audience, person.Identity?.Name ?? "", cancellationToken);
        return new MessageResponse(suggestions.Texts, suggestions.Source, suggestions.Notes);
    }

    /// <summary>A message as those who can be reached would get it.</summary>
    /// <exception cref="MessageTemplateException">The message cannot be sent.</exception>
    public async Task<MessagePreview> PreviewAsync(Rule rule, string message, CancellationToken cancellationToken)
    {
        var template = links.Parse(message);
        var gaps = new MessageGaps(template, account.Current, links);
        var plain = new List<MessageSample>();
        MessageSample? gappy = null, longest = null;
        var (most, shortest) = (0, int.MaxValue);
        var audience = segments.StreamAudienceAsync(rule, time.GetUtcNow(), cancellationToken);
        await foreach (var (customer, text, missing) in gaps.RenderAsync(audience))
        {
            shortest = Math.Min(shortest, text.Length);
            if (plain.Count < PlainSamples)
            {
                plain.Add(Sample("", customer, text));
            }

            if (missing > most)
            {
                (most, gappy) = (missing, Sample("the most missing", customer, text));
            }

            if (longest is null || text.Length > longest.Text.Length)
            {
                longest = Sample("the longest", customer, text);
            }
        }

        var samples = new[] { gappy, longest }.OfType<MessageSample>().Concat(plain).DistinctBy(sample => sample.CustomerId);
        return new MessagePreview(
            gaps.People, gaps.IsPartial, gaps.Fallbacks, gaps.Warnings(), [.. samples],
            longest is null ? 0 : shortest, longest?.Text.Length ?? 0, SmsLength.Of(longest?.Text ?? message),
            UnsubscribeLinks.IsIn(template));
    }

    private static MessageSample Sample(string why, Customer customer, string text) => new(why, customer.Id, customer.Name, text);
}

/// <param name="People">Of how many it is told.</param>
/// <param name="IsPartial">There are more, who were not looked at.</param>
/// <param name="Fallbacks">Each placeholder, and how many have no value for it.</param>
/// <param name="Warnings">Where it has nothing to say to many, a sentence each.</param>
/// <param name="Samples">A few people's texts, the one with most missing values and the longest among them.</param>
/// <param name="Shortest">Characters of the shortest text; 0 without people.</param>
/// <param name="Longest">Likewise of the longest.</param>
/// <param name="Sms">The longest as text messages.</param>
/// <param name="HasUnsubscribeLink">It tells each person where to unsubscribe.</param>
public sealed record MessagePreview(
    long People,
    bool IsPartial,
    IReadOnlyList<FallbackCount> Fallbacks,
    IReadOnlyList<string> Warnings,
    IReadOnlyList<MessageSample> Samples,
    int Shortest,
    int Longest,
    SmsLength Sms,
    bool HasUnsubscribeLink);

/// <param name="Placeholder">As in the message, without its fallback: <c>{{city}}</c>.</param>
/// <param name="Fallback">What stands there for a missing value; empty for nothing.</param>
/// <param name="Missing">How many get it.</param>
public sealed record FallbackCount(string Placeholder, string Fallback, long Missing);

/// <param name="Why">What is special about it; empty for nothing.</param>
public sealed record MessageSample(string Why, string CustomerId, string Name, string Text);
