using XenoCrm.Api.Language;
using XenoCrm.Data.Customers;

namespace XenoCrm.Api.Segments;

/// <summary>Turns an English sentence into a rule, or says why not.</summary>
internal sealed class SentenceConverter(AccountWords words, TimeProvider clock)
{
    public async Task<SentenceAnswer> ReadAsync(string prompt, string user, CancellationToken cancellationToken)
    {
        var account = await words.GetAsync(cancellationToken);
        return new SentenceAnswer(GrammarEngine.Parse(prompt, clock.GetUtcNow(), Hints(account)), LanguageSource.Grammar, []);
    }

    private static LanguageHints Hints(CustomerWords words) => new(Texts(words.Cities), Texts(words.Countries), Texts(words.Tags));

    private static string[] Texts(IReadOnlyList<WordCount> words) => [.. words.Select(word => word.Text)];
}

/// <param name="Source">Who has read it.</param>
/// <param name="Notes">What the person should know of how it was read.</param>
internal sealed record SentenceAnswer(Reading Reading, string Source, IReadOnlyList<string> Notes);
