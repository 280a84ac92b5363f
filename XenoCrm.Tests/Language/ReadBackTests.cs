using XenoCrm.Benchmarks.Language;
using XenoCrm.Core.Customers;
using XenoCrm.Core.Rules;
using XenoCrm.Core.Segments;
using XenoCrm.Language;
using XenoCrm.Tests.Support;

namespace XenoCrm.Tests.Language;

public sealed class ReadBackTests
{
    private static readonly DateTimeOffset Now = new(2022, 7, 1, 0, 0, 0, TimeSpan.Zero);

    // Misspelt tags and places of the account's own are put right; these are spelled as they stand.
    private static readonly LanguageHints Hints =
        new(["Mumbai", "Delhi", "Pune"], ["India", "France", "Germany"], ["vip", "wholesale", "staff"]);

    [Fact]
    public void A_rule_that_is_explained_is_read_back_as_the_same_rule()
    {
        var customers = CustomerLines.MakeUp(Now).Take(300).ToArray();
        var (same, refused) = (0, 0);
        Property.Check(cases: 1_500, random =>
        {
            var rule = new SayableRules(random).Rule();
            var explained = RuleExplainer.Explain(rule);
            switch (GrammarEngine.Parse(explained, RuleTime.Utc(Now), Hints))
            {
                case Understood understood when NormalForm.Of(understood.Rule) == NormalForm.Of(rule):
                    same++;
                    break;
                case Understood understood:
                    // The negation of a limit may stand as its opposite.
                    Assert.True(Array.TrueForAll(customers, customer => Matches(rule, customer) == Matches(understood.Rule, customer)),
                        $"{explained}\n{RuleJson.Print(rule)}\n{RuleJson.Print(understood.Rule)}");
                    same++;
                    break;
                case Refusal { Reason: RefusalReason.Contradictory or RefusalReason.Everybody or RefusalReason.Ambiguous }:
                    // Made at random, a rule may be for nobody or for everybody, or have two limits where one would do.
                    refused++;
                    break;
                case Refusal { Reason: RefusalReason.TooLong }:
                    refused++;
                    break;
                case Refusal refusal:
                    Assert.Fail($"{explained}\n{RuleJson.Print(rule)}\n{refusal.Message}");
                    break;
            }
        });
        Assert.True(Property.Replays || same > 3 * refused, $"{same} were read, {refused} refused.");
    }

    private static bool Matches(Rule rule, Customer customer) => RuleEvaluator.Matches(rule, customer, [], RuleTime.Utc(Now));
}
