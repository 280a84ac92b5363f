using XenoCrm.Benchmarks.Language;
using XenoCrm.Core.Rules;

namespace XenoCrm.Tests.Language;

public sealed class SentenceTests
{
    // What the set has from before rules knew orders and rankings.
    private static readonly Dictionary<string, string> Sayable = new()
    {
        ["dev-075"] = """{"totalSpend":{"$top":100}}""",
        ["dev-080"] = """{"orders":{"placedAt":{"$gte":{"$ago":"30d"}},"$sum":{"$gt":5000}}}""",
    };

    public static TheoryData<string> Files => [.. SentenceSets.Files];

    [Theory]
    [MemberData(nameof(Files))]
    public void Every_sentence_of_a_set_selects_whom_it_means_or_is_refused(string file) => AssertRight(SentenceSets.Read(file));

    [Fact]
    public void The_development_sentences_select_whom_they_mean()
    {
        Assert.SkipUnless(File.Exists(SentenceSets.DevelopmentPath),
            $"{SentenceSets.DevelopmentFile} is not there: ../shared/data beside the repository.");
        AssertRight([.. SentenceLine.ReadAll(SentenceSets.DevelopmentPath).Select(line =>
            Sayable.TryGetValue(line.Id.ToString(), out var rule) ? line with { Rule = RuleJson.Parse(rule), Refuse = false } : line)]);
    }

    [Fact]
    public void What_the_engine_reads_is_the_sets_own_rule_in_all_but_few_forms()
    {
        var lines = SentenceSets.ReadAll().Where(line => line is { Rule: not null, IsMissed: false }).ToArray();
        var exact = lines.Count(line => SentenceSets.Said(line.Prompt) == NormalForm.Of(line.Rule!));

        // The others say it with other tests: "3 or 4 orders" as a list, "never ordered" as no order at all.
        Assert.True(exact >= lines.Length * 0.97, $"{exact} of {lines.Length}");
    }

    private static void AssertRight(List<SentenceLine> lines)
    {
        Assert.NotEmpty(lines);
        Assert.Empty(lines.Where(line => !IsRight(line)).Select(line => $"{line.Id} {line.Prompt} → {SentenceSets.Said(line.Prompt)}"));
    }

    // What it is known to miss it has to refuse: a wrong rule is worse.
    private static bool IsRight(SentenceLine line) => SentenceCommand.Judge(
        line.IsMissed ? line with { Rule = null } : line,
        SentenceSets.Parse(line.Prompt),
        SentenceSets.Customers,
        SentenceSets.Now) == Verdict.Right;
}
