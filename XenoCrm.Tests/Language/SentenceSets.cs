using XenoCrm.Benchmarks.Language;
using XenoCrm.Core.Customers;
using XenoCrm.Core.Rules;
using XenoCrm.Language;
using XenoCrm.Tests.Support;

namespace XenoCrm.Tests.Language;

/// <summary>The sentences with their rules, and what they are read with: a moment, customers, and the words of these.</summary>
internal static class SentenceSets
{
    public const string DevelopmentFile = "nl2segment-dev.jsonl";

    /// <summary>A day before everything in the sentences' "last month" and "March".</summary>
    public static readonly DateTimeOffset Now = new(2022, 7, 1, 0, 0, 0, TimeSpan.Zero);

    public static readonly Customer[] Customers = [.. CustomerLines.MakeUp(Now).Take(800)];

    public static readonly LanguageHints Hints = CustomerLines.Hints(Customers);

    /// <summary>The sets that stand beside the tests; each line has an id, a sentence, a kind, and a rule or why it is refused.</summary>
    public static string[] Files { get; } =
        ["worked-on.jsonl", "unseen.jsonl", "late.jsonl", "last.jsonl", "fresh.jsonl", "fresh2.jsonl", "habits.jsonl", "phrases.jsonl",
            "blind1.jsonl", "blind2.jsonl", "blind3.jsonl", "letters.jsonl", "orders.jsonl", "items.jsonl", "since.jsonl"];

    public static string DevelopmentPath { get; } = Path.Combine(Repository.Root, "..", "shared", "data", DevelopmentFile);

    public static List<SentenceLine> Read(string file) =>
        SentenceLine.ReadAll(Path.Combine(Repository.Root, "XenoCrm.Tests", "Language", "Sentences", file));

    public static List<SentenceLine> ReadAll() => [.. Files.SelectMany(Read)];

    public static Reading Parse(string sentence) => GrammarEngine.Parse(sentence, RuleTime.Utc(Now), Hints);

    /// <summary>The rule's normal form, or that it was refused.</summary>
    public static string Said(string sentence) => Parse(sentence) is Understood understood ? NormalForm.Of(understood.Rule) : "refused";
}
