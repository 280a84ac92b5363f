using XenoCrm.Core.Rules;
using XenoCrm.Core.Segments;
using XenoCrm.Language;
using XenoCrm.Language.Words;
using XenoCrm.Tests.Support;

namespace XenoCrm.Tests.Language;

public sealed class SentenceFuzzTests
{
    private static readonly string[] Sentences = [.. SentenceSets.ReadAll().Select(line => line.Prompt).Where(prompt => prompt.Length > 0)];
    private static readonly string[] Words =
        [.. Vocabulary.English.Words.Concat(
            ["zorb", "5", "1,000", "2022-03-01", "30", "Pune", "vip", "(", ")", ",", ".", ">", "<", "$where", "{", "\"x\"", "’", "+91",
                "@", "é"])];

    // Words without which nobody asks for everybody.
    private static readonly string[] Everybody =
        ["all", "every", "everyone", "everybody", "everywhere", "each", "whole", "entire", "complete", "full", "database", "sab", "sabhi",
            "saare", "sare", "saari", "sabko", "har", "any", "evryone", "poore"];

    [Fact]
    public void Words_in_any_order_make_a_sound_rule_or_a_refusal() =>
        Property.Check(cases: 1_000, random =>
            AssertSound(string.Join(' ', Enumerable.Range(0, random.Next(1, 14)).Select(_ => random.Pick(Words)))));

    [Fact]
    public void A_shuffled_sentence_makes_a_sound_rule_or_a_refusal() =>
        Property.Check(cases: 700, random => AssertSound(string.Join(' ', random.Pick(Sentences).Split(' ').OrderBy(_ => random.Next()))));

    [Fact]
    public void A_sentence_cut_short_makes_a_sound_rule_or_a_refusal() =>
        Property.Check(cases: 700, random =>
        {
            var sentence = random.Pick(Sentences);
            AssertSound(random.OneIn(2) ? sentence[..random.Next(sentence.Length)] : sentence[random.Next(sentence.Length)..]);
        });

    [Fact]
    public void Characters_of_any_kind_make_a_sound_rule_or_a_refusal() =>
        Property.Check(cases: 700, random =>
        {
            var sentence = random.Pick(Sentences).ToCharArray();
            for (var slip = random.Next(1, 6); slip > 0; slip--)
            {
                sentence[random.Next(sentence.Length)] = random.OneIn(2) ? (char)random.Next(32, 127) : (char)random.Next(0xD7FF);
            }

            AssertSound(new string(sentence));
        });

    [Fact(Timeout = 60_000)]
    public async Task The_longest_sentences_are_read_in_bounded_time()
    {
        await Task.Yield();
        Property.Check(cases: 60, random =>
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            var sentence = "";
            while (sentence.Length < GrammarEngine.MaxPromptLength)
            {
                sentence += random.Pick(random.OneIn(3) ? Words : Sentences)
                    + random.Pick([" ", " and ", " or ", ", ", " but not ", " (", ") ", " either "]);
            }

            AssertSound(sentence[..GrammarEngine.MaxPromptLength]);
        });
        Assert.All(["(", "not ", "either ", "5 ", "or ", "vip or ", "except ", "“", "Delhi, ", "1 to "], part =>
            AssertSound(string.Concat(Enumerable.Repeat(part, GrammarEngine.MaxPromptLength / part.Length))));
    }

    private static void AssertSound(string sentence)
    {
        var reading = SentenceSets.Parse(sentence);
        Assert.Equal(Text(reading), Text(SentenceSets.Parse(sentence)));
        if (reading is not Understood understood)
        {
            Assert.NotEmpty(((Refusal)reading).Message);
            return;
        }

        Assert.Equal(understood.Rule, RuleJson.Parse(RuleJson.Print(understood.Rule)));
        if (understood.Rule is Everyone)
        {
            // A misspelt one is said to be read as one.
            Assert.True(
                Everybody.Any(word => sentence.Contains(word, StringComparison.OrdinalIgnoreCase)
                    || understood.Warnings.Any(warning => warning.Contains($"“{word}”", StringComparison.Ordinal))),
                        $"Everybody, out of: {sentence} ({string.Join(' ', understood.Warnings)})");
        }
        else
        {
            var rule = RuleRanking.Resolve(understood.Rule, SentenceSets.Customers);
            Assert.False(
                Array.TrueForAll(SentenceSets.Customers,
                    customer => RuleEvaluator.Matches(rule, customer, [], RuleTime.Utc(SentenceSets.Now)))
                    && IsAboutNothing(understood.Rule),
                $"A rule for everybody, out of: {sentence}");
        }
    }

    // A limit that no customer here is beyond may still be meant.
    private static bool IsAboutNothing(Rule rule) => rule switch
    {
        AllOf all => all.Rules.All(IsAboutNothing),
        AnyOf any => any.Rules.Any(IsAboutNothing),
        _ => false,
    };

    private static string Text(Reading reading) => reading is Understood understood
        ? RuleJson.Print(understood.Rule) + string.Join('\n', understood.Warnings)
        : ((Refusal)reading).Message;
}
