using System.Security.Claims;
using XenoCrm.Core.Account;
using XenoCrm.Core.Rules;
using XenoCrm.Core.Segments;
using XenoCrm.Language;

namespace XenoCrm.Api.Segments.Sentences;

/// <summary>Makes a rule of a sentence, with all that a person should know before using it, for the API's route and the pages.</summary>
internal sealed class SentenceService(
    SentenceConverter converter, ISegmentStore segments, ValueCheck values, AccountSettings account, TimeProvider time)
{
    /// <param name="request">The sentence, checked already.</param>
    /// <param name="person">Whose question it is.</param>
    /// <param name="cancellationToken">The caller's.</param>
    public async Task<SentenceOutcome> ReadAsync(SentenceRequest request, ClaimsPrincipal person, CancellationToken cancellationToken)
    {
        var answer = await converter.ReadAsync(request.Prompt, person.Identity?.Name ?? "", cancellationToken);
        if (answer.Reading is not Understood understood)
        {
            return new SentenceOutcome(null, string.Join(' ', [((Refusal)answer.Reading).Message, .. answer.Notes]));
        }

        var now = time.GetUtcNow();
        var count = await segments.CountAudienceAsync(understood.Rule, now, cancellationToken);
        var missing = await values.FindAsync(understood.Rule, now, cancellationToken);
        var assumed = CurrencyNote.Among(understood.Warnings, request.Prompt, account.Current.Currency);
        var response = new SentenceResponse(
            understood.Rule, RuleExplainer.Explain(understood.Rule), answer.Source, [.. answer.Notes, .. assumed, .. missing],
                count.Matching);
        return new SentenceOutcome(response, null);
    }
}

/// <param name="Understood">Null where it was not.</param>
/// <param name="Refusal">Why not, and what to say instead; null where it was understood.</param>
internal sealed record SentenceOutcome(SentenceResponse? Understood, string? Refusal);
