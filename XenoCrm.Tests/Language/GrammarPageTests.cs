using XenoCrm.Core.Rules;
using XenoCrm.Language;
using XenoCrm.Language.Words;
using XenoCrm.Tests.Support;

namespace XenoCrm.Tests.Language;

/// <summary>docs/grammar.md follows one sentence from characters to its rule; these are the forms that it really takes.</summary>
public sealed class GrammarPageTests
{
    private const string Sentence = "Hi team, vips in Pune who havent ordrd in 90 days, we'd like to thank them";

    private static readonly string Page = File.ReadAllText(Path.Combine(Repository.Root, "docs", "grammar.md"));

    [Fact]
    public void The_page_shows_the_sentence_in_each_of_its_forms()
    {
        var tokens = Tokenizer.Cut(Sentence);
        var cut = string.Join(' ', tokens.Select(token => token.Text));
        var (terms, _) = TermReader.Read(tokens, SentenceSets.Hints);
        var reading = Assert.IsType<Understood>(SentenceSets.Parse(Sentence));

        Assert.All(
            [Sentence, cut, Written(terms, tokens), Written(Remarks.Without(Sentence, tokens, terms), tokens),
                RuleJson.Print(reading.Rule), .. reading.Warnings],
            form => Assert.Contains(form, Page, StringComparison.Ordinal));
    }

    [Fact]
    public void Every_file_that_the_page_names_is_there()
    {
        var files = new[] { "XenoCrm.Language", "XenoCrm.Core" }
            .SelectMany(project =>
                Directory.EnumerateFiles(Path.Combine(Repository.Root, project), "*", SearchOption.AllDirectories))
            .Select(file => Path.GetFileName(file))
            .ToHashSet();
        var named = Page.Split('`').Where((_, index) => index % 2 == 1)
            .Where(name => name.EndsWith(".cs", StringComparison.Ordinal) || name.EndsWith(".txt", StringComparison.Ordinal))
            .Select(name => name.Split('/')[^1])
            .Where(name => !name.Contains('*'));

        Assert.All(named, name => Assert.Contains(name, files));
    }

    private static string Written(IEnumerable<Term> terms, List<Token> tokens) => string.Join(' ', terms.Select(term =>
    {
        var meanings =
            term.Meanings.Select(meaning => meaning.Value.Length > 0 ? $"{meaning.Lexeme}:{meaning.Value}" : $"{meaning.Lexeme}");
        var words = string.Join(' ', tokens.Skip(term.FirstToken).Take(term.EndToken - term.FirstToken).Select(token => token.Text));
        var number = term.Is(Lexeme.Number) ? $":{term.Number}" : "";
        return $"{string.Join('/', meanings)}{number}{(term.IsNoise ? "~" : "")}[{words}]";
    }));
}
