using XenoCrm.Core.Rules;

namespace XenoCrm.Language.Meaning;

/// <summary>A test, and whether it is to hold or to fail.</summary>
internal readonly record struct Literal(FieldTest Test, bool Holds);

/// <summary>Finds rules that cannot be meant: some part can hold for nobody, or the whole holds for everybody without saying so.</summary>
public static class Consistency
{
    // A rule with more ways to hold is not looked into; none that a person writes has so many.
    private const int MostWays = 256;

    /// <exception cref="SentenceRefusedException">Nobody or everybody would be selected.</exception>
    public static void Check(Rule rule, RuleTime time)
    {
        if (rule is Everyone)
        {
            return;
        }

        if (!EveryPartIsPossible(rule, time))
        {
            throw Refusals.Contradictory();
        }

        if (!IsPossible(rule, holds: false, time))
        {
            throw Refusals.Everybody();
        }
    }

    private static bool EveryPartIsPossible(Rule rule, RuleTime time) =>
        IsPossible(rule, holds: true, time) && rule switch
        {
            AllOf all => all.Rules.All(part => EveryPartIsPossible(part, time)),
            AnyOf any => any.Rules.All(part => EveryPartIsPossible(part, time)),
            _ => true,
        };

    private static bool IsPossible(Rule rule, bool holds, RuleTime time)
    {
        var ways = Ways(rule, holds);
        return ways is null || ways.Exists(way => Witness.Exists(way, time));
    }

    /// <summary>The disjunctive normal form: the rule holds (or fails) if all literals of one of these do. Null if there are too
    /// many.</summary>
    private static List<Literal[]>? Ways(Rule rule, bool holds) => rule switch
    {
        Not not => Ways(not.Rule, !holds),
        AllOf all => holds ? Together(all.Rules, holds) : OneByOne(all.Rules, holds),
        AnyOf any => holds ? OneByOne(any.Rules, holds) : Together(any.Rules, holds),
        FieldTest { Operator: RuleOperator.Top } => [[]],
        FieldTest test => [[new Literal(test, holds)]],

        // Of orders within periods nothing is claimed, nor of how customers compare.
        OrdersTest => [[]],
        _ => holds ? [[]] : [],
    };

    private static List<Literal[]>? OneByOne(EquatableList<Rule> rules, bool holds)
    {
        var ways = new List<Literal[]>();
        foreach (var rule in rules)
        {
            if (Ways(rule, holds) is not { } more || ways.Count + more.Count > MostWays)
            {
                return null;
            }

            ways.AddRange(more);
        }

        return ways;
    }

    private static List<Literal[]>? Together(EquatableList<Rule> rules, bool holds)
    {
        List<Literal[]> ways = [[]];
        foreach (var rule in rules)
        {
            if (Ways(rule, holds) is not { } more || ways.Count * more.Count > MostWays)
            {
                return null;
            }

            ways = [.. ways.SelectMany(way => more.Select(next => (Literal[])[.. way, .. next]))];
        }

        return ways;
    }
}
