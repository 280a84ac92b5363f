using XenoCrm.Api.Ai;
using XenoCrm.Core.Segments;

namespace XenoCrm.Api.Campaigns.Messages;

/// <summary>
/// Suggests three messages for an objective: the model's where there is one and its texts pass, else the built-in engine's.
/// </summary>
internal sealed class MessageWriter(LanguageModel model)
{
    // What may be said to somebody whom nobody has looked at: nothing of a birthday, an appointment or an event.
    private static readonly string[] Unasked = ["win-back", "welcome", "thanks", "loyalty", "festive", "launch", "discount"];

    /// <param name="text">The objective, as a person wrote it.</param>
    /// <param name="tone">One of <see cref="MessageTones"/>.</param>
    /// <param name="audience">Who gets it, if that is known.</param>
    /// <param name="user">Whose question it is.</param>
    /// <param name="cancellationToken">The caller's.</param>
    public async Task<MessageSuggestions> WriteAsync(
        string text, string tone, AudienceSummary? audience, string user, CancellationToken cancellationToken)
    {
        var objective = MessageObjective.Read(text);
        var builtIn = MessageComposer.Compose(objective, tone, audience);
        if (!model.IsConfigured)
        {
            return new MessageSuggestions(builtIn, LanguageSource.Grammar, []);
        }

        return await model.AskAsync(MessageQuestion.Of(objective, tone, audience), user, cancellationToken) switch
        {
            ModelAnswer<IReadOnlyList<string>>.Answered answered => new MessageSuggestions(answered.Value, LanguageSource.Model, []),
            ModelAnswer<IReadOnlyList<string>>.Unavailable unavailable =>
                new MessageSuggestions(builtIn, LanguageSource.Grammar, [model.Excuse(unavailable.Failure)]),
            _ =>
                new MessageSuggestions(
                    builtIn, LanguageSource.Grammar, ["The language model wrote nothing that can be sent; the built-in engine did this."]),
        };
    }

    /// <summary>
    /// The message of a campaign that was started without one: the built-in engine's first, so that a start waits for no model. What it
    /// promises comes from the campaign's name alone; the sentence and the rule only tell what kind of message it should be.
    /// </summary>
    public static string Default(string campaignName, string? prompt, IReadOnlyList<string> tags)
    {
        var objective = MessageObjective.Read(campaignName);
        var kind = objective.Kind != PhraseBank.News ? objective.Kind : PhraseBank.Find(prompt ?? "") ?? PhraseBank.Named(KindOf(tags));
        return MessageComposer.Compose(
            objective with { Kind = Unasked.Contains(kind.Name) ? kind : PhraseBank.News }, MessageTones.Default, audience: null)[0];
    }

    private static string KindOf(IReadOnlyList<string> tags) =>
        tags.Contains(CampaignTags.WinBack) ? "win-back"
        : tags.Contains(CampaignTags.NewCustomers) || tags.Contains(CampaignTags.NeverOrdered) ? "welcome"
        : tags.Contains(CampaignTags.Loyal) || tags.Contains(CampaignTags.HighValue) ? "loyalty"
        : "news";
}

/// <param name="Source">Who wrote them.</param>
/// <param name="Notes">What the person should know of how they were written.</param>
internal sealed record MessageSuggestions(IReadOnlyList<string> Texts, string Source, IReadOnlyList<string> Notes);
