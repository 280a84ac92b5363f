using XenoCrm.Api.Ai;
using XenoCrm.Core.Account;
using XenoCrm.Core.Customers;
using XenoCrm.Core.Rules;
using XenoCrm.Language;
using XenoCrm.Language.Words;

namespace XenoCrm.Api.Segments.Sentences;

/// <summary>
/// Turns an English sentence into a rule, or says why not: with the language model where there is one, else with the built-in engine, which
/// steps in too where the model gives no answer. What the built-in engine takes for an attempt to steer the model never gets there.
/// </summary>
internal sealed class SentenceConverter(AccountWords words, LanguageModel model, AccountSettings settings, TimeProvider clock)
{
    private static readonly Refusal NoUsableAnswer = new(
        RefusalReason.NotUnderstood,
        "The language model found no rule that says this. "
        + "Say it in other words, with figures: customers from Mumbai who spent more than 5000.");

    /// <param name="prompt">The sentence, not empty and within <see cref="GrammarEngine.MaxPromptLength"/>.</param>
    /// <param name="user">Whose question it is.</param>
    /// <param name="cancellationToken">The caller's.</param>
    public async Task<SentenceAnswer> ReadAsync(string prompt, string user, CancellationToken cancellationToken)
    {
        var time = new RuleTime(clock.GetUtcNow(), settings.Current.Zone);
        var account = await words.GetAsync(cancellationToken);
        var builtIn = GrammarEngine.Parse(prompt, time, Hints(account, settings.Current.Country));
        if (!model.IsConfigured || builtIn is Refusal { Reason: RefusalReason.Steering })
        {
            return new SentenceAnswer(builtIn, LanguageSource.Grammar, []);
        }

        return await model.AskAsync(SentenceQuestion.Of(prompt, ModelHints.Of(account, time), builtIn, time), user,
            cancellationToken) switch
        {
            ModelAnswer<Reading>.Answered answered => new SentenceAnswer(answered.Value, LanguageSource.Model, []),
            ModelAnswer<Reading>.Unavailable unavailable =>
                new SentenceAnswer(builtIn, LanguageSource.Grammar, [model.Excuse(unavailable.Failure)]),
            _ => new SentenceAnswer(NoUsableAnswer, LanguageSource.Model, []),
        };
    }

    private static LanguageHints Hints(CustomerWords words, string? country) =>
        new(Texts(words.Cities), Texts(words.Countries), Texts(words.Tags))
        {
            AttributeKeys = Texts(words.AttributeKeys),
            Dates = DateOrders.Of(country),
        };

    private static string[] Texts(IReadOnlyList<WordCount> words) => [.. words.Select(word => word.Text)];
}

/// <param name="Source">Who has read it.</param>
/// <param name="Notes">What the person should know of how it was read.</param>
internal sealed record SentenceAnswer(Reading Reading, string Source, IReadOnlyList<string> Notes);
